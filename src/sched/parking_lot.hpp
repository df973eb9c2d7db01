// Who is parked, who searches for work, how they sleep, and how all of them are brought to rest.
// README.md has the protocol.
//
// Thread safety: everything here is for all workers and for threads outside.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace ttvm::sched {

// One thread sleeps here; any other wakes it. A wake-up before the sleep is kept (one of them).
class Parker {
 public:
  // Returns after unpark() or at `deadline` (of CLOCK_MONOTONIC; INT64_MAX: never); may return
  // early.
  void park(base::Nanos deadline);
  void unpark();

 private:
  // 1: a wake-up is there. Set by unpark (release), taken by park (acquire): the sleeper sees what
  // its waker did before.
  std::atomic<std::uint32_t> token_{0};
};

// The set of idle workers. A worker is idle from just before it parks until somebody takes it out
// to wake it, or it takes itself out. A worker that was taken out counts as searching, so that no
// second one is woken for the same work.
class ParkingLot {
 public:
  explicit ParkingLot(std::uint32_t workers) : workers_(workers), listed_(workers, false) {}

  base::Mutex& mutex() TTVM_THREAD_ANNOTATION(lock_returned(mutex_)) { return mutex_; }

  // May a worker with surplus work wake another? Relaxed: asked again after its next slice.
  bool worth_waking() const {
    const std::uint64_t state = state_.load(std::memory_order_relaxed);
    return idle_of(state) != 0 && searching_of(state) == 0;
  }
  // For threads that are no workers, after they have queued something: seq_cst, see the README.
  bool any_idle() const { return idle_of(state_.load(std::memory_order_seq_cst)) != 0; }

  // Idle -> searching, for the caller to unpark.
  std::optional<std::uint32_t> take_one() TTVM_REQUIRES(mutex_);
  // Running -> idle. `searching`: it was.
  void enter(std::uint32_t worker, bool searching) TTVM_REQUIRES(mutex_);
  // After parking: takes itself out if nobody did. True: it was taken out, so it searches.
  bool leave(std::uint32_t worker) TTVM_REQUIRES(mutex_);
  bool all_idle() const TTVM_REQUIRES(mutex_) { return list_.size() == workers_; }

  // ---- The gate. A worker is at rest while it is idle or waits here: it does not touch any
  // process.

  // Workers ask between two slices, and before anything else after they were idle. Relaxed: a late
  // answer costs a slice; the mutex orders the rest.
  bool gate_is_closed() const { return gate_closed_.load(std::memory_order_relaxed); }
  // Waits until the gate is open. By a worker, which is not idle.
  void wait_at_gate();
  // By one thread at a time, no worker: closes the gate, calls `look` when all workers are at rest,
  // while they are kept so, and opens it. `look` gets false if some are not at rest after
  // `patience` (they may wait for the reader of standard output). False, without a look: the run
  // was over (`is_over`) before. Whoever ends it calls notice_end().
  bool look_at_rest(std::chrono::milliseconds patience, const std::function<bool()>& is_over,
                    const std::function<void(bool all)>& look);
  void notice_end() { gate_changed_.notify_all(); }

  // Running -> searching; refused when half of the workers do already.
  bool try_start_search();
  void stop_search() { state_.fetch_sub(kOneSearching, std::memory_order_seq_cst); }

 private:
  static constexpr std::uint64_t kOneIdle = std::uint64_t{1} << 32U;
  static constexpr std::uint64_t kOneSearching = 1;
  static std::uint64_t idle_of(std::uint64_t state) { return state >> 32U; }
  static std::uint64_t searching_of(std::uint64_t state) { return state & 0xFFFFFFFFU; }

  const std::uint32_t workers_;
  base::Mutex mutex_;
  std::vector<std::uint32_t> list_ TTVM_GUARDED_BY(mutex_);  // the last to park is woken first
  std::vector<bool> listed_ TTVM_GUARDED_BY(mutex_);
  std::uint32_t at_gate_ TTVM_GUARDED_BY(mutex_) = 0;
  base::ConditionVariable gate_changed_;  // a worker came to rest, or the gate was opened
  // Written under the mutex by the one who looks; read by all workers at each slice.
  alignas(64) std::atomic<bool> gate_closed_{false};
  // idle in the upper half, searching in the lower. Idle is changed under the mutex only. Seq_cst
  // read-modify-writes: each pairs with the loads of those who queue something (README.md).
  alignas(64) std::atomic<std::uint64_t> state_{0};
};

}  // namespace ttvm::sched
