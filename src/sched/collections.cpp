#include "sched/collections.hpp"

#include <utility>

#include "base/mutex.hpp"

namespace ttvm::sched {

using process::Job;

struct Collections::State {
  base::Mutex mutex;
  base::ConditionVariable changed;
  std::uint64_t collecting TTVM_GUARDED_BY(mutex) = 0;  // submitted, not collected
  std::uint64_t pending TTVM_GUARDED_BY(mutex) = 0;     // submitted, not done

  void end_collecting() {
    const base::MutexLock lock(mutex);
    --collecting;
    changed.notify_all();
  }
  // The last thing that a thread of the pool does with a task, or with what is around it.
  void end_one() {
    const base::MutexLock lock(mutex);
    --pending;
    changed.notify_all();
  }
};

struct Collections::Task : Job {
  State* state = nullptr;
  process::Executor* executor = nullptr;
  process::Process* process = nullptr;
  process::Collection collection;

  static void collect(Job& job) {
    auto& task = static_cast<Task&>(job);
    task.executor->collect(*task.process, task.collection);
    // Release pairs with whoever asks whether it may look into the process.
    task.process->is_collected.store(false, std::memory_order_release);
    task.state->end_collecting();
  }
  static void drop(Job& job) { delete static_cast<Task*>(&job); }
};

Collections::Collections(process::Executor& executor, std::uint32_t threads,
                         std::function<void(Job*)> done)
    : state_(std::make_shared<State>()), executor_(executor), done_(std::move(done)) {
  const std::shared_ptr<State> state = state_;
  pool_ = std::make_unique<io::BlockingPool>(
      io::BlockingPool::Callbacks{[](void* item) {
                                    auto* job = static_cast<Job*>(item);
                                    job->run(*job);
                                  },
                                  [this, state](void* item) {
                                    done_(static_cast<Job*>(item));
                                    state->end_one();
                                  },
                                  [state](void* item) {
                                    auto* job = static_cast<Job*>(item);
                                    job->discard(*job);
                                    state->end_one();
                                  }},
      threads);
}

Collections::~Collections() {
  pool_.reset();
  const base::MutexLock lock(state_->mutex);
  while (state_->pending != 0) state_->changed.wait(state_->mutex);
}

void Collections::submit(process::Process& process, const process::Collection& collection) {
  process.is_collected.store(true, std::memory_order_relaxed);
  auto* task = new Task;
  task->state = state_.get();
  task->run = Task::collect;
  task->discard = Task::drop;
  task->executor = &executor_;
  task->process = &process;
  task->collection = collection;
  {
    const base::MutexLock lock(state_->mutex);
    ++state_->collecting;
    ++state_->pending;
  }
  if (pool_->has_thread()) {
    pool_->submit(task);
  } else {
    Task::collect(*task);  // no thread to be had
    done_(task);
    state_->end_one();
  }
}

process::Process* Collections::settle(Job* job) {
  if (job->run != Task::collect) return nullptr;
  process::Process* process = static_cast<Task*>(job)->process;
  Task::drop(*job);
  return process;
}

bool Collections::wait_until_none(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const base::MutexLock lock(state_->mutex);
  while (state_->collecting != 0) {
    if (state_->changed.wait_until(state_->mutex, deadline) == std::cv_status::timeout) {
      return state_->collecting == 0;
    }
  }
  return true;
}

}  // namespace ttvm::sched
