// Collections of large heaps, done by threads of their own while the workers go on: else everybody
// who waits for the scheduler of such a process would wait for its collection, too.
//
// Life of one: the slice of the process ends with kCollect; its worker calls submit() and has
// nothing to do with the process any more; a thread collects; `done` gets a Job, which some worker
// takes back by settle() and queues the process.
//
// Thread safety: all of it by any thread. The process belongs to the thread
// that collects from submit() until `done`: the queue of the pool orders what the worker did before
// it, and whatever `done` puts the job into orders the next worker after it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "io/blocking_pool.hpp"
#include "process/executor.hpp"

namespace ttvm::sched {

class Collections {
 public:
  // `done` is called by any thread, and must not block.
  Collections(process::Executor& executor, std::uint32_t threads,
              std::function<void(process::Job*)> done);
  // Waits for what is being collected; what has not begun will not be. After that nobody but the
  // caller touches those processes, and `done` is not called any more.
  ~Collections();
  Collections(const Collections&) = delete;
  Collections& operator=(const Collections&) = delete;

  void submit(process::Process& process, const process::Collection& collection);
  // The process of a job that `done` got, and the end of that job; null for the job of a process.
  static process::Process* settle(process::Job* job);

  // For a look at the machine: false if one takes longer. While it waits none should be submitted.
  bool wait_until_none(std::chrono::milliseconds patience) const;

 private:
  struct Task;
  struct State;

  // Shared with the threads, which may be about to return when this goes away.
  std::shared_ptr<State> state_;
  process::Executor& executor_;
  std::function<void(process::Job*)> done_;
  std::unique_ptr<io::BlockingPool> pool_;
};

}  // namespace ttvm::sched
