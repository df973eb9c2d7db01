#include "sched/scripted_schedule.hpp"

#include <algorithm>

namespace ttvm::sched {

using process::Process;
using process::ProcessPriority;

ScriptedSchedule::ScriptedSchedule(Script script, std::int32_t budget, Recording* recording)
    : script_(std::move(script)),
      budget_(static_cast<std::uint64_t>(budget)),
      recording_(recording) {}

void ScriptedSchedule::add(const Runnable& runnable) {
  Process& process = *runnable.process;
  if (runnable.cause == Cause::kWoken) {
    const bool is_new = process.pid > newest_pid_;  // pids count up
    if (is_new) newest_pid_ = process.pid;
    if (is_new || runs_woken_) {
      fresh_.push_back(&process);
    } else {
      queue_of(process).push_back(runnable);
    }
    return;
  }
  const bool stands = runnable.cause == Cause::kAtPoint || runnable.cause == Cause::kEnded;
  if (stands && !runs_fresh_) {
    current_ = runnable;
    used_ += runnable.reductions;
    return;
  }
  queue_of(process).push_back(runnable);
  if (runs_fresh_) return;
  used_up_ = runnable.cause == Cause::kUsedUp;
  yielded_ = runnable.cause == Cause::kYielded ? &process : nullptr;
}

std::size_t ScriptedSchedule::count() const {
  std::size_t count = fresh_.size() + (current_.process == nullptr ? 0 : 1);
  for (const Queue& queue : queues_) count += queue.size();
  return count;
}

Waiting ScriptedSchedule::waiting() const {
  const auto some = [&](ProcessPriority priority) {
    return !queues_[static_cast<std::size_t>(priority)].empty();
  };
  return {some(ProcessPriority::kHigh), some(ProcessPriority::kNormal),
          some(ProcessPriority::kLow)};
}

Step ScriptedSchedule::step_of(const Runnable& runnable, std::uint64_t used) const {
  Step step;
  step.process = runnable.process;
  step.ends = runnable.cause == Cause::kEnded;
  step.budget = static_cast<std::int32_t>(budget_ - std::min(used, budget_ - 1));
  step.points = runnable.cause == Cause::kAtPoint ? 1 : 0;
  return step;
}

Step ScriptedSchedule::take(bool timers) {
  runs_fresh_ = !fresh_.empty();
  if (runs_fresh_) {
    const Runnable runnable{fresh_.front(), Cause::kWoken, 0};
    fresh_.pop_front();
    return step_of(runnable, 0);
  }
  ++step_;
  if (current_.process != nullptr && used_ >= budget_) {
    queue_of(*current_.process).push_back(current_);
    current_ = {};
    used_up_ = true;
  }
  const bool goes_on = current_.process != nullptr;
  const Waiting now = waiting();
  const ProcessPriority due = goes_on ? current_.process->priority : turns_.due(now);
  Step step;
  if (next_deviation_ < script_.size() && script_[next_deviation_].step == step_) {
    const std::uint64_t pid = script_[next_deviation_++].pid;
    if (deviate(pid, timers, step)) return step;
    fits_ = false;
  } else if (recording_ != nullptr && next_deviation_ == script_.size()) {
    record(goes_on, due, timers);
  }
  if (goes_on) {
    step = step_of(current_, used_);
    current_ = {};
    return step;
  }
  turns_.count(due, now);
  Queue& queue = queues_[static_cast<std::size_t>(due)];
  const Runnable oldest = queue.front();
  queue.pop_front();
  return go_on_with(oldest);
}

// Another one has its turn.
Step ScriptedSchedule::go_on_with(const Runnable& runnable) {
  used_ = 0;
  used_up_ = false;
  yielded_ = nullptr;
  return step_of(runnable, 0);
}

bool ScriptedSchedule::deviate(std::uint64_t pid, bool timers, Step& step) {
  Runnable chosen;
  if (pid == 0 ? !timers : !find(pid, chosen)) return false;
  if (current_.process != nullptr) {
    queue_of(*current_.process).push_front(current_);
    current_ = {};
  }
  step = go_on_with(chosen);
  return true;
}

bool ScriptedSchedule::find(std::uint64_t pid, Runnable& found) {
  for (Queue& queue : queues_) {
    const auto place = std::find_if(queue.begin(), queue.end(), [&](const Runnable& runnable) {
      return runnable.process->pid == pid;
    });
    if (place == queue.end()) continue;
    found = *place;
    queue.erase(place);
    return true;
  }
  return false;
}

void ScriptedSchedule::record(bool goes_on, ProcessPriority due, bool timers) {
  if (recording_->truncated) return;
  const Process* oldest =
      goes_on ? nullptr : queues_[static_cast<std::size_t>(due)].front().process;
  for (const Queue& queue : queues_) {
    for (const Runnable& other : queue) {
      if (other.process == oldest) continue;
      const bool is_free = !goes_on && !used_up_ && other.process != yielded_;
      record(other.process->pid, !is_free || other.process->priority != due);
    }
  }
  if (timers && recording_->early_timeouts) record(0, true);
}

void ScriptedSchedule::record(std::uint64_t pid, bool preempts) {
  if (recording_->count == recording_->capacity) {
    recording_->truncated = true;
    return;
  }
  recording_->entries[recording_->count++] = {step_, pid, preempts};
}

}  // namespace ttvm::sched
