// The one way into a process: a lock-free stack of signals in one word, with the receiver's state.
//
//   word_   0            empty: nothing queued, the receiver runs or is in a run queue
//           kWaiting     empty, and the receiver is parked: the push that finds this owns the
//                        process and has to make it runnable
//           kClosed      the process is over: nothing goes in any more
//           otherwise    the newest signal; `next` leads to older ones
//
// Thread safety: push() by any thread that holds an epoch guard (epoch.hpp) or otherwise knows that
// the process lives; everything else by the worker that runs the process.
//
// Order: pushes are totally ordered by the modifications of word_; take_all() reverses the stack.
// Two signals of one sender are pushed in program order (a sender that changes its worker does so
// through a run queue, which orders it), so they come out in the order sent.
//
// The interleavings that matter:
//   push | push        the loser of the exchange tries again on top of the winner: nothing lost.
//   push | take_all    either the push comes first and is taken, or it finds 0 and starts anew.
//   push | try_wait    push first: try_wait finds a signal and fails, the receiver runs on.
//                      try_wait first: the push finds kWaiting and wakes. Never neither, never
//                      both: both are read-modify-writes of the same word.
//   push | push on a waiting receiver: only one of them finds kWaiting, so one wakes.
//   push | let_go      the push that has read the kept one's address fails and tries again, or
//   comes
//                      first: then let_go finds the kept one below and cuts it off. If the block is
//                      in another message by then and that is the newest here, the push succeeds,
//                      rightly: an address here always means the message on top.
//   push | close       push first: close hands the signal back. close first: push says kClosed and
//                      the sender keeps its signal (a dead letter).
//
// Rejected: a queue per producing thread (moodycamel): order is lost when a sender changes threads.
// A separate "waiting" flag: two words need a fence between them on each send and each wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "process/signal.hpp"

namespace ttvm::process {

enum class PushResult : std::uint8_t {
  kPushed,        // the receiver will find it
  kWakeReceiver,  // and the caller now owns the process and must make it runnable
  kClosed,        // the receiver is dead; the caller keeps the signal
};

class Inbox {
 public:
  Inbox() = default;
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // Any thread. Writes word_: release publishes the signal's contents to take_all() and close();
  // acquire (used when kWaiting was found) pairs with try_wait(): the waker sees the process as its
  // last worker left it. The first look costs nothing: the line is fetched to be written anyway.
  PushResult push(Signal* signal) {
    __builtin_prefetch(&word_, 1);
    std::uintptr_t old = word_.load(std::memory_order_relaxed);
    for (;;) {
      if (old == kClosed) {
        // Acquire pairs with close(): what the receiver still did with the signal (it may be a
        // timeout that the receiver failed to cancel) is before what the caller does with it now.
        word_.load(std::memory_order_acquire);
        return PushResult::kClosed;
      }
      signal->next = old == kWaiting ? nullptr : reinterpret_cast<Signal*>(old);
      if (word_.compare_exchange_weak(old, reinterpret_cast<std::uintptr_t>(signal),
                                      std::memory_order_acq_rel, std::memory_order_relaxed)) {
        return old == kWaiting ? PushResult::kWakeReceiver : PushResult::kPushed;
      }
    }
  }

  // Receiver: may there be something to take? A late answer is corrected by try_wait(). Acquire, as
  // wherever the receiver looks into a signal: pairs with the release of each push() (they form one
  // release sequence: all are read-modify-writes).
  bool has_signals() const { return is_signal(word_.load(std::memory_order_acquire)); }

  // Receiver, running: everything queued, oldest first; null when empty.
  Signal* take_all() {
    if (!has_signals()) return nullptr;
    const std::uintptr_t old = word_.exchange(kEmpty, std::memory_order_acquire);
    TTVM_ASSERT(old > kClosed);
    return reversed(reinterpret_cast<Signal*>(old));
  }

  // Receiver: the only signal that there is to take, or null if there are none or more. It has not
  // been taken yet.
  Signal* single() const {
    const std::uintptr_t word = word_.load(std::memory_order_acquire);
    if (!is_signal(word)) return nullptr;
    auto* signal = reinterpret_cast<Signal*>(word);
    return signal->next == nullptr || signal->next->kind == SignalKind::kKept ? signal : nullptr;
  }
  // Receiver: takes the message that single() gave, but leaves it here. Its block must stay, and
  // its kind be kKept, until let_go(), take_all(), close() or a try_wait() that was true.
  void keep(Signal* signal) {
    signal->next = nullptr;  // one that was kept before
    signal->kind = SignalKind::kKept;
  }
  // Receiver, running: a kept message is here no more.
  void let_go() {
    std::uintptr_t word = word_.load(std::memory_order_acquire);
    if (word <= kClosed) return;
    if (!is_signal(word) &&
        word_.compare_exchange_strong(word, kEmpty, std::memory_order_acquire)) {
      return;
    }
    for (auto* at = reinterpret_cast<Signal*>(word); at->next != nullptr; at = at->next) {
      if (at->next->kind == SignalKind::kKept) at->next = nullptr;
      if (at->next == nullptr) return;
    }
  }

  // Receiver: empty -> waiting. False when signals are there: the receiver must look at them. After
  // true the process belongs to whoever pushes next and must not be touched. The release pairs with
  // the acquire in push(): it publishes the process to its waker.
  bool try_wait() {
    std::uintptr_t expected = word_.load(std::memory_order_acquire);
    return !is_signal(expected) &&
           word_.compare_exchange_strong(expected, kWaiting, std::memory_order_release,
                                         std::memory_order_relaxed);
  }

  // Receiver at its end (or the only thread left): returns what was queued, oldest first. Acquire
  // as in take_all(); release pairs with the push() that finds kClosed.
  Signal* close() {
    const std::uintptr_t old = word_.exchange(kClosed, std::memory_order_acq_rel);
    return is_signal(old) ? reversed(reinterpret_cast<Signal*>(old)) : nullptr;
  }

  // For reports, when nothing else runs: what is queued, the newest first, a kept one included.
  const Signal* newest() const {
    const std::uintptr_t word = word_.load(std::memory_order_relaxed);
    return word > kClosed ? reinterpret_cast<const Signal*>(word) : nullptr;
  }
  bool is_waiting() const { return word_.load(std::memory_order_relaxed) == kWaiting; }

 private:
  static constexpr std::uintptr_t kEmpty = 0;
  static constexpr std::uintptr_t kWaiting = 1;
  static constexpr std::uintptr_t kClosed = 2;
  static_assert(alignof(Signal) > kClosed);

  static constexpr std::size_t kCacheLine = 64;

  // Whether there is something to take. For the receiver, after an acquire.
  static bool is_signal(std::uintptr_t word) {
    return word > kClosed && reinterpret_cast<Signal*>(word)->kind != SignalKind::kKept;
  }

  static Signal* reversed(Signal* newest) {
    Signal* oldest = nullptr;
    while (newest != nullptr && newest->kind != SignalKind::kKept) {
      Signal* older = newest->next;
      __builtin_prefetch(reinterpret_cast<const char*>(newest) + kCacheLine);  // its values
      newest->next = oldest;
      oldest = newest;
      newest = older;
    }
    return oldest;
  }

  std::atomic<std::uintptr_t> word_{kEmpty};
};

}  // namespace ttvm::process
