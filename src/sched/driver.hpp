// What both drivers implement and share. Internal to sched; see scheduler.hpp for the meaning of
// the functions.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/mutex.hpp"
#include "sched/scheduler.hpp"

namespace ttvm::sched {

// The VM around the scheduler, and what the workers tell each other about the run.
struct Environment {
  SchedulerOptions options;
  process::Executor& executor;
  process::ProcessTable& table;
  process::Registry& registry;
  process::Services& services;
  io::Output& output;
  base::Nanos start_time = 0;  // by the clock that the run uses
};

// How process 1 ended and why the run stops.
class RunState {
 public:
  // The worker that ended process 1. Release pairs with result()'s acquire.
  void main_ended(process::ExitKind kind) {
    main_.store(kind == process::ExitKind::kNormal ? kNormal : kAbnormal,
                std::memory_order_release);
  }

  // The first one counts. False if the run is being stopped already.
  bool stop(RunReason reason, int status) {
    const base::MutexLock lock(mutex_);
    if (forced_.has_value()) return false;
    forced_ = RunResult{reason, status};
    // Seq_cst, as all accesses outside of slices: a worker that parks announces itself first and
    // then looks here (parking_lot.hpp).
    stopping_.store(true, std::memory_order_seq_cst);
    return true;
  }

  // The end by quiescence: nothing can run any more. Who waits for a message may be a server whose
  // work is done; who waits for room in a mailbox is stuck in the middle of it.
  void finish(const process::ProcessTable& table) {
    bool deadlock = main_.load(std::memory_order_acquire) == kAlive;
    table.for_each([&](const process::Process& process) {
      deadlock |= process.send_state == process::SendState::kWaitsForRoom;
    });
    stop(deadlock ? RunReason::kDeadlock : RunReason::kFinished, 0);
  }

  // Read at each slice boundary (relaxed: a late answer costs one slice).
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  RunResult result() const {
    const base::MutexLock lock(mutex_);
    RunResult result = forced_.value_or(RunResult{});
    if (result.reason == RunReason::kFinished) {
      result.status = main_.load(std::memory_order_acquire) == kNormal ? 0 : 1;
    } else if (result.reason == RunReason::kDeadlock) {
      result.status = 3;
    }
    return result;
  }

 private:
  enum Main : std::uint8_t { kAlive, kNormal, kAbnormal };

  std::atomic<std::uint8_t> main_{kAlive};
  std::atomic<bool> stopping_{false};
  mutable base::Mutex mutex_;
  std::optional<RunResult> forced_ TTVM_GUARDED_BY(mutex_);
};

// How long look_at_rest() waits for workers.
inline constexpr std::chrono::milliseconds kRestPatience{2000};

class Driver {
 public:
  virtual ~Driver() = default;
  virtual process::RunContext& first_context() = 0;
  virtual void spawn_first(process::Process* process) = 0;
  virtual void receives_commute() {}
  virtual RunResult run() = 0;
  virtual void stop(RunReason reason, int status) = 0;
  virtual void wake_from_outside(process::Process* process) = 0;
  virtual bool look_at_rest(const std::function<void(bool all)>& look) = 0;
  virtual SchedulerCounters counters() const = 0;
  virtual std::vector<SchedulerState> states() const = 0;
};

}  // namespace ttvm::sched
