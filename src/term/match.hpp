// Does a value match a pattern? What selective receive asks of every message it looks at.
//
// Thread safety: reads only. Iterative: patterns and values may be nested as deeply as memory
// allows. Nothing is allocated below a depth of 16.
#pragma once

#include <cstdint>

#include "term/box.hpp"
#include "term/compare.hpp"

namespace ttvm::term {

bool matches_box(Term pattern, Term value);  // the part of matches() that is not inline

// A pattern is a value:
//   ANY              matches all
//   TYPE_PATTERN t   what TYPE_OF calls t: an Int is no float, a Pid no int
//   an Object        an object that has at least those fields, with matching values; a field that
//                    the value lacks matches nothing, not even null or ANY
//   a List           a list of the same length, element by element
//   any other value  what it equals (term/compare.hpp): Int 1 matches Float 1.0, and a Pid the Int
//                    of its number
// So a list with a nan inside does not match even itself. Time is bounded by the distinct pairs of
// boxes that meet, as for equal().
inline bool matches(Term pattern, Term value) {
  if (pattern.is_pattern()) {
    return pattern.is_any_pattern() || type_of(value) == pattern.pattern_type();
  }
  return pattern.is_box() ? matches_box(pattern, value) : equal(pattern, value);
}

// Terms of a pattern that newest_own_ref looks at.
inline constexpr std::uint32_t kMaxRefSearch = 32;

// The largest mark among the refs in `pattern` (also those in its lists and objects) that process
// `pid` made: no message taken in before can match. False if there is no such ref, or if the
// pattern is too large to look through.
bool newest_own_ref(Term pattern, std::uint64_t pid, std::uint64_t& mark);

}  // namespace ttvm::term
