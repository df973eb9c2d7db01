#include "io/blocking_pool.hpp"

#include <atomic>
#include <system_error>
#include <thread>
#include <utility>

#include "base/assert.hpp"
#include "base/mutex.hpp"
#include "io/counted_queue.hpp"

namespace ttvm::io {

struct BlockingPool::State {
  State(Callbacks functions, std::uint32_t limit)
      : callbacks(std::move(functions)), max_threads(limit) {}

  const Callbacks callbacks;
  const std::uint32_t max_threads;
  CountedQueue<void> jobs;
  // Threads that sleep or are about to. Changed by them, read by submit; seq_cst, see the header.
  std::atomic<std::uint32_t> sleepers{0};
  base::Mutex mutex;
  base::ConditionVariable wake;
  std::uint32_t threads TTVM_GUARDED_BY(mutex) = 0;
  bool stopping TTVM_GUARDED_BY(mutex) = false;
};

BlockingPool::BlockingPool(Callbacks callbacks, std::uint32_t max_threads)
    : state_(std::make_shared<State>(std::move(callbacks), max_threads)) {}

BlockingPool::~BlockingPool() {
  {
    const base::MutexLock lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  while (void* job = state_->jobs.try_pop()) state_->callbacks.discard(job);
}

void BlockingPool::submit(void* job) {
  const std::uint64_t queued = state_->jobs.push(job);
  if (queued > state_->sleepers.load(std::memory_order_seq_cst)) {
    TTVM_CHECK(start_thread(state_));  // else the job would never run
  } else {
    // Under the mutex, so that the thread is either before its look at the count, or in its wait.
    const base::MutexLock lock(state_->mutex);
    state_->wake.notify_one();
  }
}

std::uint32_t BlockingPool::thread_count() const {
  const base::MutexLock lock(state_->mutex);
  return state_->threads;
}

// False: there is no thread at all.
bool BlockingPool::start_thread(const std::shared_ptr<State>& state) {
  const base::MutexLock lock(state->mutex);
  if (state->threads == state->max_threads) {
    state->wake.notify_one();  // one may have gone to sleep since
    return true;
  }
  try {
    std::thread([state] { work(state); }).detach();
    ++state->threads;
  } catch (const std::system_error&) {
  }
  return state->threads > 0;
}

bool BlockingPool::has_thread() { return thread_count() > 0 || start_thread(state_); }

void BlockingPool::work(const std::shared_ptr<State>& state) {
  for (;;) {
    if (void* job = state->jobs.try_pop()) {
      state->callbacks.run(job);
      // The mutex keeps the pool's owner alive while `done` runs: its destructor sets `stopping`
      // under it.
      const base::MutexLock lock(state->mutex);
      (state->stopping ? state->callbacks.discard : state->callbacks.done)(job);
      continue;
    }
    const base::MutexLock lock(state->mutex);
    state->sleepers.fetch_add(1, std::memory_order_seq_cst);
    while (!state->stopping && state->jobs.count() == 0) state->wake.wait(state->mutex);
    state->sleepers.fetch_sub(1, std::memory_order_seq_cst);
    if (state->stopping) return;
  }
}

}  // namespace ttvm::io
