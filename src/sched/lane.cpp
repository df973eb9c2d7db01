#include "sched/lane.hpp"

#include <new>

#include "heap/slab.hpp"

namespace ttvm::sched {

using process::Process;
using process::SliceEnd;

Lane::Lane(Environment& environment, RunState& run_state, std::uint32_t index,
           process::EpochParticipant& epoch, process::JobPort& jobs, base::Clock& clock)
    : environment_(environment), run_state_(run_state), wheel_(clock.now()) {
  context_.table = &environment.table;
  context_.registry = &environment.registry;
  context_.clock = &clock;
  context_.services = &environment.services;
  context_.epoch = &epoch;
  context_.jobs = &jobs;
  context_.worker = index;
}

Lane::~Lane() {
  wheel_.drain([](timer::Entry& entry) { process::free_timeout(static_cast<Timeout*>(&entry)); });
}

AfterSlice Lane::run(Process& process, std::int32_t budget) {
  const std::uint64_t before = process.reductions;
  const SliceEnd end_of_slice = environment_.executor.run(process, context_, budget);
  last_reductions_ = process.reductions - before;
  ++counters_.slices;
  counters_.reductions += last_reductions_;
  switch (end_of_slice) {
    case SliceEnd::kRunnable:
    case SliceEnd::kAtPoint:
      if (process.timer != nullptr && process.wait_deadline == process::kNoDeadline) {
        cancel_timer(process);
      }
      return end_of_slice == SliceEnd::kAtPoint ? AfterSlice::kAtPoint : AfterSlice::kRunnable;
    case SliceEnd::kWaiting:
      return begin_wait(process) ? AfterSlice::kGone : AfterSlice::kRunnable;
    case SliceEnd::kExited:
      if (keeps_ended_) return AfterSlice::kEnded;
      end(process);
      return AfterSlice::kGone;
    case SliceEnd::kStopRun:
      return AfterSlice::kStopRun;
  }
  return AfterSlice::kGone;
}

// After true the process belongs to whoever wakes it.
bool Lane::begin_wait(Process& process) {
  if (TTVM_UNLIKELY(process.timer != nullptr) &&
      static_cast<Timeout*>(process.timer)->deadline != process.wait_deadline) {
    cancel_timer(process);
  }
  if (process.wait_deadline != process::kNoDeadline && process.timer == nullptr) {
    arm_timer(process);
  }
  return process.inbox.try_wait();
}

void Lane::arm_timer(Process& process) {
  auto* timeout = new (heap::slab_allocate(process::kTimeoutBytes)) Timeout;
  timeout->kind = process::SignalKind::kTimeout;
  timeout->process = &process;
  timeout->deadline = process.wait_deadline;
  process.timer = timeout;
  wheel_.arm(*timeout, process.wait_deadline);
  count_timer(1);
  ++counters_.timers_armed;
}

void Lane::cancel_timer(Process& process) {
  auto* timeout = static_cast<Timeout*>(process.timer);
  process.timer = nullptr;
  if (timeout->wheel == &wheel_) {
    if (!wheel_.cancel(*timeout)) return;  // fired: it comes through the inbox
    process::free_timeout(timeout);
  } else if (!timer::Wheel::cancel_remote(*timeout)) {
    return;
  }
  count_timer(~std::uint64_t{0});
}

void Lane::fire_timers(base::Nanos now) {
  reclaim_timers();
  wheel_.advance(now, [this](timer::Entry& entry) {
    auto& timeout = static_cast<Timeout&>(entry);
    count_timer(~std::uint64_t{0});
    ++counters_.timers_fired;
    if (!context_.deliver(*timeout.process, &timeout)) process::free_timeout(&timeout);
  });
}

void Lane::reclaim_timers() {
  wheel_.reclaim([](timer::Entry& entry) { process::free_timeout(static_cast<Timeout*>(&entry)); });
}

void Lane::deliver(process::Job* job) {
  Process* process = environment_.table.find(job->pid);
  if (process == nullptr || !context_.deliver(*process, job)) job->discard(*job);
}

// Names first, then the pid: whoever finds a name finds a process that is still in the table or has
// just left it. After the table nobody new can find it; release_process closes the inbox to those
// who hold it already, and the epoch keeps the struct for them.
void Lane::end(Process& process) {
  if (process.timer != nullptr) cancel_timer(process);
  process::give_up_job(process);
  environment_.executor.release(process);
  environment_.registry.forget(process, *context_.epoch);
  environment_.table.remove(&process, context_.worker, *context_.epoch);
  if (process.pid == 1) run_state_.main_ended(process.exit_kind);
  ++counters_.exits;
  counters_.messages_dropped += process::release_process(&process, *context_.epoch);
}

}  // namespace ttvm::sched
