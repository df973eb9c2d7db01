// Runs a program under many schedules and collects what can come of it.
//
// First systematically (search.hpp), then, if that did not reach everything within three quarters
// of the runs, under seeds. Each run is an OS process of its own (isolated_run.hpp).
//
// Thread safety: as isolated_run.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vm/isolated_run.hpp"

namespace ttvm::vm {

struct ExploreOptions {
  Options run;  // seed and script are set by the exploration
  std::size_t max_memory = 0;
  std::uint64_t runs = 1000;
  std::uint64_t first_seed = 1;
  std::optional<std::uint32_t> preemptions;  // systematically up to so many
  bool only_seeds = false;                   // nothing systematically
  bool early_timeouts = false;  // timeouts may come at any moment, also while others can run
  // Called after each run with the numbers of runs and outcomes.
  std::function<void(std::uint64_t, std::size_t)> progress;
};

struct Outcome {
  RunRecord record;
  std::uint64_t count = 0;
  // The flag that repeats the first run that ended so: "--seed 7" or "--schedule 12:3".
  std::string flag;
};

struct Exploration {
  std::vector<Outcome> outcomes;  // the most frequent first
  std::uint64_t runs = 0;
  std::uint64_t systematic = 0;          // of these, not under seeds
  std::optional<std::uint32_t> covered;  // all schedules with up to so many preemptions
  bool covered_all = false;              // all schedules that there are
  std::string error;                     // the exploration had to stop
};

Exploration explore(const Verified& program, const std::string& folder,
                    const ExploreOptions& options);

}  // namespace ttvm::vm
