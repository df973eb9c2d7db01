#include <sys/prctl.h>

#include "sched/smp_driver.hpp"

namespace ttvm::sched {

using process::Process;

namespace {

void cpu_pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Worker::Worker(SmpDriver& driver, std::uint32_t index)
    : driver_(driver),
      index_(index),
      queue_(driver.environment_.options.schedulers > 1),
      lane_(driver.environment_, driver.run_state_, index, driver.epochs_.participant(index),
            driver, driver.clock_),
      random_(index + 1) {}

[[gnu::always_inline]] inline Process* Worker::take_local() {
  Process* process = next_;
  if (process == nullptr || TTVM_UNLIKELY(!queue_.may_precede(*process))) return take_queued();
  next_ = nullptr;
  return process;
}

// Queues those who became runnable. If it is only one, and nobody has been overtaken too often, it
// runs next: in a dialogue the one who was spoken to, with the message still in the cache.
[[gnu::always_inline]] inline void Worker::absorb_woken(bool may_run_next) {
  process::RunContext& context = lane_.context();
  if (context.woken_head == nullptr) return;
  if (may_run_next && context.woken_count == 1 && next_ == nullptr &&
      (next_runs_ < kMaxNextRuns || queue_.empty())) {
    ++next_runs_;
    next_ = context.woken_head;
  } else {
    queue_all(context.woken_head);
  }
  context.woken_head = context.woken_tail = nullptr;
  context.woken_count = 0;
}

void Worker::queue_all(Process* woken) {
  while (woken != nullptr) {
    Process* following = woken->queue_next;
    queue_woken(woken);
    woken = following;
  }
}

void Worker::loop() {
  // The kernel may delay a timed wait by 50 us to save power; our timers are finer than that.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  process::EpochParticipant& epoch = *lane_.context().epoch;
  if (!epoch.is_online()) epoch.go_online();
  while (!driver_.run_state_.stopping()) {
    if (TTVM_UNLIKELY(driver_.lot_.gate_is_closed())) driver_.lot_.wait_at_gate();
    Process* process = take_local();
    if (process == nullptr) process = find_work();
    if (process == nullptr) break;
    run_slice(process);
  }
  if (searching_) stop_searching();
  epoch.go_offline();
}

SchedulerState Worker::state() const {
  SchedulerState state = lane_.state();
  state.queued = queue_.count() + young_.count() + (next_ == nullptr ? 0 : 1);
  return state;
}

Process* Worker::take_queued() {
  if (next_ != nullptr) queue_.push(next_);  // others are more urgent, or it is their turn
  next_ = nullptr;
  next_runs_ = 0;
  if (TTVM_UNLIKELY(!young_.empty())) {
    const std::uint64_t share =
        kYoungBudgets * static_cast<std::uint64_t>(driver_.environment_.options.budget);
    if ((reductions_since_queue_ < share && queue_.may_precede(*young_.newest())) ||
        queue_.empty()) {
      return young_.pop_newest();
    }
    queue_.push(young_.take_oldest());
  }
  reductions_since_queue_ = 0;
  return queue_.pop();
}

void Worker::run_slice(Process* process) {
  TTVM_ASSERT(!searching_);
  const AfterSlice after = lane_.run(*process, driver_.environment_.options.budget);
  absorb_woken(true);
  if (after == AfterSlice::kRunnable) {
    if (next_ == nullptr && queue_.empty()) {
      next_ = process;  // alone: not switched
    } else {
      queue_.push(process);
    }
  } else if (TTVM_UNLIKELY(after == AfterSlice::kCollect)) {
    driver_.collect(*process, lane_.context().collection);
  } else if (TTVM_UNLIKELY(after == AfterSlice::kStopRun)) {
    driver_.stop(RunReason::kExit, lane_.context().exit_status);
  }
  if (!has_surplus()) surplus_since_ = kNoSurplus;
  reductions_since_queue_ += lane_.last_reductions();
  reductions_since_tick_ += lane_.last_reductions();
  if (++slices_since_tick_ >= kTickSlices ||
      reductions_since_tick_ >= static_cast<std::uint64_t>(driver_.environment_.options.budget)) {
    tick();
  }
}

void Worker::queue_woken(Process* process) {
  const bool is_new = process->reductions == 0;
  if (TTVM_UNLIKELY(is_new && queue_.is_crowded() &&
                    process->priority == process::ProcessPriority::kNormal)) {
    process = young_.push(process);
    if (process == nullptr) return;
  }
  queue_.push(process);
}

// The queue has nothing that others could steal, but there is more here than runs next.
void Worker::share_young() {
  for (std::uint32_t count = young_.count() / 2; count != 0; --count) {
    queue_.push(young_.take_oldest());
  }
}

// What need not be done after each short slice: every 16 slices or one budget of reductions.
void Worker::tick() {
  slices_since_tick_ = 0;
  reductions_since_tick_ = 0;
  lane_.context().epoch->quiescent();
  io::Output& output = driver_.environment_.output;
  if (TTVM_UNLIKELY(!young_.empty()) && queue_.stealable() == 0 && driver_.workers_.size() > 1) {
    share_young();
  }
  const bool may_share = has_surplus() && driver_.lot_.worth_waking();
  if (lane_.has_timers() || output.has_pending() || may_share) {
    const base::Nanos now = driver_.clock_.now();
    lane_.fire_timers(now);
    output.flush_if_due(now);
    if (may_share) share_surplus(now);
  }
  if (TTVM_UNLIKELY(driver_.completions_.any())) {
    process::Job* job = driver_.completions_.take_all();
    while (job != nullptr) {
      auto* following = static_cast<process::Job*>(job->next);
      if (Process* collected = Collections::settle(job)) {
        queue_.push(collected);
      } else {
        lane_.deliver(job);
      }
      // After the delivery: while it is counted the run cannot be taken for finished.
      driver_.jobs_out_.fetch_sub(1, std::memory_order_relaxed);
      job = following;
    }
  }
  absorb_woken(false);
  while (!driver_.injected_.looks_empty()) {
    Process* process = driver_.injected_.try_pop();
    if (process == nullptr) break;
    queue_.push(process);
  }
  if (TTVM_UNLIKELY(output.failed())) driver_.stop(RunReason::kOutputFailed, 1);
}

// More work than runs next, for longer than a moment, and someone idle: wake it to steal. The
// patience keeps work that will be done sooner than another worker is awake, and two processes that
// talk to each other when one of them is preempted, on the core that has their data. Neither this
// nor the idle worker needs a fence: if the two miss each other, we ask again at the next tick.
void Worker::share_surplus(base::Nanos now) {
  if (surplus_since_ == kNoSurplus) {
    surplus_since_ = now;
  } else if (now - surplus_since_ >= kSurplusPatience) {
    surplus_since_ = kNoSurplus;
    if (driver_.wake_one()) ++lane_.counters().wakes;
  }
}

Process* Worker::find_work() {
  for (;;) {
    if (TTVM_UNLIKELY(driver_.lot_.gate_is_closed())) driver_.lot_.wait_at_gate();
    tick();
    Process* process = take_local();
    if (process == nullptr && !driver_.run_state_.stopping()) process = search();
    if (process != nullptr) {
      if (searching_) stop_searching();
      return process;
    }
    if (driver_.run_state_.stopping()) return nullptr;
    park();
  }
}

Process* Worker::search() {
  if (driver_.workers_.size() == 1) return nullptr;
  if (!searching_) searching_ = driver_.lot_.try_start_search();
  if (!searching_) return steal();  // enough others search: one look
  for (std::uint32_t round = 0; round < kSearchRounds; ++round) {
    if (Process* process = steal()) return process;
    if (driver_.run_state_.stopping() || driver_.completions_.any() ||
        !driver_.injected_.looks_empty()) {
      break;
    }
    for (std::uint32_t i = 0; i < kSearchPauses; ++i) cpu_pause();
  }
  return nullptr;
}

Process* Worker::steal() {
  const auto count = static_cast<std::uint32_t>(driver_.workers_.size());
  const std::uint32_t start = random_.below(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t victim = (start + i) % count;
    if (victim == index_) continue;
    if (Process* process = queue_.steal_from(driver_.workers_[victim]->queue_)) {
      ++lane_.counters().steals;
      return process;
    }
  }
  return nullptr;
}

void Worker::stop_searching() {
  searching_ = false;
  driver_.lot_.stop_search();
}

void Worker::park() {
  if (driver_.environment_.output.has_pending()) driver_.environment_.output.flush();
  lane_.reclaim_timers();
  process::EpochParticipant& epoch = *lane_.context().epoch;
  epoch.go_offline();
  bool sleep = false;
  {
    const base::MutexLock lock(driver_.lot_.mutex());
    driver_.lot_.enter(index_, searching_);
    searching_ = false;
    // Announced; now look again at everything that others may have queued before they could see it.
    if (!driver_.run_state_.stopping() && !driver_.work_visible()) {
      if (driver_.lot_.all_idle() && driver_.quiescent()) {
        driver_.run_state_.finish(driver_.environment_.table);
        driver_.wake_all();
      } else {
        sleep = true;
      }
    }
    if (!sleep) driver_.lot_.leave(index_);
    if (sleep) ++lane_.counters().parks;
  }
  if (sleep) {
    parker_.park(lane_.next_deadline());
    const base::MutexLock lock(driver_.lot_.mutex());
    searching_ = driver_.lot_.leave(index_);
  }
  epoch.go_online();
}

}  // namespace ttvm::sched
