// Whose turn it is when processes of different priorities can run. High goes before normal, normal
// before low, but nobody waits for ever:
//   - after 64 slices of high ones in a row while a normal one waits, a normal one has a slice;
//   - after 8 slices of others in a row while a low one waits, a low one has a slice. If normal
//     ones wait too and had no slice meanwhile, one of them goes first: low is never served better
//     than normal.
// Both drivers ask here. With processes of one priority only, nothing needs to be counted.
//
// Thread safety: each worker has its own.
#pragma once

#include <cstdint>

#include "process/process.hpp"

namespace ttvm::sched {

// In which of the three classes somebody can run.
struct Waiting {
  bool high = false;
  bool normal = false;
  bool low = false;
};

class Turns {
 public:
  static constexpr std::uint32_t kBeforeNormal = 64;
  static constexpr std::uint32_t kBeforeLow = 8;

  // The class that runs next; somebody waits.
  process::ProcessPriority due(const Waiting& waiting) const {
    using Priority = process::ProcessPriority;
    if (waiting.low && passed_low_ >= kBeforeLow) {
      return waiting.normal && !normal_since_low_ ? Priority::kNormal : Priority::kLow;
    }
    if (waiting.high && !(waiting.normal && passed_normal_ >= kBeforeNormal)) {
      return Priority::kHigh;
    }
    return waiting.normal ? Priority::kNormal : Priority::kLow;
  }

  // A process of that class gets a slice while `waiting` (which includes it) could run.
  void count(process::ProcessPriority chosen, const Waiting& waiting) {
    using Priority = process::ProcessPriority;
    if (chosen == Priority::kLow || !waiting.low) {
      passed_low_ = 0;
      normal_since_low_ = false;
    } else {
      ++passed_low_;
      normal_since_low_ = normal_since_low_ || chosen == Priority::kNormal;
    }
    passed_normal_ = chosen == Priority::kHigh && waiting.normal ? passed_normal_ + 1 : 0;
  }

 private:
  std::uint32_t passed_normal_ = 0;  // slices of high ones in a row while a normal one waited
  std::uint32_t passed_low_ = 0;     // slices of others in a row while a low one waited
  bool normal_since_low_ = false;    // one of these was of a normal one
};

}  // namespace ttvm::sched
