// A schedule written down: where it differs from the one that scripted_schedule.hpp follows by
// itself. And what a run tells about the choices that it had, so that others can be tried.
//
// Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ttvm::sched {

// At its step number `step` the run goes on with process `pid`; 0: time passes to the next timer.
struct Deviation {
  std::uint64_t step = 0;
  std::uint64_t pid = 0;

  friend bool operator==(const Deviation&, const Deviation&) = default;
};

using Script = std::vector<Deviation>;  // in the order of steps, at most one for each

// "12:3,40:0"; without deviations "default".
std::string to_text(const Script& script);
std::optional<Script> parse_script(std::string_view text);

// Another choice that a run could have made.
struct Alternative {
  std::uint64_t step = 0;
  std::uint64_t pid = 0;
  bool preempts = false;  // it takes the turn from a process that could have gone on
};

// The alternatives behind the last deviation of a script, in memory of the caller.
struct Recording {
  Alternative* entries = nullptr;
  std::size_t capacity = 0;
  bool early_timeouts = false;  // whether passing time counts as a choice while others can run
  // Set by the run.
  std::size_t count = 0;
  bool truncated = false;  // there were more
};

}  // namespace ttvm::sched
