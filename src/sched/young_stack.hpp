// Processes that have not run yet, the newest first: a crowded worker's way to keep few alive.
//
// When hundreds can run, taking them in order of spawning lets a tree of processes grow in full
// width before the first leaf ends; the newest first walks it in depth, with as many alive as the
// tree is deep, and what is touched is what was just written. So, while the run queue is crowded, a
// worker puts the processes spawned on it here, for their first slice only.
//
// Nobody starves. The worker takes from here until that has cost a few budgets of reductions
// (Worker::kYoungBudgets); then one of the queue has its turn, and the oldest from here goes to the
// end of the queue. So those in the queue keep a fifth of the time even if newcomers never end, and
// whoever is here moves towards the queue. The room is bounded as well: when it is full, the oldest
// makes place.
//
// Thread safety: the worker's own. Others cannot steal from here; the worker moves half of it to
// its queue when that has run dry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "process/process.hpp"

namespace ttvm::sched {

class YoungStack {
 public:
  static constexpr std::uint32_t kRoom = 256;

  bool empty() const { return count_ == 0; }
  std::uint32_t count() const { return count_; }
  process::Process* newest() const { return ring_[(first_ + count_ - 1) % kRoom]; }

  // Returns the oldest if there is no room for one more, else null.
  process::Process* push(process::Process* process) {
    process::Process* displaced = count_ == kRoom ? take_oldest() : nullptr;
    ring_[(first_ + count_) % kRoom] = process;
    ++count_;
    return displaced;
  }
  process::Process* pop_newest() {
    process::Process* process = newest();
    --count_;
    return process;
  }
  process::Process* take_oldest() {
    TTVM_ASSERT(count_ != 0);
    process::Process* process = ring_[first_];
    first_ = (first_ + 1) % kRoom;
    --count_;
    return process;
  }

 private:
  std::uint32_t first_ = 0;  // of the oldest
  std::uint32_t count_ = 0;
  std::array<process::Process*, kRoom> ring_;
};

}  // namespace ttvm::sched
