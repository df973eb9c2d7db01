// A mutex that clang's thread safety analysis understands (-Wthread-safety in the clang preset).
// Cold paths only: no lock is taken to send, receive, spawn or switch.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define TTVM_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define TTVM_THREAD_ANNOTATION(x)
#endif

#define TTVM_GUARDED_BY(m) TTVM_THREAD_ANNOTATION(guarded_by(m))
#define TTVM_REQUIRES(...) TTVM_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace ttvm::base {

class TTVM_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() TTVM_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() TTVM_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  bool try_lock() TTVM_THREAD_ANNOTATION(try_acquire_capability(true)) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

class TTVM_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TTVM_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() TTVM_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

using ConditionVariable = std::condition_variable_any;

}  // namespace ttvm::base
