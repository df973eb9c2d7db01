// The schedule that changes processes as rarely as possible, with exceptions that a script names.
//
// By itself it goes on with a process until that waits, yields, ends or has used up its slice; then
// comes the oldest of those that can run (of the priority whose turn it is). It counts its steps
// from 1, and the script says at which of them another process goes on. A process that was
// preempted so is the first in the queue.
//
// A new process runs up to its first scheduling point at once, as part of the step that spawned it:
// until then it does nothing that others could see. If receiving does not either
// (receives_commute), one that was woken does the same.
//
// What else could have been chosen is recorded:
//   - at a scheduling point: any other process, by preempting this one;
//   - when a process waits, yields or has ended: any other of the same priority; one of another
//     priority counts as preempting, and so does the one that yielded (else a process that yields
//     until something happens would have endless choices);
//   - when a slice is used up: any other than the oldest, which counts as preempting;
//   - if the recording wants early timeouts: that time passes to the next timer, likewise.
//
// Thread safety: as schedule.hpp.
#pragma once

#include <array>
#include <deque>

#include "sched/schedule.hpp"
#include "sched/script.hpp"
#include "sched/turns.hpp"

namespace ttvm::sched {

class ScriptedSchedule final : public Schedule {
 public:
  // `recording` may be null.
  ScriptedSchedule(Script script, std::int32_t budget, Recording* recording);

  void add(const Runnable& runnable) override;
  std::size_t count() const override;
  Step take(bool timers) override;
  bool delays_end() override { return true; }
  void receives_commute() override { runs_woken_ = true; }
  bool fits() const override { return fits_ && next_deviation_ == script_.size(); }

 private:
  using Queue = std::deque<Runnable>;

  Queue& queue_of(const process::Process& process) {
    return queues_[static_cast<std::size_t>(process.priority)];
  }
  Waiting waiting() const;
  Step step_of(const Runnable& runnable, std::uint64_t used) const;
  Step go_on_with(const Runnable& runnable);
  // Takes the process out of its queue; false if it is in none.
  bool find(std::uint64_t pid, Runnable& found);
  bool deviate(std::uint64_t pid, bool timers, Step& step);
  void record(bool goes_on, process::ProcessPriority due, bool timers);
  void record(std::uint64_t pid, bool preempts);

  const Script script_;
  std::size_t next_deviation_ = 0;
  const std::uint64_t budget_;
  Recording* const recording_;
  bool fits_ = true;
  std::uint64_t step_ = 0;
  std::uint64_t newest_pid_ = 0;
  std::deque<process::Process*> fresh_;  // to run to their next scheduling points at once
  bool runs_fresh_ = false;              // one of these makes the present step
  bool runs_woken_ = false;              // those that were woken are such
  Runnable current_;                     // made the last step and could go on; or null
  std::uint64_t used_ = 0;               // reductions of current_ since it had its turn
  bool used_up_ = false;                 // the last step ended with its slice
  process::Process* yielded_ = nullptr;  // the last step ended so
  std::array<Queue, 3> queues_;          // by priority
  Turns turns_;
};

}  // namespace ttvm::sched
