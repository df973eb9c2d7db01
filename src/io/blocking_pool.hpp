// A few threads for work that blocks (files, name look-up), so that no worker ever does.
//
// Thread safety: submit() by any thread. The destructor waits for jobs that run and drops none:
// what has been submitted is run.
//
// A thread that finds no job sleeps; the pair that must not miss each other is submit's (queue,
// then read sleepers_) against the thread's (announce itself in sleepers_, then look at queued_
// again). All four are sequentially consistent, so at least one of them sees the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.hpp"

namespace ttvm::io {

class BlockingPool {
 public:
  // `run` is called on a pool thread with what was submitted. Threads start when first needed.
  BlockingPool(std::function<void(void*)> run, std::uint32_t max_threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void submit(void* job);
  std::uint32_t thread_count() const;

 private:
  class JobQueue;
  void work();
  void wake_or_start();

  const std::function<void(void*)> run_;
  const std::uint32_t max_threads_;
  std::unique_ptr<JobQueue> queue_;
  // Threads that sleep or are about to. Changed by pool threads (seq_cst), read by submit
  // (seq_cst).
  std::atomic<std::uint32_t> sleepers_{0};
  mutable base::Mutex mutex_;
  base::ConditionVariable wake_;
  bool stopping_ TTVM_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ TTVM_GUARDED_BY(mutex_);
};

}  // namespace ttvm::io
