#include "term/compare.hpp"

#include <cmath>
#include <utility>

#include "term/access.hpp"
#include "term/comparison.hpp"

namespace ttvm::term {

Ordering compare_ints(std::int64_t a, std::int64_t b) {
  if (a == b) return Ordering::kEqual;
  return a < b ? Ordering::kLess : Ordering::kGreater;
}

Ordering compare_floats(double a, double b) {
  if (a < b) return Ordering::kLess;
  if (a > b) return Ordering::kGreater;
  return a == b ? Ordering::kEqual : Ordering::kUnordered;
}

Ordering compare_int_float(std::int64_t a, double b) {
  if (std::isnan(b)) return Ordering::kUnordered;
  if (b >= 0x1p63) return Ordering::kLess;
  if (b < -0x1p63) return Ordering::kGreater;
  const double whole = std::trunc(b);
  const Ordering order = compare_ints(a, static_cast<std::int64_t>(whole));
  if (order != Ordering::kEqual) return order;
  return compare_floats(whole, b);
}

namespace {

Ordering reversed(Ordering order) {
  if (order == Ordering::kLess) return Ordering::kGreater;
  return order == Ordering::kGreater ? Ordering::kLess : order;
}

double float_value(Term t) {
  double value = 0;
  as_double(t, value);
  return value;
}

Ordering compare_numbers(Term a, Term b) {
  std::int64_t i = 0;
  std::int64_t j = 0;
  const bool a_is_int = as_int64(a, i);
  const bool b_is_int = as_int64(b, j);
  if (a_is_int && b_is_int) return compare_ints(i, j);
  if (a_is_int) return compare_int_float(i, float_value(b));
  if (b_is_int) return reversed(compare_int_float(j, float_value(a)));
  return compare_floats(float_value(a), float_value(b));
}

bool pid_equal(Term a, Term b) {
  if (!a.is_pid()) std::swap(a, b);
  return b.is_small() && b.as_small() >= 0 &&
         static_cast<std::uint64_t>(b.as_small()) == a.as_pid();
}

}  // namespace

bool Comparison::run(Term a, Term b) {
  if (!start(a, b)) return false;
  while (!stack_.empty()) {
    Frame& frame = stack_.top();
    if (frame.index == frame.count) {
      stack_.pop();
      continue;
    }
    Term x;
    Term y;
    if (!next_pair(frame, x, y)) return false;
    if (!start(x, y)) return false;
  }
  return true;
}

bool Comparison::start(Term a, Term b) {
  if (a.same(b)) return !is_kind(a, Kind::kFloat64) || !std::isnan(float_value(a));
  const Type type = type_of(a);
  const Type other = type_of(b);
  if (type <= Type::kFloat && other <= Type::kFloat) {
    return compare_numbers(a, b) == Ordering::kEqual;
  }
  if (type == Type::kPid || other == Type::kPid) return pid_equal(a, b);
  if (type != other || !a.is_box()) return false;
  switch (type) {
    case Type::kStr:
    case Type::kBytes:
      return same_text(a, b);
    case Type::kRef:
      return ref_number(a) == ref_number(b);
    case Type::kList:
      return start_lists(a, b);
    case Type::kObject:
      return start_objects(a, b);
    case Type::kFunction:
      if (function_info(a) != function_info(b) || capture_count(a) != capture_count(b)) {
        return false;
      }
      push({a, b, 0, capture_count(a), kClosureCaptures, Walk::kSpan});
      return true;
    case Type::kException:
      push({a, b, 0, kExceptionWords - kExceptionMessage, kExceptionMessage, Walk::kSpan});
      return true;
    default:
      return false;
  }
}

bool Comparison::start_lists(Term a, Term b) {
  const std::uint64_t count = list_length(a);
  if (count != list_length(b)) return false;
  const bool flat = is_kind(a, Kind::kList) && is_kind(b, Kind::kList);
  push({a, b, 0, count, kListElements, flat ? Walk::kSpan : Walk::kLists});
  return true;
}

bool Comparison::start_objects(Term a, Term b) {
  if (object_count(a) != object_count(b)) return false;
  const Header header = header_of(a);
  const bool same_shape = header.kind() == Kind::kObject && header_of(b).kind() == Kind::kObject &&
                          header.size() == header_of(b).size();
  push({a, b, 0, object_positions(a), kObjectFields, same_shape ? Walk::kSpan : Walk::kObjects});
  return true;
}

void Comparison::push(const Frame& frame) {
  if (frame.count == 0) return;
  if (++started_ > kRememberAfter && !seen_.add(frame.a, frame.b)) return;
  stack_.push(frame);
}

// False if there is no partner for the next element of `a`.
bool Comparison::next_pair(Frame& frame, Term& x, Term& y) {
  const std::uint64_t i = frame.index++;
  switch (frame.walk) {
    case Walk::kSpan:
      x = Term::from_word(frame.a.pointer()[frame.first + i]);
      y = Term::from_word(frame.b.pointer()[frame.first + i]);
      return true;
    case Walk::kLists:
      x = list_get(frame.a, i);
      y = list_get(frame.b, i);
      return true;
    case Walk::kObjects: {
      Term key;
      if (!object_entry(frame.a, i, key, x)) {
        x = y = Term::null();
        return true;
      }
      y = object_get(frame.b, key);
      return !y.is_unset();
    }
  }
  return false;
}

namespace {

enum class QuickEqual : std::uint8_t { kEqual, kDifferent, kUnclear };

// Most lists that are compared, patterns above all, are flat, and differ in a ref or a string if
// they differ: for them making a Comparison costs more than all else.
QuickEqual quick_equal(Term a, Term b) {
  if (!is_kind(a, Kind::kList) || !is_kind(b, Kind::kList)) return QuickEqual::kUnclear;
  const std::uint32_t count = header_of(a).size();
  if (header_of(b).size() != count) return QuickEqual::kDifferent;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Term x = Term::from_word(a.pointer()[kListElements + i]);
    const Term y = Term::from_word(b.pointer()[kListElements + i]);
    if (x.same(y) && !x.is_box()) continue;
    if (!x.is_box() || !y.is_box()) return QuickEqual::kUnclear;
    const Type type = type_of_box(header_of(x).kind());
    if (type != type_of_box(header_of(y).kind())) return QuickEqual::kUnclear;
    if (type == Type::kRef) {
      if (ref_number(x) != ref_number(y)) return QuickEqual::kDifferent;
    } else if (type == Type::kStr) {
      if (!same_text(x, y)) return QuickEqual::kDifferent;
    } else {
      return QuickEqual::kUnclear;
    }
  }
  return QuickEqual::kEqual;
}

}  // namespace

bool equal_boxes(Term a, Term b) {
  if (const QuickEqual quick = quick_equal(a, b); quick != QuickEqual::kUnclear) {
    return quick == QuickEqual::kEqual;
  }
  Comparison comparison;  // not Comparison(), which would fill its stack with zeros
  return comparison.run(a, b);
}

bool try_order(Term a, Term b, Ordering& out) {
  if (is_number(a) && is_number(b)) {
    out = compare_numbers(a, b);
    return true;
  }
  if (!is_string(a) || !is_string(b)) return false;
  const int order = text_of(a).compare(text_of(b));
  out = compare_ints(order, 0);
  return true;
}

bool try_less(Term a, Term b, bool& out) {
  Ordering order{};
  if (!try_order(a, b, order)) return false;
  out = order == Ordering::kLess;
  return true;
}

bool try_less_or_equal(Term a, Term b, bool& out) {
  Ordering order{};
  if (!try_order(a, b, order)) return false;
  out = order == Ordering::kLess || order == Ordering::kEqual;
  return true;
}

}  // namespace ttvm::term
