// Everything runnable of one worker: a run queue for each priority, and the turns between them.
//
// Nearly all programs have processes of normal priority only. For them this is one RunQueue and one
// flag, `mixed_`, which the owner sets when it queues any other process and clears when it finds
// none left.
//
// Thread safety: as RunQueue. steal_from by another worker on this one as victim; looks_empty by
// anyone; the rest by the owner. The three queues are stolen from one at a time, so nothing has to
// hold across them; `mixed_` and the turns are the owner's alone. A thief may empty the queues
// behind a set `mixed_`: then the next pop clears it.
#pragma once

#include <cstdint>

#include "sched/run_queue.hpp"
#include "sched/turns.hpp"

namespace ttvm::sched {

class WorkQueues {
 public:
  explicit WorkQueues(bool shared) : normal_(shared), high_(shared), low_(shared) {}
  WorkQueues(const WorkQueues&) = delete;
  WorkQueues& operator=(const WorkQueues&) = delete;

  void push(process::Process* process) {
    if (TTVM_LIKELY(process->priority == process::ProcessPriority::kNormal)) {
      normal_.push(process);
    } else {
      push_mixed(process);
    }
  }

  // The one whose turn it is, or null.
  process::Process* pop() { return TTVM_LIKELY(!mixed_) ? normal_.pop() : pop_mixed(); }

  // Whether `process`, which is in none of the queues, may run now, before those in them. The
  // latest normal one may; with other priorities about only if it is the turn of its class.
  bool may_precede(const process::Process& process) {
    if (TTVM_LIKELY(!mixed_ && process.priority == process::ProcessPriority::kNormal)) return true;
    return may_precede_mixed(process);
  }

  bool empty() const { return normal_.empty() && (TTVM_LIKELY(!mixed_) || others_empty()); }

  // Whether those of normal priority, who nearly all are, are many.
  bool is_crowded() const { return normal_.is_crowded(); }

  // How many could be stolen; a guess if others are stealing.
  std::uint64_t stealable() const {
    return TTVM_LIKELY(!mixed_) ? normal_.stealable() : stealable_mixed();
  }

  // How many are here, when nobody uses the queues.
  std::uint64_t count() const { return normal_.count() + high_.count() + low_.count(); }

  // A guess about the part that can be stolen.
  bool looks_empty() const {
    return normal_.looks_empty() && high_.looks_empty() && low_.looks_empty();
  }

  // Called by the owner of these queues, which are empty: takes half of the victim's most urgent
  // ones. Returns one process to run now, or null if there was nothing.
  process::Process* steal_from(WorkQueues& victim);

 private:
  RunQueue& queue_of(process::ProcessPriority priority) {
    if (priority == process::ProcessPriority::kNormal) return normal_;
    return priority == process::ProcessPriority::kHigh ? high_ : low_;
  }
  Waiting waiting() const { return {!high_.empty(), !normal_.empty(), !low_.empty()}; }
  // The rest for any priority; out of line, so that the usual case stays small.
  void push_mixed(process::Process* process);
  process::Process* pop_mixed();
  bool others_empty() const;
  std::uint64_t stealable_mixed() const;
  void forget_mixed() {
    mixed_ = false;
    turns_ = Turns();
  }
  bool may_precede_mixed(const process::Process& process);

  RunQueue normal_;
  bool mixed_ = false;  // somebody may be in high_ or low_
  Turns turns_;
  RunQueue high_;
  RunQueue low_;
};

}  // namespace ttvm::sched
