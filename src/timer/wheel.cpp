#include "timer/wheel.hpp"

#include <algorithm>

namespace ttvm::timer {

Wheel::Wheel(base::Nanos now) : current_(static_cast<std::uint64_t>(now) >> kTickShift) {}

void Wheel::arm(Entry& entry, base::Nanos deadline) {
  TTVM_ASSERT(!entry.linked);
  const base::Nanos last = kNever - kTick;
  const auto wanted = static_cast<std::uint64_t>(std::clamp<base::Nanos>(deadline, 0, last));
  entry.tick = std::max((wanted + kTick - 1) >> kTickShift, current_ + 1);
  entry.wheel = this;
  // Relaxed: the entry becomes known to a remote canceller by the hand-over of its process.
  entry.state.store(Entry::kArmed, std::memory_order_relaxed);
  link(entry);
}

bool Wheel::cancel(Entry& entry) {
  TTVM_ASSERT(entry.wheel == this);
  std::uint8_t expected = Entry::kArmed;
  if (!entry.state.compare_exchange_strong(expected, Entry::kCancelled, std::memory_order_acq_rel,
                                           std::memory_order_acquire)) {
    return false;
  }
  unlink(entry);
  return true;
}

bool Wheel::cancel_remote(Entry& entry) {
  // Read before the exchange: after it the entry may be reclaimed - but only once it is pushed
  // below.
  Wheel* owner = entry.wheel;
  std::uint8_t expected = Entry::kArmed;
  if (!entry.state.compare_exchange_strong(expected, Entry::kCancelled, std::memory_order_acq_rel,
                                           std::memory_order_acquire)) {
    return false;
  }
  Entry* top = owner->remote_cancels_.load(std::memory_order_relaxed);
  do {
    entry.cancelled_next = top;
    // Release pairs with the acquire of reclaim(). Only pushes and take-all: no ABA.
  } while (!owner->remote_cancels_.compare_exchange_weak(top, &entry, std::memory_order_release,
                                                         std::memory_order_relaxed));
  return true;
}

// The level is that of the highest bit in which the tick differs from now, so that all entries of
// one tick are always in one slot, in the order of their arming, and no slot is ahead by a full
// turn.
void Wheel::link(Entry& entry) {
  const std::uint64_t tick = std::min(entry.tick, current_ + kHorizon);
  const std::uint64_t difference = (tick ^ current_) | (kSlots - 1);
  const unsigned highest = 63U - static_cast<unsigned>(std::countl_zero(difference));
  const unsigned level = std::min(highest / kSlotBits, kLevels - 1);
  const auto slot = static_cast<unsigned>((tick >> (kSlotBits * level)) & (kSlots - 1));
  Slot& list = slots_[level][slot];
  entry.level = static_cast<std::uint8_t>(level);
  entry.slot = static_cast<std::uint8_t>(slot);
  entry.linked = true;
  entry.next = nullptr;
  entry.previous = list.last;
  (list.last == nullptr ? list.first : list.last->next) = &entry;
  list.last = &entry;
  occupied_[level] |= std::uint64_t{1} << slot;
  ++size_;
}

void Wheel::unlink(Entry& entry) {
  Slot& list = slots_[entry.level][entry.slot];
  (entry.previous == nullptr ? list.first : entry.previous->next) = entry.next;
  (entry.next == nullptr ? list.last : entry.next->previous) = entry.previous;
  if (list.first == nullptr) occupied_[entry.level] &= ~(std::uint64_t{1} << entry.slot);
  entry.linked = false;
  --size_;
}

// Entries of a lower level are due before those of a higher one, so the first level that has any
// decides. A slot's time is that of its first tick.
Wheel::Expiry Wheel::next_expiry() const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const std::uint64_t turn = current_ >> (kSlotBits * level);
    const auto at = static_cast<unsigned>(turn & (kSlots - 1));
    const auto ahead =
        static_cast<unsigned>(std::countr_zero(std::rotr(occupied_[level], static_cast<int>(at))));
    return {(turn + ahead) << (kSlotBits * level), level, (at + ahead) & (kSlots - 1)};
  }
  return {};
}

Entry* Wheel::take_due(std::uint64_t end) {
  for (;;) {
    const Expiry expiry = next_expiry();
    if (expiry.tick > end) {
      current_ = std::max(current_, end);
      return nullptr;
    }
    current_ = std::max(current_, expiry.tick);
    if (expiry.level == 0) {
      Entry* entry = slots_[0][expiry.slot].first;
      unlink(*entry);
      return entry;
    }
    deal_out(expiry.level, expiry.slot);
  }
}

Entry* Wheel::take_any() {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    Entry* entry = slots_[level][static_cast<unsigned>(std::countr_zero(occupied_[level]))].first;
    unlink(*entry);
    return entry;
  }
  return nullptr;
}

void Wheel::deal_out(unsigned level, unsigned slot) {
  Entry* entry = slots_[level][slot].first;
  slots_[level][slot] = {};
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  while (entry != nullptr) {
    Entry* next = entry->next;
    --size_;
    link(*entry);
    entry = next;
  }
}

base::Nanos Wheel::next_deadline() const {
  if (size_ == 0) return kNever;
  return static_cast<base::Nanos>(next_expiry().tick << kTickShift);
}

}  // namespace ttvm::timer
