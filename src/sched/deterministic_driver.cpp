#include "sched/deterministic_driver.hpp"

#include <algorithm>

namespace ttvm::sched {

using process::Process;

DeterministicDriver::DeterministicDriver(const Environment& environment)
    : environment_(environment),
      random_(environment.options.seed.value_or(0)),
      epochs_(1),
      lane_(environment_, run_state_, 0, epochs_.participant(0), *this, clock_) {
  epochs_.participant(0).go_online();
}

DeterministicDriver::~DeterministicDriver() {
  for (process::Job* job : finished_jobs_) job->discard(*job);
  std::vector<Process*> left;
  environment_.table.for_each([&](Process& process) { left.push_back(&process); });
  for (Process* process : left) lane_.end(*process);
  epochs_.participant(0).go_offline();
}

RunResult DeterministicDriver::run() {
  while (!run_state_.stopping()) {
    collect_runnable();
    const Waiting now = waiting();
    if (now.high || now.normal || now.low) {
      run_one_slice(now);
    } else if (lane_.has_timers()) {
      clock_.advance_to(lane_.next_deadline());
    } else {
      run_state_.finish();
    }
    environment_.output.flush_if_due(clock_.now());
    if (environment_.output.failed()) run_state_.stop(RunReason::kOutputFailed, 1);
  }
  environment_.output.flush();
  if (environment_.output.failed()) run_state_.stop(RunReason::kOutputFailed, 1);
  return run_state_.result();
}

void DeterministicDriver::collect_runnable() {
  lane_.context().epoch->quiescent();
  std::vector<process::Job*> jobs;
  jobs.swap(finished_jobs_);
  for (process::Job* job : jobs) {
    job->run(*job);
    lane_.deliver(job);
  }
  lane_.fire_timers(clock_.now());
  process::RunContext& context = lane_.context();
  for (Process* woken = context.woken_head; woken != nullptr; woken = woken->queue_next) {
    add_runnable(woken);
  }
  context.woken_head = context.woken_tail = nullptr;
  context.woken_count = 0;
  while (Process* process = injected_.try_pop()) add_runnable(process);
}

Waiting DeterministicDriver::waiting() const {
  const auto some = [&](process::ProcessPriority priority) {
    return !runnable_[static_cast<std::size_t>(priority)].empty();
  };
  return {some(process::ProcessPriority::kHigh), some(process::ProcessPriority::kNormal),
          some(process::ProcessPriority::kLow)};
}

void DeterministicDriver::run_one_slice(const Waiting& waiting) {
  const process::ProcessPriority due = turns_.due(waiting);
  turns_.count(due, waiting);
  Processes& candidates = runnable(due);
  const std::uint32_t chosen = random_.below(static_cast<std::uint32_t>(candidates.size()));
  Process* process = candidates[chosen];
  candidates[chosen] = candidates.back();
  candidates.pop_back();
  const auto budget = static_cast<std::uint32_t>(environment_.options.budget);
  const auto slice = static_cast<std::int32_t>(1 + random_.below(budget));
  const AfterSlice after = lane_.run(*process, slice);
  if (after == AfterSlice::kRunnable) {
    add_runnable(process);
  } else if (after == AfterSlice::kStopRun) {
    run_state_.stop(RunReason::kExit, lane_.context().exit_status);
  }
  const auto reductions = static_cast<base::Nanos>(lane_.last_reductions());
  clock_.advance_by(std::max<base::Nanos>(reductions, 1) * kNanosPerReduction);
}

}  // namespace ttvm::sched
