// Which schedules to try, in which order, when not all can be tried.
//
// Every schedule is the default one with deviations (sched/script.hpp). They form a tree: a run
// under a script tells what else could have been chosen behind the script's last deviation, and
// each of these choices makes a script with one deviation more. So each schedule comes up once.
//
// They are tried in levels: first all without preemptions, then all with one, and so on; in a level
// those with few deviations first, and among these in random order. A level may use half of the
// runs that are left; one that needs more is left unfinished until all levels had their turn,
// because errors that one preemption shows are worth more than the last of many orders. If a level
// was finished, and all before it, then every schedule with so many preemptions has been tried.
//
// Thread safety: one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "sched/script.hpp"

namespace ttvm::vm {

class Search {
 public:
  struct Limits {
    std::uint64_t runs = 1000;
    std::optional<std::uint32_t> preemptions;  // not set: as many as the runs allow
  };
  explicit Search(const Limits& limits);

  // The next one; empty when nothing is left, or nothing within the limits.
  std::optional<sched::Script> next();
  // What the run of that one could have done otherwise. `all`: the list is complete.
  void add(std::span<const sched::Alternative> alternatives, bool all);

  std::uint64_t runs() const { return runs_; }
  // All schedules with up to so many preemptions were tried; empty: not even those with none.
  std::optional<std::uint32_t> covered() const;
  // All schedules that there are were tried.
  bool covered_all() const;

 private:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;
  // More than this many need not be remembered for a level.
  static constexpr std::uint64_t kMostWaiting = 1'000'000;

  struct Node {
    Index parent = kNone;
    std::uint32_t deviations = 0;
    sched::Deviation deviation;
  };
  struct Level {
    std::vector<std::vector<Node>> waiting;  // by number of deviations
    std::uint64_t count = 0;                 // of those waiting
    std::uint64_t quota = 0;                 // runs that it may still use
    bool complete = true;                    // nothing was left out
  };

  Level& level(std::size_t number);
  void begin_level();
  bool resume_level();
  Node take(Level& level);
  sched::Script script_of(Index node) const;

  const Limits limits_;
  base::Random random_;
  std::vector<Node> tried_;
  std::vector<Level> levels_;
  std::size_t current_ = 0;  // level
  std::uint64_t runs_ = 0;
};

}  // namespace ttvm::vm
