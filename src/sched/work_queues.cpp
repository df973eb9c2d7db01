#include "sched/work_queues.hpp"

namespace ttvm::sched {

using process::Process;
using process::ProcessPriority;

void WorkQueues::push_mixed(Process* process) {
  mixed_ = true;
  queue_of(process->priority).push(process);
}

bool WorkQueues::others_empty() const { return high_.empty() && low_.empty(); }

std::uint64_t WorkQueues::stealable_mixed() const {
  return normal_.stealable() + high_.stealable() + low_.stealable();
}

Process* WorkQueues::pop_mixed() {
  for (;;) {
    const Waiting now = waiting();
    if (!now.high && !now.low) {
      forget_mixed();
      return normal_.pop();
    }
    const ProcessPriority due = turns_.due(now);
    // Null if thieves took the last one of its class since we looked.
    if (Process* process = queue_of(due).pop()) {
      turns_.count(due, now);
      return process;
    }
  }
}

bool WorkQueues::may_precede_mixed(const Process& process) {
  Waiting now = waiting();
  if (!now.high && !now.low) {
    forget_mixed();
    if (process.priority == ProcessPriority::kNormal) return true;
  }
  now.high = now.high || process.priority == ProcessPriority::kHigh;
  now.normal = now.normal || process.priority == ProcessPriority::kNormal;
  now.low = now.low || process.priority == ProcessPriority::kLow;
  if (turns_.due(now) != process.priority) return false;
  turns_.count(process.priority, now);
  return true;
}

Process* WorkQueues::steal_from(WorkQueues& victim) {
  if (Process* process = high_.steal_from(victim.high_)) {
    mixed_ = true;
    return process;
  }
  if (Process* process = normal_.steal_from(victim.normal_)) return process;
  Process* process = low_.steal_from(victim.low_);
  if (process != nullptr) mixed_ = true;
  return process;
}

}  // namespace ttvm::sched
