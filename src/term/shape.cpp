#include "term/shape.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/mutex.hpp"
#include "term/symbols.hpp"

namespace ttvm::term {

namespace {

constexpr std::size_t kSlots = std::size_t{kMaxShapes} * 2;

constinit const Shape kRoot{0, 0, nullptr};

// Both arrays are written once per element, under the mutex, and read by anyone: the stores
// (release) publish the shape to the loads (acquire). Untouched pages of them cost nothing.
constinit std::array<std::atomic<const Shape*>, kMaxShapes> by_id;
// Open addressing by (parent, last key), at most half full.
constinit std::array<std::atomic<const Shape*>, kSlots> transitions;

struct Maker {
  base::Mutex mutex;
  std::uint32_t next_id TTVM_GUARDED_BY(mutex) = 1;
};
constinit Maker maker;

std::size_t slot_for(const Shape* parent, Term key) {
  const std::uint64_t mixed =
      (key.word() ^ (std::uint64_t{parent->id} << 40U) ^ parent->id) * 0x9E3779B97F4A7C15ULL;
  return mixed >> 47U;
}
static_assert(kSlots == std::size_t{1} << 17U);

// The transition, or null and the slot where it belongs.
const Shape* find(const Shape* parent, Term key, std::size_t& slot) {
  for (slot = slot_for(parent, key);; slot = (slot + 1) % kSlots) {
    // Acquire: pairs with the release in shape_with.
    const Shape* shape = transitions[slot].load(std::memory_order_acquire);
    if (shape == nullptr) return nullptr;
    if (shape->parent == parent && shape->keys()[parent->count].same(key)) return shape;
  }
}

}  // namespace

const Shape* root_shape() { return &kRoot; }

const Shape* shape_with(const Shape* shape, Term key) {
  TTVM_ASSERT(is_interned(key) && shape->slot_of(key) < 0);
  if (shape->count >= kMaxShapeKeys) return nullptr;
  std::size_t slot = 0;
  if (const Shape* known = find(shape, key, slot)) return known;
  const base::MutexLock lock(maker.mutex);
  if (const Shape* known = find(shape, key, slot)) return known;
  if (maker.next_id >= kMaxShapes) return nullptr;
  void* memory = std::malloc(sizeof(Shape) + (shape->count + 1) * sizeof(Term));
  TTVM_CHECK(memory != nullptr);
  auto* made = new (memory) Shape{maker.next_id++, shape->count + 1, shape};
  auto* keys = reinterpret_cast<Term*>(made + 1);
  if (shape->count > 0) std::memcpy(keys, shape->keys(), shape->count * sizeof(Term));
  keys[shape->count] = key;
  by_id[made->id].store(made, std::memory_order_release);    // pairs with shape_of_id
  transitions[slot].store(made, std::memory_order_release);  // pairs with find
  return made;
}

const Shape* shape_of_keys(std::initializer_list<std::string_view> keys) {
  const Shape* shape = root_shape();
  for (const std::string_view key : keys) {
    shape = shape_with(shape, intern(key));
    TTVM_CHECK(shape != nullptr);
  }
  return shape;
}

const Shape* shape_without(const Shape* shape, int slot) {
  const Shape* made = shape;
  while (made->count > static_cast<std::uint32_t>(slot)) made = made->parent;
  for (std::uint32_t i = static_cast<std::uint32_t>(slot) + 1; i < shape->count; ++i) {
    made = shape_with(made, shape->keys()[i]);
    if (made == nullptr) return nullptr;
  }
  return made;
}

const Shape* shape_of_id(std::uint32_t id) {
  // Acquire: pairs with the release in shape_with.
  return id == 0 ? &kRoot : by_id[id].load(std::memory_order_acquire);
}

}  // namespace ttvm::term
