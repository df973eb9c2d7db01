// An unordered queue of pointers between threads with an exact count: moodycamel::ConcurrentQueue
// behind a type of ours. For work whose order does not matter; never a mailbox, because its order
// is one for each producing thread only.
//
// Thread safety: all functions by any thread. count() never exceeds the number of items that can be
// taken, and an item counts as soon as push() has returned, so "announce, then look at count() once
// more" is enough before going to sleep: count_ is sequentially consistent.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/assert.hpp"

#if defined(__SANITIZE_THREAD__)
#define TTVM_COUNTED_QUEUE_LOCKS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TTVM_COUNTED_QUEUE_LOCKS 1
#endif
#endif

#if defined(TTVM_COUNTED_QUEUE_LOCKS)
#include <deque>

#include "base/mutex.hpp"
#else
#include <concurrentqueue/concurrentqueue.h>
#endif

namespace ttvm::io {

#if defined(TTVM_COUNTED_QUEUE_LOCKS)
// ThreadSanitizer does not see the fences inside of moodycamel's queue and would report its reuse
// of blocks as races. For it, and only for it, the same with a lock.
template <typename T>
class UnorderedQueue {
 public:
  bool enqueue(T item) {
    const base::MutexLock lock(mutex_);
    items_.push_back(item);
    return true;
  }
  bool try_dequeue(T& item) {
    const base::MutexLock lock(mutex_);
    if (items_.empty()) return false;
    item = items_.front();
    items_.pop_front();
    return true;
  }

 private:
  base::Mutex mutex_;
  std::deque<T> items_ TTVM_GUARDED_BY(mutex_);
};
#else
template <typename T>
using UnorderedQueue = moodycamel::ConcurrentQueue<T>;
#endif

template <typename T>
class CountedQueue {
 public:
  // Returns the count with this item.
  std::uint64_t push(T* item) {
    TTVM_CHECK(queue_.enqueue(item));
    // After the item is in: a taker that sees the count finds it. Seq_cst, for the re-check of
    // sleepers (see the users); its release half publishes what `item` points to.
    return count_.fetch_add(1, std::memory_order_seq_cst) + 1;
  }

  // Null when empty.
  T* try_pop() {
    std::uint64_t count = count_.load(std::memory_order_relaxed);
    do {
      if (count == 0) return nullptr;
      // Acquire pairs with the release in push().
    } while (!count_.compare_exchange_weak(count, count - 1, std::memory_order_acquire,
                                           std::memory_order_relaxed));
    // One item is ours by now, though another taker may be in the middle of taking another.
    T* item = nullptr;
    while (!queue_.try_dequeue(item)) {
    }
    return item;
  }

  std::uint64_t count() const { return count_.load(std::memory_order_seq_cst); }
  bool looks_empty() const { return count_.load(std::memory_order_relaxed) == 0; }

 private:
  UnorderedQueue<T*> queue_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace ttvm::io
