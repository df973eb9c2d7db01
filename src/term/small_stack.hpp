// The explicit stack of a walk over values: the first N entries without an allocation, any number
// of them after that. Not thread-safe; entries must be trivially copyable.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <vector>

namespace ttvm::term {

template <typename T, std::size_t N>
class SmallStack {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  bool empty() const { return size_ == 0; }
  T& top() { return size_ <= N ? *slot(size_ - 1) : rest_.back(); }
  void push(const T& value) {
    if (size_ < N) {
      new (slot(size_)) T(value);
    } else {
      rest_.push_back(value);
    }
    ++size_;
  }
  void pop() {
    if (size_ > N) rest_.pop_back();
    --size_;
  }

 private:
  T* slot(std::size_t i) { return reinterpret_cast<T*>(first_ + i * sizeof(T)); }

  std::size_t size_ = 0;
  alignas(T) std::byte first_[N * sizeof(T)];  // raw: making a stack must cost nothing
  std::vector<T> rest_;
};

}  // namespace ttvm::term
