#include "vm/explore.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "vm/search.hpp"

namespace ttvm::vm {

namespace {

class Explorer {
 public:
  Explorer(const Verified& program, const std::string& folder, const ExploreOptions& options)
      : program_(program), folder_(folder), options_(options) {}

  Exploration explore() {
    const bool may_go_on = options_.only_seeds || search_schedules();
    if (may_go_on && !result_.covered_all) try_seeds();
    std::stable_sort(result_.outcomes.begin(), result_.outcomes.end(),
                     [](const Outcome& a, const Outcome& b) { return a.count > b.count; });
    return std::move(result_);
  }

 private:
  bool search_schedules() {
    Search search({options_.runs - options_.runs / 4, options_.preemptions});
    while (const std::optional<sched::Script> script = search.next()) {
      Options run = options_.run;
      run.script = *script;
      if (!try_one(run, "--schedule " + sched::to_text(*script))) return false;
      search.add(runner_.alternatives(), runner_.has_all_alternatives());
    }
    result_.systematic = search.runs();
    result_.covered = search.covered();
    result_.covered_all = search.covered_all();
    return true;
  }

  void try_seeds() {
    std::uint64_t seed = options_.first_seed;
    while (result_.runs < options_.runs) {
      Options run = options_.run;
      run.seed = seed;
      if (!try_one(run, "--seed " + std::to_string(seed))) return;
      ++seed;
    }
  }

  bool try_one(const Options& run, const std::string& flag) {
    RunRecord record;
    if (!runner_.run(program_, folder_, run, options_.max_memory, options_.early_timeouts,
                     record)) {
      result_.error = runner_.error();
      return false;
    }
    ++result_.runs;
    count(std::move(record), flag);
    if (options_.progress) options_.progress(result_.runs, result_.outcomes.size());
    return true;
  }

  void count(RunRecord record, const std::string& flag) {
    const std::size_t hash = std::hash<std::string_view>()(record.output);
    const auto [first, last] = by_output_.equal_range(hash);
    for (auto known = first; known != last; ++known) {
      Outcome& outcome = result_.outcomes[known->second];
      if (!outcome.record.same_as(record)) continue;
      ++outcome.count;
      return;
    }
    by_output_.emplace(hash, result_.outcomes.size());
    result_.outcomes.push_back({std::move(record), 1, flag});
  }

  const Verified& program_;
  const std::string& folder_;
  const ExploreOptions& options_;
  IsolatedRunner runner_;
  std::unordered_multimap<std::size_t, std::size_t> by_output_;  // hash to place in outcomes
  Exploration result_;
};

}  // namespace

Exploration explore(const Verified& program, const std::string& folder,
                    const ExploreOptions& options) {
  return Explorer(program, folder, options).explore();
}

}  // namespace ttvm::vm
