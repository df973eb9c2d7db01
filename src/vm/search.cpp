#include "vm/search.hpp"

#include <algorithm>

namespace ttvm::vm {

Search::Search(const Limits& limits) : limits_(limits), random_(limits.runs) {
  Level& first = level(0);
  first.waiting.emplace_back().push_back({});
  first.count = 1;
  begin_level();
}

Search::Level& Search::level(std::size_t number) {
  if (levels_.size() <= number) levels_.resize(number + 1);
  return levels_[number];
}

void Search::begin_level() {
  const std::uint64_t left = limits_.runs - runs_;
  levels_[current_].quota = left - left / 2;
}

std::optional<sched::Script> Search::next() {
  while (runs_ < limits_.runs) {
    Level& now = levels_[current_];
    if (now.count != 0 && now.quota != 0) {
      --now.quota;
      ++runs_;
      tried_.push_back(take(now));
      return script_of(static_cast<Index>(tried_.size() - 1));
    }
    if (current_ + 1 != levels_.size() && levels_[current_ + 1].count != 0) {
      ++current_;
      begin_level();
    } else if (!resume_level()) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// Behind the last level: what is left of the runs is for the first one that was not finished.
bool Search::resume_level() {
  const auto unfinished = std::find_if(levels_.begin(), levels_.end(),
                                       [](const Level& level) { return level.count != 0; });
  if (unfinished == levels_.end()) return false;
  current_ = static_cast<std::size_t>(unfinished - levels_.begin());
  unfinished->quota = limits_.runs - runs_;
  return true;
}

// One of those with the fewest deviations.
Search::Node Search::take(Level& level) {
  const auto bucket = std::find_if(level.waiting.begin(), level.waiting.end(),
                                   [](const auto& nodes) { return !nodes.empty(); });
  std::swap((*bucket)[random_.below(static_cast<std::uint32_t>(bucket->size()))], bucket->back());
  const Node node = bucket->back();
  bucket->pop_back();
  --level.count;
  return node;
}

void Search::add(std::span<const sched::Alternative> alternatives, bool all) {
  const auto parent = static_cast<Index>(tried_.size() - 1);
  const std::uint32_t deviations = tried_[parent].deviations + 1;
  if (!all) levels_[current_].complete = false;
  for (const sched::Alternative& alternative : alternatives) {
    const std::size_t number = current_ + (alternative.preempts ? 1 : 0);
    Level& its = level(number);
    if (limits_.preemptions.has_value() && number > *limits_.preemptions) {
      its.complete = false;
      continue;
    }
    if (its.count >= kMostWaiting) {
      its.complete = false;
      continue;
    }
    if (its.waiting.size() <= deviations) its.waiting.resize(deviations + 1);
    its.waiting[deviations].push_back({parent, deviations, {alternative.step, alternative.pid}});
    ++its.count;
  }
}

sched::Script Search::script_of(Index node) const {
  sched::Script script;
  for (; tried_[node].deviations != 0; node = tried_[node].parent) {
    script.push_back(tried_[node].deviation);
  }
  std::reverse(script.begin(), script.end());
  return script;
}

std::optional<std::uint32_t> Search::covered() const {
  std::optional<std::uint32_t> covered;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    if (!levels_[i].complete || levels_[i].count != 0 || tried_.empty()) break;
    covered = static_cast<std::uint32_t>(i);
  }
  return covered;
}

bool Search::covered_all() const {
  const std::optional<std::uint32_t> preemptions = covered();
  return preemptions.has_value() && *preemptions + 1 == levels_.size();
}

}  // namespace ttvm::vm
