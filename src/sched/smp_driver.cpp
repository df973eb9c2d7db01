#include "sched/smp_driver.hpp"

#include <system_error>

namespace ttvm::sched {

using process::Job;
using process::Process;

namespace {
constexpr std::uint32_t kMaxPoolThreads = 8;
}

SmpDriver::SmpDriver(const Environment& environment, base::Clock& clock)
    : environment_(environment),
      clock_(clock),
      epochs_(environment.options.schedulers),
      lot_(environment.options.schedulers) {
  const std::uint32_t count = environment_.options.schedulers;
  for (std::uint32_t i = 0; i < count; ++i) {
    workers_.push_back(std::make_unique<Worker>(*this, i));
  }
  {
    // Workers whose threads do not exist yet are idle ones: the first wake-up starts them.
    const base::MutexLock lock(lot_.mutex());
    threads_.resize(count);
    for (std::uint32_t i = count; i-- > 1;) lot_.enter(i, false);
  }
  epochs_.participant(0).go_online();  // for the first process; the caller becomes worker 0
  pool_ = std::make_unique<io::BlockingPool>(
      io::BlockingPool::Callbacks{[](void* item) {
                                    auto* job = static_cast<Job*>(item);
                                    job->run(*job);
                                  },
                                  [this](void* item) {
                                    completions_.push(static_cast<Job*>(item));
                                    if (lot_.any_idle()) wake_one();
                                  },
                                  [](void* item) {
                                    auto* job = static_cast<Job*>(item);
                                    job->discard(*job);
                                  }},
      kMaxPoolThreads);
  collections_ = std::make_unique<Collections>(environment_.executor, count, [this](Job* job) {
    completions_.push(job);
    if (lot_.any_idle()) wake_one();
  });
  for (const auto& worker : workers_) worker->lane().context().leaves_collections = true;
}

SmpDriver::~SmpDriver() {
  collections_.reset();
  pool_.reset();
  Job* job = completions_.take_all();
  while (job != nullptr) {
    auto* following = static_cast<Job*>(job->next);
    job->discard(*job);
    job = following;
  }
  release_all();
}

// Nothing runs any more: the processes that are left are ended here.
void SmpDriver::release_all() {
  Lane& lane = workers_[0]->lane();
  process::EpochParticipant& epoch = *lane.context().epoch;
  if (!epoch.is_online()) epoch.go_online();
  lane.context().services = nullptr;
  std::vector<Process*> left;
  environment_.table.for_each([&](Process& process) { left.push_back(&process); });
  for (Process* process : left) lane.end(*process);
  epoch.go_offline();
}

void SmpDriver::spawn_first(Process* process) { workers_[0]->queue().push(process); }

RunResult SmpDriver::run() {
  workers_[0]->loop();
  // The first worker leaves only when the run stops; the others see that too. No thread is started
  // from now on: wake_one and unpark look at the state of the run under the mutex.
  std::vector<std::thread> threads;
  {
    const base::MutexLock lock(lot_.mutex());
    threads.swap(threads_);
    threads_.resize(workers_.size());
  }
  for (std::thread& thread : threads) {
    if (thread.joinable()) thread.join();
  }
  environment_.output.flush();
  if (environment_.output.failed()) run_state_.stop(RunReason::kOutputFailed, 1);
  return run_state_.result();
}

void SmpDriver::stop(RunReason reason, int status) {
  if (!run_state_.stop(reason, status)) return;
  const base::MutexLock lock(lot_.mutex());
  wake_all();
}

bool SmpDriver::wake_one() {
  const base::MutexLock lock(lot_.mutex());
  const std::optional<std::uint32_t> worker = lot_.take_one();
  return worker.has_value() && unpark(*worker);
}

void SmpDriver::wake_all() {
  while (const std::optional<std::uint32_t> worker = lot_.take_one()) {
    if (!unpark(*worker)) break;
  }
  lot_.notice_end();
}

bool SmpDriver::unpark(std::uint32_t worker) {
  if (worker == 0 || threads_[worker].joinable()) {
    workers_[worker]->parker().unpark();
    return true;
  }
  if (run_state_.stopping()) return true;  // it never ran and never will
  workers_[worker]->begin_searching();
  try {
    threads_[worker] = std::thread([this, worker] { workers_[worker]->loop(); });
  } catch (const std::system_error&) {
    lot_.enter(worker, true);  // no thread to be had now: idle again
    return false;
  }
  return true;
}

void SmpDriver::wake_from_outside(Process* process) {
  injected_.push(process);
  if (lot_.any_idle()) wake_one();
}

void SmpDriver::submit(Job* job) {
  jobs_out_.fetch_add(1, std::memory_order_relaxed);
  pool_->submit(job);
}

void SmpDriver::collect(Process& process, const process::Collection& collection) {
  jobs_out_.fetch_add(1, std::memory_order_relaxed);
  collections_->submit(process, collection);
}

bool SmpDriver::work_visible() const {
  if (injected_.count() != 0 || completions_.any()) return true;
  for (const auto& worker : workers_) {
    if (!worker->queue().looks_empty()) return true;
  }
  return false;
}

// With all workers idle and nothing queued: can anything ever run again?
bool SmpDriver::quiescent() const {
  std::uint64_t timers = 0;
  for (const auto& worker : workers_) timers += worker->lane().live_timers();
  return timers == 0 && jobs_out_.load(std::memory_order_relaxed) == 0;
}

SchedulerCounters SmpDriver::counters() const {
  SchedulerCounters sum;
  for (const auto& worker : workers_) {
    const SchedulerCounters& one = worker->lane().counters();
    sum.slices += one.slices;
    sum.reductions += one.reductions;
    sum.exits += one.exits;
    sum.steals += one.steals;
    sum.parks += one.parks;
    sum.wakes += one.wakes;
    sum.timers_armed += one.timers_armed;
    sum.timers_fired += one.timers_fired;
    sum.messages_dropped += one.messages_dropped;
  }
  return sum;
}

bool SmpDriver::look_at_rest(const std::function<void(bool all)>& look) {
  return lot_.look_at_rest(
      kRestPatience, [this] { return run_state_.stopping(); },
      [&](bool all) { look(collections_->wait_until_none(kRestPatience) && all); });
}

std::vector<SchedulerState> SmpDriver::states() const {
  std::vector<SchedulerState> states;
  states.reserve(workers_.size());
  for (const auto& worker : workers_) states.push_back(worker->state());
  return states;
}

}  // namespace ttvm::sched
