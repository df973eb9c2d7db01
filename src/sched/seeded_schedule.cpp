#include "sched/seeded_schedule.hpp"

namespace ttvm::sched {

using process::ProcessPriority;

namespace {
constexpr std::uint32_t kMostApart = 6;  // as a power of two, exclusive
}

SeededSchedule::SeededSchedule(std::uint64_t seed, std::int32_t budget)
    : random_(seed),
      budget_(static_cast<std::uint32_t>(budget)),
      points_apart_(1U << random_.below(kMostApart)) {}

void SeededSchedule::add(const Runnable& runnable) {
  runnable_[static_cast<std::size_t>(runnable.process->priority)].push_back(runnable);
}

std::size_t SeededSchedule::count() const {
  std::size_t count = 0;
  for (const std::vector<Runnable>& queue : runnable_) count += queue.size();
  return count;
}

Waiting SeededSchedule::waiting() const {
  const auto some = [&](ProcessPriority priority) {
    return !runnable_[static_cast<std::size_t>(priority)].empty();
  };
  return {some(ProcessPriority::kHigh), some(ProcessPriority::kNormal),
          some(ProcessPriority::kLow)};
}

Step SeededSchedule::take(bool /*timers*/) {
  const Waiting now = waiting();
  const ProcessPriority due = turns_.due(now);
  turns_.count(due, now);
  std::vector<Runnable>& candidates = runnable_[static_cast<std::size_t>(due)];
  const std::uint32_t chosen = random_.below(static_cast<std::uint32_t>(candidates.size()));
  const Runnable runnable = candidates[chosen];
  candidates[chosen] = candidates.back();
  candidates.pop_back();
  Step step;
  step.process = runnable.process;
  step.ends = runnable.cause == Cause::kEnded;
  step.budget = static_cast<std::int32_t>(1 + random_.below(budget_));
  step.points = draw_points() + (runnable.cause == Cause::kAtPoint ? 1 : 0);
  return step;
}

std::uint32_t SeededSchedule::draw_points() {
  constexpr std::uint32_t kMost = 1000;
  std::uint32_t points = 0;
  while (points < kMost && random_.below(points_apart_) != 0) ++points;
  return points;
}

}  // namespace ttvm::sched
