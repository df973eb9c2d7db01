#include "process/relations.hpp"

#include "base/assert.hpp"
#include "heap/slab.hpp"

namespace ttvm::process {

namespace {
constexpr std::size_t kMinCapacity = 4;
}

[[gnu::always_inline]] inline std::size_t Relations::slot_of(std::uint64_t key) const {
  std::size_t slot = home_of(key);
  while (entries()[slot].key != 0 && entries()[slot].key != key) {
    slot = (slot + 1) & (block_->capacity - 1U);
  }
  return slot;
}

std::uint64_t* Relations::find(Relation relation, std::uint64_t number) {
  if (block_ == nullptr) return nullptr;
  Entry& entry = entries()[slot_of(key_of(relation, number))];
  return entry.key == 0 ? nullptr : &entry.value;
}

bool Relations::insert(Relation relation, std::uint64_t number, std::uint64_t value) {
  TTVM_ASSERT(number != 0 && number >> kNumberBits == 0);
  if (block_ == nullptr) {
    resize(kMinCapacity);
  } else if (4 * (used() + 1) > 3 * capacity()) {
    resize(2 * capacity());
  }
  const std::uint64_t key = key_of(relation, number);
  Entry& entry = entries()[slot_of(key)];
  if (entry.key != 0) return false;
  entry = {key, value};
  ++block_->used;
  return true;
}

bool Relations::erase(Relation relation, std::uint64_t number) {
  if (block_ == nullptr) return false;
  std::size_t hole = slot_of(key_of(relation, number));
  if (entries()[hole].key == 0) return false;
  const std::size_t mask = block_->capacity - 1U;
  for (std::size_t slot = (hole + 1) & mask; entries()[slot].key != 0; slot = (slot + 1) & mask) {
    // An entry may move into the hole unless its home lies behind the hole.
    const std::size_t home = home_of(entries()[slot].key);
    if (((slot - home) & mask) >= ((slot - hole) & mask)) {
      entries()[hole] = entries()[slot];
      hole = slot;
    }
  }
  entries()[hole].key = 0;
  --block_->used;
  // The smallest block stays: what is bound and unbound in turn would make one each time.
  if (block_->used == 0 && capacity() > kMinCapacity) {
    clear();
  } else if (capacity() > 4 * kMinCapacity && 8 * used() < capacity()) {
    resize(capacity() / 4);
  }
  return true;
}

void Relations::resize(std::size_t capacity) {
  Block* old = block_;
  block_ = static_cast<Block*>(heap::slab_allocate(bytes(capacity)));
  *block_ = {static_cast<std::uint32_t>(capacity), 0, 0};
  for (std::size_t i = 0; i < capacity; ++i) entries()[i] = {0, 0};
  if (old == nullptr) return;
  const auto* entry = reinterpret_cast<const Entry*>(old + 1);
  for (std::size_t i = 0; i < old->capacity; ++i) {
    if (entry[i].key != 0) entries()[slot_of(entry[i].key)] = entry[i];
  }
  block_->used = old->used;
  heap::slab_free(old, bytes(old->capacity));
}

void Relations::clear() {
  if (block_ == nullptr) return;
  heap::slab_free(block_, bytes(block_->capacity));
  block_ = nullptr;
}

}  // namespace ttvm::process
