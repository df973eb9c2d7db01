#include "sched/lane.hpp"

#include <new>
#include <utility>

#include "heap/slab.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"

namespace ttvm::sched {

using process::ExitKind;
using process::Process;
using process::SliceEnd;

namespace {

void free_delayed(DelayedEntry* delayed) {
  if (delayed->message != nullptr) process::free_message(delayed->message);
  delayed->~DelayedEntry();
  heap::slab_free(delayed, sizeof(DelayedEntry));
}

void drop_owner(DelayedEntry* delayed) {
  if (delayed->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) free_delayed(delayed);
}

// An entry that will not fire any more has left the wheel.
void give_back(timer::Entry& entry) {
  if (entry.purpose == kDelayedEntry) {
    drop_owner(static_cast<DelayedEntry*>(&entry));
  } else {
    process::free_timeout(static_cast<Timeout*>(&entry));
  }
}

}  // namespace

Lane::Lane(Environment& environment, RunState& run_state, std::uint32_t index,
           process::EpochParticipant& epoch, process::JobPort& jobs, base::Clock& clock)
    : environment_(environment), run_state_(run_state), wheel_(clock.now()) {
  context_.executor = &environment.executor;
  context_.table = &environment.table;
  context_.registry = &environment.registry;
  context_.clock = &clock;
  context_.start_time = environment.start_time;
  context_.services = &environment.services;
  context_.epoch = &epoch;
  context_.jobs = &jobs;
  context_.timers = this;
  context_.worker = index;
}

Lane::~Lane() { wheel_.drain(give_back); }

[[gnu::always_inline]] inline AfterSlice Lane::wait(Process& process) {
  process.waits = true;
  heap::Fragment* garbage = std::exchange(context_.garbage, nullptr);
  // After true the process belongs to whoever wakes it, and the inbox keeps none of the garbage.
  const bool waits = process.inbox.try_wait();
  if (garbage != nullptr) {
    if (!waits) process.inbox.let_go();
    heap::free_adopted(garbage);
  }
  return waits ? AfterSlice::kGone : AfterSlice::kRunnable;
}

AfterSlice Lane::run(Process& process, std::int32_t budget) {
  context_.slice_mark = static_cast<std::uint8_t>(++counters_.slices / 4);
  last_reductions_ = 0;
  // Who never receives has to see exit signals, and answer questions, too. Who waits looks by
  // itself.
  if (!process.waits) {
    if (TTVM_UNLIKELY(process.inbox.has_signals())) process::fetch_signals(process, context_);
    // By a signal, or a collection that found too much.
    if (TTVM_UNLIKELY(process.exit_kind != ExitKind::kNone)) return finish(process);
  }
  const std::uint64_t before = process.reductions;
  running_.store(process.pid, std::memory_order_relaxed);
  const SliceEnd end_of_slice = environment_.executor.run(process, context_, budget);
  running_.store(0, std::memory_order_relaxed);
  last_reductions_ = process.reductions - before;
  counters_.reductions += last_reductions_;
  // Whatever the slice ended in, an exit signal that it took in ends the process.
  if (process.exit_kind != ExitKind::kNone) return finish(process);
  switch (end_of_slice) {
    case SliceEnd::kRunnable:
    case SliceEnd::kAtPoint:
      process.waits = false;
      if (TTVM_UNLIKELY(process.timer != nullptr) &&
          process.wait_deadline == process::kNoDeadline) {
        cancel_timer(process);
      }
      return end_of_slice == SliceEnd::kAtPoint ? AfterSlice::kAtPoint : AfterSlice::kRunnable;
    case SliceEnd::kWaiting:
      if (TTVM_UNLIKELY(process.timer != nullptr ||
                        process.wait_deadline != process::kNoDeadline)) {
        set_timer(process);
      }
      return wait(process);
    case SliceEnd::kCollect:
      process.waits = false;
      return AfterSlice::kCollect;
    case SliceEnd::kStopRun:
      return AfterSlice::kStopRun;
    case SliceEnd::kExited:
      break;
  }
  return finish(process);
}

AfterSlice Lane::finish(Process& process) {
  if (keeps_ended_) return AfterSlice::kEnded;
  end(process);
  return AfterSlice::kGone;
}

// The timer that is armed is the one for wait_deadline.
void Lane::set_timer(Process& process) {
  if (process.timer != nullptr &&
      static_cast<Timeout*>(process.timer)->deadline != process.wait_deadline) {
    cancel_timer(process);
  }
  if (process.wait_deadline != process::kNoDeadline && process.timer == nullptr) {
    arm_timer(process);
  }
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
    if (entry.purpose == kDelayedEntry) return fire(static_cast<DelayedEntry&>(entry));
    auto& timeout = static_cast<Timeout&>(entry);
    count_timer(~std::uint64_t{0});
    ++counters_.timers_fired;
    if (!context_.deliver(*timeout.process, &timeout)) process::free_timeout(&timeout);
  });
}

