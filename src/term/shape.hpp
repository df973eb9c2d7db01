// Shapes: which keys a flat object (kObject) has, in insertion order. All objects made by the same
// code share one, so that an object is a header and its values, and an inline cache can compare one
// number to know where a field is.
//
// Thread safety: shapes are immutable and immortal; a transition that exists is found without a
// lock, a new one is made under a mutex. Bounded by kMaxShapes and kMaxShapeKeys: beyond them, and
// for keys that are not interned, objects are dicts.
#pragma once

#include <cstdint>

#include "term/box.hpp"

namespace ttvm::term {

inline constexpr std::uint32_t kMaxShapes = 65536;
inline constexpr std::uint32_t kMaxShapeKeys = 32;

struct Shape {
  std::uint32_t id;
  std::uint32_t count;
  const Shape* parent;  // without the last key; null for the root

  const Term* keys() const { return reinterpret_cast<const Term*>(this + 1); }

  // Where the value of an interned key is, or -1. O(count) word compares.
  int slot_of(Term interned_key) const {
    const Term* all = keys();
    for (std::uint32_t i = 0; i < count; ++i) {
      if (all[i].same(interned_key)) return static_cast<int>(i);
    }
    return -1;
  }
};

const Shape* root_shape();  // no keys; id 0

// The shape with one more key at the end. `key` must be interned and not in `shape`. Null when
// there are too many keys or shapes. Lock-free when that transition was made before.
const Shape* shape_with(const Shape* shape, Term key);

// That of objects made with these keys in this order, of which code may have few enough.
const Shape* shape_of_keys(std::initializer_list<std::string_view> keys);

// The shape with one key less, the others in the same order; null as above.
const Shape* shape_without(const Shape* shape, int slot);

// O(1). `id` must be that of a shape: from a header, for example.
const Shape* shape_of_id(std::uint32_t id);
inline const Shape* shape_of(Term object) { return shape_of_id(header_of(object).size()); }

}  // namespace ttvm::term
