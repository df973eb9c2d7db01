// The explicit stack of a walk over values: the first N entries without an allocation, any number
// of them after that. Not thread-safe; entries must be trivially copyable.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace ttvm::term {

template <typename T, std::size_t N>
class SmallStack {
 public:
  bool empty() const { return size_ == 0; }
  T& top() { return size_ <= N ? first_[size_ - 1] : rest_.back(); }
  void push(const T& value) {
    if (size_ < N) {
      first_[size_] = value;
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
  std::size_t size_ = 0;
  std::array<T, N> first_;
  std::vector<T> rest_;
};

}  // namespace ttvm::term