void Lane::fire(DelayedEntry& delayed) {
  count_timer(~std::uint64_t{0});
  ++counters_.timers_fired;
  process::Message* message = delayed.message;
  delayed.message = nullptr;
  const std::string_view name = delayed.name == nullptr ? std::string_view() : *delayed.name;
  process::send_unattended(context_, {delayed.to, name}, message);
  drop_owner(&delayed);
}

process::DelayedSend* Lane::send_at(base::Nanos deadline, process::Message* message,
                                    const process::Address& to, bool keep) {
  auto* delayed = new (heap::slab_allocate(sizeof(DelayedEntry))) DelayedEntry;
  delayed->purpose = kDelayedEntry;
  delayed->message = message;
  delayed->deadline = deadline;
  delayed->to = to.pid;
  if (!to.name.empty()) delayed->name = std::make_unique<std::string>(to.name);
  delayed->owners.store(keep ? 2 : 1, std::memory_order_relaxed);
  wheel_.arm(*delayed, deadline);
  count_timer(1);
  ++counters_.timers_armed;
  return delayed;
}

bool Lane::cancel(process::DelayedSend* handle) {
  auto* delayed = static_cast<DelayedEntry*>(handle);
  if (delayed->wheel == &wheel_) {
    if (!wheel_.cancel(*delayed)) return false;
    drop_owner(delayed);
  } else if (!timer::Wheel::cancel_remote(*delayed)) {
    return false;
  }
  count_timer(~std::uint64_t{0});
  return true;
}

bool Lane::is_over(const process::DelayedSend* handle) const {
  // Acquire pairs with the release of firing and cancelling, as in Wheel::cancel_remote.
  return static_cast<const DelayedEntry*>(handle)->state.load(std::memory_order_acquire) !=
         timer::Entry::kArmed;
}

void Lane::release(process::DelayedSend* handle) { drop_owner(static_cast<DelayedEntry*>(handle)); }

SchedulerState Lane::state() const {
  return {running_.load(std::memory_order_relaxed), 0, live_timers(), counters_};
}

void Lane::reclaim_timers() { wheel_.reclaim(give_back); }

void Lane::deliver(process::Job* job) {
  Process* process = environment_.table.find(job->pid);
  if (process == nullptr || !context_.deliver(*process, job)) job->discard(*job);
}

// Names first, then the pid: whoever finds a name finds a process that is still in the table or has
// just left it. After the table nobody new can find it; end_process closes the inbox to those who
// hold it already, and the epoch keeps the struct for them. Whoever is told of the end finds
// neither name nor pid.
void Lane::end(Process& process) {
  if (process.timer != nullptr) cancel_timer(process);
  process::give_up_job(process);
  process::report_end(process, context_);
  environment_.executor.release(process);
  environment_.registry.forget(process, *context_.epoch);
  environment_.table.remove(&process, context_.worker, *context_.epoch);
  if (process.pid == 1) run_state_.main_ended(process.exit_kind);
  ++counters_.exits;
  counters_.messages_dropped += process::end_process(&process, context_);
}

}  // namespace ttvm::sched
