// What one worker does with one process, whichever driver chose it: the slice, the wait protocol,
// the timers, the end of a process. Each worker has one lane.
//
// Thread safety: used by its worker only, but for `live_timers` and what the timing wheel allows.
//
// Timers. A process that waits until a deadline owns a Timeout: signal and wheel entry in one
// block.
//   - It is armed in the wheel of the worker that saw the process wait, and Process::timer has it.
//   - It fires at that worker: the block is pushed into the inbox as kTimeout; from then on it
//     belongs to whoever drains the inbox, also when the wait was over before.
//   - When the wait is over first, the worker of the process cancels it: at its own wheel at once;
//   in
//     another's by the exchange armed -> cancelled, and that worker frees the block.
//   The exchange decides: either the timeout comes through the inbox or it does not come at all. A
//   timeout fires into a process that has just ended: the epoch keeps the struct, and the closed
//   inbox gives the block back to the one who fired.
//
// Delayed sends are entries of the same wheel. Such a block has up to two owners: the wheel, until
// it was fired or cancelled, and the process that may cancel it, until it calls release(). The last
// one frees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "process/executor.hpp"
#include "sched/driver.hpp"
#include "timer/wheel.hpp"

namespace ttvm::sched {

struct Timeout : process::Signal, timer::Entry {
  process::Process* process = nullptr;
  base::Nanos deadline = 0;
};

static_assert(sizeof(Timeout) <= process::kTimeoutBytes);

struct DelayedEntry : process::DelayedSend, timer::Entry {
  std::uint64_t to = 0;               // pid
  std::unique_ptr<std::string> name;  // or name; mostly null
  // Owners left. Decremented by each of them, release and acquire: the last one frees what the
  // other may have written.
  std::atomic<std::uint8_t> owners{1};
};

// timer::Entry::purpose
enum EntryKind : std::uint8_t { kTimeoutEntry, kDelayedEntry };

enum class AfterSlice : std::uint8_t {
  kRunnable,  // it wants to run again: queue it
  kAtPoint,   // the same, and it stands at a scheduling point
  kEnded,     // it has ended, and end() is to be called (keep_ended)
  kGone,      // it waits or is over: it must not be touched
  kStopRun,   // EXIT; context.exit_status
  kCollect,   // context.collection is to be done, then it wants to run again
};

class Lane final : public process::TimerPort {
 public:
  Lane(Environment& environment, RunState& run_state, std::uint32_t index,
       process::EpochParticipant& epoch, process::JobPort& jobs, base::Clock& clock);
  ~Lane() override;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // From now on a process that has ended is left to the caller of run().
  void keep_ended() { keeps_ended_ = true; }

  // One slice, and what follows from its end. The processes that it woke are in context().
  AfterSlice run(process::Process& process, std::int32_t budget);
  std::uint64_t last_reductions() const { return last_reductions_; }

  // Pushes the timeouts that are due; who was waiting for one is in context() then.
  void fire_timers(base::Nanos now);
  // Frees timeouts that other workers cancelled.
  void reclaim_timers();
  bool has_timers() const { return !wheel_.empty(); }
  base::Nanos next_deadline() const { return wheel_.next_deadline(); }

  // A job that has come back: into the inbox of its process, or discarded.
  void deliver(process::Job* job);

  // process::TimerPort
  process::DelayedSend* send_at(base::Nanos deadline, process::Message* message,
                                const process::Address& to, bool keep) override;
  bool cancel(process::DelayedSend* delayed) override;
  bool is_over(const process::DelayedSend* delayed) const override;
  void release(process::DelayedSend* delayed) override;

  // The end of a process that will not run again.
  void end(process::Process& process);

  // Timers armed by this lane less those that this lane fired or cancelled (possibly negative:
  // modulo 2^64). The sum over all lanes is the number of armed timers, exact when none of them
  // runs.
  std::uint64_t live_timers() const { return live_timers_.load(std::memory_order_relaxed); }

  // For reports; `queued` is the driver's to add.
  SchedulerState state() const;

  process::RunContext& context() { return context_; }
  const SchedulerCounters& counters() const { return counters_; }
  SchedulerCounters& counters() { return counters_; }

 private:
  AfterSlice wait(process::Process& process);
  AfterSlice finish(process::Process& process);
  void set_timer(process::Process& process);
  void arm_timer(process::Process& process);
  void cancel_timer(process::Process& process);
  void fire(DelayedEntry& delayed);
  void count_timer(std::uint64_t change) {
    live_timers_.store(live_timers_.load(std::memory_order_relaxed) + change,
                       std::memory_order_relaxed);
  }

  Environment& environment_;
  RunState& run_state_;
  process::RunContext context_;
  timer::Wheel wheel_;
  bool keeps_ended_ = false;
  // Pid of the process whose slice is under way, or 0. Written by the lane's worker; read, relaxed,
  // for a report about a machine that is not at rest.
  std::atomic<std::uint64_t> running_{0};
  std::uint64_t last_reductions_ = 0;
  SchedulerCounters counters_;
  // Written by the lane's worker, read by whoever checks for the end of the run; relaxed, because
  // the mutex of the parking lot orders both.
  std::atomic<std::uint64_t> live_timers_{0};
};

}  // namespace ttvm::sched
