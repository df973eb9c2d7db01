// Jobs that have come back from the blocking pool and wait for a worker to hand them to their
// processes. A stack: they are of different processes, so their order does not matter.
//
// Thread safety: push by pool threads, any() and take_all() by workers.
#pragma once

#include <atomic>

#include "process/signal.hpp"

namespace ttvm::sched {

class Completions {
 public:
  // Seq_cst: a pool thread pushes and then looks for parked workers; a worker that parks announces
  // itself and then looks here (parking_lot.hpp). Its release half publishes the job.
  void push(process::Job* job) {
    process::Signal* top = top_.load(std::memory_order_relaxed);
    do {
      job->next = top;
    } while (!top_.compare_exchange_weak(top, job, std::memory_order_seq_cst,
                                         std::memory_order_relaxed));
  }

  bool any() const { return top_.load(std::memory_order_seq_cst) != nullptr; }

  // Acquire pairs with push(). Linked by `next`.
  process::Job* take_all() {
    return static_cast<process::Job*>(top_.exchange(nullptr, std::memory_order_acquire));
  }

 private:
  std::atomic<process::Signal*> top_{nullptr};
};

}  // namespace ttvm::sched
