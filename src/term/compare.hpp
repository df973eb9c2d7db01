// EQ, LT and their like. Iterative: values may be nested as deeply as memory allows.
// Thread safety: reads only.
#pragma once

#include <cstdint>

#include "term/box.hpp"

namespace ttvm::term {

bool equal_boxes(Term a, Term b);  // the part of equal() that is not inline

// Not equal, as can be told from two headers: two symbols, or two types of which one is no number.
// So are messages told apart. False: it cannot be told.
inline bool differ_at_sight(Term a, Term b) {
  if (!a.is_box() || !b.is_box()) return false;
  const Header left = header_of(a);
  const Header right = header_of(b);
  if ((left.flags() & right.flags() & kInterned) != 0) return !a.same(b);
  const Type type = type_of_box(left.kind());
  const Type other = type_of_box(right.kind());
  return type != other && (type > Type::kFloat || other > Type::kFloat);
}

// LANGUAGE, section 2: by structure. Int and Float compare as numbers, exactly (2^53 + 1 is not
// 2.0^53); a Pid equals the Int of its number; objects are equal irrespective of the order of their
// keys; functions are equal if they are the same function with equal captures. nan is not equal
// to nan; but a list or object is equal to itself even if there is a nan in it (so that comparing
// shared structure costs nothing). Time is bounded by the distinct pairs of boxes that meet: values
// with sharing inside are not unfolded.
inline bool equal(Term a, Term b) {
  if (a.same(b)) return !is_kind(a, Kind::kFloat64) || equal_boxes(a, b);
  if (a.is_small() && b.is_small()) return false;
  if (differ_at_sight(a, b)) return false;
  return equal_boxes(a, b);
}

enum class Ordering : std::uint8_t { kLess, kEqual, kGreater, kUnordered };

Ordering compare_ints(std::int64_t a, std::int64_t b);
Ordering compare_int_float(std::int64_t a, double b);  // exact
Ordering compare_floats(double a, double b);           // kUnordered if one is nan

// LT LE GT GE: two numbers, or two strings by their bytes. False if the two are something else:
// then the instruction raises a type error.
bool try_order(Term a, Term b, Ordering& out);
bool try_less(Term a, Term b, bool& out);           // nan: false
bool try_less_or_equal(Term a, Term b, bool& out);  // nan: false

}  // namespace ttvm::term
