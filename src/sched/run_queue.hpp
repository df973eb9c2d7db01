// The runnable processes of one worker, first in, first out.
//
// The front of the queue is a ring of 256 from which others may steal (half of it at a time); what
// does not fit waits behind it in a list that only the owner sees, and moves up in order. So the
// queue has no bound, a full ring needs no help from a global queue, and the order of the owner is
// exact.
//
// Thread safety: push, pop, empty by the owner; steal_from by another queue's owner, on this queue
// as victim; looks_empty by anyone.
//
//   ring    head_  next to take. Advanced by owner and thieves with compare-and-swap.
//           tail_  next free. Written by the owner only: pushing needs no read-modify-write.
//   Counters of 64 bits never wrap, so a compare-and-swap of head_ cannot mistake one round for
//   another.
//
// Owner against thief: both read slots first and then advance head_ by compare-and-swap; the loser
// forgets what it read. A slot is only overwritten after head_ has passed it: the owner's acquire
// of head_ in push pairs with the release of the thief's exchange, so the thief had read it by
// then. Thief against push: the thief's acquire of tail_ pairs with the owner's release: slot and
// process are written before.
//
// With one worker nobody steals and everything stays in the list: plain loads and stores.
//
// Rejected: overflow into a queue common to all workers (Go): processes there and those in the ring
// do not share evenly, and each overflow is paid for with shared writes. A deque with the owner at
// the newest end: unfair among equals.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "process/process.hpp"

namespace ttvm::sched {

class RunQueue {
 public:
  static constexpr std::uint64_t kRing = 256;

  explicit RunQueue(bool shared) : shared_(shared) {}
  RunQueue(const RunQueue&) = delete;
  RunQueue& operator=(const RunQueue&) = delete;

  void push(process::Process* process) {
    if (shared_ && first_ == nullptr) {
      const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
      // Acquire pairs with the release of a thief's exchange; see above.
      if (tail - head_.load(std::memory_order_acquire) < kRing) {
        ring_[tail % kRing].store(process, std::memory_order_relaxed);
        tail_.store(tail + 1, std::memory_order_release);
        return;
      }
    }
    process->queue_next = nullptr;
    ++listed_;
    if (last_ == nullptr) {
      first_ = process;
    } else {
      last_->queue_next = process;
    }
    last_ = process;
  }

  // The oldest, or null.
  process::Process* pop() {
    if (!shared_) return pop_list();
    process::Process* process = pop_ring();
    if (first_ != nullptr) {
      if (process == nullptr) process = pop_list();
      refill();
    }
    return process;
  }

  bool empty() const { return first_ == nullptr && looks_empty(); }

  // More than a ring of them.
  bool is_crowded() const { return shared_ ? first_ != nullptr : listed_ >= kRing; }

  // How many could be stolen; a guess if others are stealing.
  std::uint64_t stealable() const {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    return tail > head ? tail - head : 0;
  }

  // How many are here, when nobody uses the queue.
  std::uint64_t count() const { return stealable() + listed_; }

  // A guess about the part that can be stolen.
  bool looks_empty() const {
    return head_.load(std::memory_order_acquire) >= tail_.load(std::memory_order_acquire);
  }

  // Called by the owner of this queue, which is empty: takes half of the victim's ring. Returns one
  // process to run now, or null if there was nothing; the rest is in this queue.
  process::Process* steal_from(RunQueue& victim) {
    for (;;) {
      // Head before tail: tail then is not behind head's moment.
      std::uint64_t head = victim.head_.load(std::memory_order_acquire);
      const std::uint64_t tail = victim.tail_.load(std::memory_order_acquire);
      if (head >= tail) return nullptr;
      const std::uint64_t count = (tail - head + 1) / 2;
      if (count > kRing / 2) continue;  // head and tail of different times
      std::array<process::Process*, kRing / 2> taken;
      for (std::uint64_t i = 0; i < count; ++i) {
        taken[i] = victim.ring_[(head + i) % kRing].load(std::memory_order_relaxed);
      }
      // Release: our reads of the slots are before the owner's reuse of them.
      if (!victim.head_.compare_exchange_weak(head, head + count, std::memory_order_acq_rel,
                                              std::memory_order_relaxed)) {
        continue;
      }
      for (std::uint64_t i = 1; i < count; ++i) push(taken[i]);
      return taken[0];
    }
  }

 private:
  process::Process* pop_list() {
    process::Process* process = first_;
    if (process == nullptr) return nullptr;
    --listed_;
    first_ = process->queue_next;
    if (first_ == nullptr) last_ = nullptr;
    return process;
  }

  process::Process* pop_ring() {
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    while (head < tail) {
      process::Process* process = ring_[head % kRing].load(std::memory_order_relaxed);
      // Against thieves; it publishes nothing, because the slots were written by ourselves.
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_relaxed,
                                      std::memory_order_relaxed)) {
        return process;
      }
    }
    return nullptr;
  }

  // Moves the list up when half of the ring is free.
  void refill() {
    std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint64_t end = head_.load(std::memory_order_acquire) + kRing;
    if (end - tail < kRing / 2) return;
    while (tail < end && first_ != nullptr) {
      ring_[tail % kRing].store(pop_list(), std::memory_order_relaxed);
      ++tail;
    }
    tail_.store(tail, std::memory_order_release);
  }

  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  // The list behind the ring; the owner's.
  process::Process* first_ = nullptr;
  process::Process* last_ = nullptr;
  std::uint64_t listed_ = 0;  // processes in the list
  const bool shared_;
  alignas(64) std::array<std::atomic<process::Process*>, kRing> ring_{};
};

}  // namespace ttvm::sched
