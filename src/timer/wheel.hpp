// A hierarchical timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP
// 1987; the placement by the highest differing bit is that of tokio and of Linux before it).
//
// One for each worker. Ticks of 2^14 ns (16.4 us), seven levels of 64 slots, a bitmap for each
// level, so arming and cancelling take constant time, and so does finding the next deadline. An
// entry fires at the first tick at or after its deadline, never before; entries of one tick fire in
// the order in which they were armed. Entries are intrusive: nothing is ever allocated.
//
// Thread safety: all by the owner, but cancel_remote() by anyone. State of an entry:
//
//        arm            advance (owner)                     the entry is the callback's
//   idle -----> armed ------------------> fired
//                 |  cancel (owner)
//                 |---------------------> cancelled         the entry is the caller's
//                 |  cancel_remote
//                 '---------------------> cancelled         the entry comes out of reclaim() at
//                                                           the owner
// armed -> fired and armed -> cancelled are compare-and-swaps of `state`: exactly one of them
// happens. An entry that was cancelled remotely stays linked until the owner reclaims it or passes
// its slot.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/clock.hpp"

namespace ttvm::timer {

class Wheel;

struct Entry {
  enum State : std::uint8_t { kIdle, kArmed, kFired, kCancelled };

  Entry* next = nullptr;  // in the slot
  Entry* previous = nullptr;
  Entry* cancelled_next = nullptr;  // in the owner's stack of remote cancels
  std::uint64_t tick = 0;
  Wheel* wheel = nullptr;  // set by arm; whose it is
  // Written by arm (owner), then by exactly one of fire and cancel. See above.
  std::atomic<std::uint8_t> state{kIdle};
  std::uint8_t level = 0;  // where it is linked, owner's
  std::uint8_t slot = 0;
  bool linked = false;
  std::uint8_t purpose = 0;  // what the entry is to whoever armed it
};

class Wheel {
 public:
  static constexpr unsigned kTickShift = 14;
  static constexpr base::Nanos kTick = base::Nanos{1} << kTickShift;
  static constexpr base::Nanos kNever = INT64_MAX;

  explicit Wheel(base::Nanos now);
  ~Wheel() = default;
  Wheel(const Wheel&) = delete;
  Wheel& operator=(const Wheel&) = delete;

  // The entry must be idle (or fired or cancelled and handed back). A deadline that has passed
  // fires at the next tick.
  void arm(Entry& entry, base::Nanos deadline);

  // Owner. True: it will not fire, and the entry is the caller's again. False: it has fired.
  bool cancel(Entry& entry);

  // Anyone. True: it will not fire; the entry now belongs to entry.wheel until reclaim() hands it
  // out. False: it has fired (or is firing). The acquire pairs with the release of fire: on false
  // the caller sees what was before the firing.
  static bool cancel_remote(Entry& entry);

  // Owner. Calls fire(Entry&) for each entry that is due at `now`, in order of ticks; the entry is
  // the callback's. The callback may arm and cancel. Returns the number fired.
  template <typename Fire>
  std::size_t advance(base::Nanos now, Fire&& fire) {
    std::size_t fired = 0;
    const std::uint64_t end = static_cast<std::uint64_t>(now) >> kTickShift;
    while (Entry* entry = take_due(end)) {
      std::uint8_t expected = Entry::kArmed;
      // Release pairs with cancel_remote's acquire, acquire with nothing: the owner armed it
      // itself.
      if (entry->state.compare_exchange_strong(expected, Entry::kFired, std::memory_order_acq_rel,
                                               std::memory_order_acquire)) {
        ++fired;
        fire(*entry);
      }  // else cancelled remotely: it is in the stack of cancels, or about to be
    }
    return fired;
  }

  // Owner. Calls give(Entry&) for each entry cancelled by others since; it is the callback's.
  template <typename Give>
  void reclaim(Give&& give) {
    if (remote_cancels_.load(std::memory_order_relaxed) == nullptr) return;
    // Acquire pairs with the release of cancel_remote's push.
    Entry* entry = remote_cancels_.exchange(nullptr, std::memory_order_acquire);
    while (entry != nullptr) {
      Entry* next = entry->cancelled_next;
      if (entry->linked) unlink(*entry);
      give(*entry);
      entry = next;
    }
  }

  // Owner, at the end: unlinks every entry and gives it away, cancelled or not.
  template <typename Give>
  void drain(Give&& give) {
    reclaim(give);
    while (Entry* entry = take_any()) give(*entry);
  }

  // Owner. A time at which advance() has to be called: no entry is due before it. At it there may
  // be nothing to fire (a slot of a higher level is dealt out). kNever when the wheel is empty.
  base::Nanos next_deadline() const;

  std::size_t size() const { return size_; }  // linked entries, those cancelled remotely included
  bool empty() const { return size_ == 0; }

 private:
  static constexpr unsigned kSlotBits = 6;
  static constexpr unsigned kSlots = 1U << kSlotBits;
  static constexpr unsigned kLevels = 7;
  // Later entries wait in the last slot of the highest level and are dealt out again from there.
  static constexpr std::uint64_t kHorizon = std::uint64_t{kSlots - 1}
                                            << (kSlotBits * (kLevels - 1));

  struct Slot {
    Entry* first = nullptr;
    Entry* last = nullptr;
  };
  struct Expiry {
    std::uint64_t tick = UINT64_MAX;
    unsigned level = 0;
    unsigned slot = 0;
  };

  void link(Entry& entry);
  void unlink(Entry& entry);
  Expiry next_expiry() const;
  Entry* take_due(std::uint64_t end);
  Entry* take_any();
  void deal_out(unsigned level, unsigned slot);

  std::uint64_t current_ = 0;  // ticks up to this one have been dealt with
  std::size_t size_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};  // a bit for each slot that is not empty
  std::array<std::array<Slot, kSlots>, kLevels> slots_{};
  // Entries cancelled by other threads: pushed by them (release), emptied by the owner (acquire).
  alignas(64) std::atomic<Entry*> remote_cancels_{nullptr};
};

}  // namespace ttvm::timer
