#include "sched/deterministic_driver.hpp"

#include <algorithm>

#include "sched/scripted_schedule.hpp"
#include "sched/seeded_schedule.hpp"

namespace ttvm::sched {

using process::Process;

namespace {

std::unique_ptr<Schedule> make_schedule(const SchedulerOptions& options) {
  if (options.script.has_value()) {
    return std::make_unique<ScriptedSchedule>(*options.script, options.budget, options.recording);
  }
  return std::make_unique<SeededSchedule>(options.seed.value_or(0), options.budget);
}

}  // namespace

DeterministicDriver::DeterministicDriver(const Environment& environment)
    : environment_(environment),
      schedule_(make_schedule(environment.options)),
      epochs_(1),
      lane_(environment_, run_state_, 0, epochs_.participant(0), *this, clock_) {
  lane_.keep_ended();
  epochs_.participant(0).go_online();
}

DeterministicDriver::~DeterministicDriver() {
  for (process::Job* job : finished_jobs_) job->discard(*job);
  lane_.context().services = nullptr;
  std::vector<Process*> left;
  environment_.table.for_each([&](Process& process) { left.push_back(&process); });
  for (Process* process : left) lane_.end(*process);
  epochs_.participant(0).go_offline();
}

RunResult DeterministicDriver::run() {
  while (!run_state_.stopping()) {
    if (TTVM_UNLIKELY(lot_.gate_is_closed())) lot_.wait_at_gate();
    collect_runnable();
    if (!schedule_->empty()) {
      make_step();
    } else if (lane_.has_timers()) {
      clock_.advance_to(lane_.next_deadline());
    } else {
      run_state_.finish(environment_.table);
    }
    environment_.output.flush_if_due(clock_.now());
    if (environment_.output.failed()) run_state_.stop(RunReason::kOutputFailed, 1);
  }
  environment_.output.flush();
  if (environment_.output.failed()) run_state_.stop(RunReason::kOutputFailed, 1);
  {
    const base::MutexLock lock(lot_.mutex());
    lot_.notice_end();
  }
  RunResult result = run_state_.result();
  result.schedule_fits = schedule_->fits();
  return result;
}

void DeterministicDriver::stop(RunReason reason, int status) {
  run_state_.stop(reason, status);
  const base::MutexLock lock(lot_.mutex());
  lot_.notice_end();
}

bool DeterministicDriver::look_at_rest(const std::function<void(bool all)>& look) {
  return lot_.look_at_rest(
      kRestPatience, [this] { return run_state_.stopping(); }, look);
}

std::vector<SchedulerState> DeterministicDriver::states() const {
  SchedulerState state = lane_.state();
  state.queued = schedule_->count();
  return {state};
}

void DeterministicDriver::add_woken() {
  process::RunContext& context = lane_.context();
  for (Process* woken = context.woken_head; woken != nullptr; woken = woken->queue_next) {
    add(woken, Cause::kWoken);
  }
  context.woken_head = context.woken_tail = nullptr;
  context.woken_count = 0;
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
  add_woken();
  while (Process* process = injected_.try_pop()) add(process, Cause::kWoken);
}

// Up to the next timer. The wheel may name an earlier moment for one that is far away.
void DeterministicDriver::pass_time() {
  const std::uint64_t fired = lane_.counters().timers_fired;
  while (lane_.has_timers() && lane_.counters().timers_fired == fired) {
    clock_.advance_to(lane_.next_deadline());
    lane_.fire_timers(clock_.now());
  }
}

void DeterministicDriver::make_step() {
  const Step step = schedule_->take(lane_.has_timers());
  if (step.process == nullptr) {
    pass_time();
    return;
  }
  Process& process = *step.process;
  if (step.ends) {
    lane_.end(process);
    return;
  }
  lane_.context().points_to_pass = step.points;
  const AfterSlice after = lane_.run(process, step.budget);
  const std::uint64_t reductions = lane_.last_reductions();
  add_woken();
  if (after == AfterSlice::kRunnable) {
    const bool used_up = reductions >= static_cast<std::uint64_t>(step.budget);
    add(&process, used_up ? Cause::kUsedUp : Cause::kYielded, reductions);
  } else if (after == AfterSlice::kAtPoint) {
    add(&process, Cause::kAtPoint, reductions);
  } else if (after == AfterSlice::kEnded && schedule_->delays_end()) {
    add(&process, Cause::kEnded, reductions);
  } else if (after == AfterSlice::kEnded) {
    lane_.end(process);
  } else if (after == AfterSlice::kStopRun) {
    run_state_.stop(RunReason::kExit, lane_.context().exit_status);
  }
  clock_.advance_by(std::max(static_cast<base::Nanos>(reductions), base::Nanos{1}) *
                    kNanosPerReduction);
}

}  // namespace ttvm::sched
