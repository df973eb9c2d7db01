// Operators off the fast path: boxed and mixed numbers, errors, and the rarer instructions.
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "heap/build.hpp"
#include "interp/machine.hpp"
#include "term/access.hpp"
#include "term/compare.hpp"
#include "term/print.hpp"

namespace ttvm::interp {

using isa::Op;

std::string_view display_type(Term value) { return term::type_display_name(term::type_of(value)); }

std::string wrong_types(Op op, std::string_view expected, Term left, Term right) {
  std::string text(isa::info(op).mnemonic);
  text += " expects ";
  text += expected;
  text += " but got ";
  text += display_type(left);
  text += " and ";
  text += display_type(right);
  return text;
}

std::string wrong_type(Op op, std::string_view expected, Term value) {
  std::string text(isa::info(op).mnemonic);
  text += " expects ";
  text += expected;
  text += " but got ";
  text += display_type(value);
  return text;
}

namespace {

Outcome store_int(Machine& m, std::int64_t value) {
  if (!make_room(m, heap::make_int_need(value))) return Outcome::kDie;
  m.reg(m.operand(0)) = heap::make_int(m.process.heap, value);
  return Outcome::kOk;
}

Outcome store_float(Machine& m, double value) {
  if (!make_room(m, heap::make_float_need(value))) return Outcome::kDie;
  m.reg(m.operand(0)) = heap::make_float(m.process.heap, value);
  return Outcome::kOk;
}

Outcome store_bool(Machine& m, bool value) {
  m.reg(m.operand(0)) = Term::boolean(value);
  return Outcome::kOk;
}

Outcome int_arithmetic(Machine& m, Op op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd:
      overflow = __builtin_add_overflow(a, b, &result);
      break;
    case Op::kSub:
      overflow = __builtin_sub_overflow(a, b, &result);
      break;
    case Op::kMul:
      overflow = __builtin_mul_overflow(a, b, &result);
      break;
    default:
      if (b == 0) return m.raise("Division by zero");
      if (b == -1) {  // the one quotient that does not fit, and the trap on its remainder
        if (op == Op::kMod) return store_int(m, 0);
        overflow = __builtin_sub_overflow(std::int64_t{0}, a, &result);
      } else {
        result = op == Op::kDiv ? a / b : a % b;
      }
  }
  if (overflow) return m.raise("Arithmetic overflow");
  return store_int(m, result);
}

Outcome float_arithmetic(Machine& m, Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
    case Op::kAddF:
      return store_float(m, a + b);
    case Op::kSub:
    case Op::kSubF:
      return store_float(m, a - b);
    case Op::kMul:
    case Op::kMulF:
      return store_float(m, a * b);
    case Op::kMod:
      if (b == 0) return m.raise("Division by zero");
      return store_float(m, std::fmod(a, b));
    default:
      if (b == 0) return m.raise("Division by zero");
      return store_float(m, a / b);
  }
}

bool float_comparison(Op op, double a, double b) {
  switch (op) {
    case Op::kEqF:
      return a == b;
    case Op::kNeF:
      return a != b;
    case Op::kLtF:
      return a < b;
    case Op::kLeF:
      return a <= b;
    case Op::kGtF:
      return a > b;
    default:
      return a >= b;
  }
}

Outcome bits(Machine& m, Op op, Term left, Term right) {
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (!term::as_int64(left, a) || !term::as_int64(right, b)) {
    return m.raise(wrong_types(op, "Ints", left, right));
  }
  const auto value = static_cast<std::uint64_t>(a);
  switch (op) {
    case Op::kBitAnd:
      return store_int(m, a & b);
    case Op::kBitOr:
      return store_int(m, a | b);
    case Op::kBitXor:
      return store_int(m, a ^ b);
    default:
      break;
  }
  if (b < 0 || b > 63) {
    return m.raise(std::string(isa::info(op).mnemonic) +
                   " expects a shift count from 0 to 63 but got " + std::to_string(b));
  }
  if (op == Op::kShl) return store_int(m, static_cast<std::int64_t>(value << b));
  if (op == Op::kShr) return store_int(m, a >> b);
  return store_int(m, static_cast<std::int64_t>(value >> b));
}

Outcome length_of(Machine& m, Term value) {
  if (term::is_list(value)) {
    return store_int(m, static_cast<std::int64_t>(term::list_length(value)));
  }
  if (term::is_string(value)) {
    return store_int(m, static_cast<std::int64_t>(term::string_length(value)));
  }
  if (term::is_object(value)) {
    return store_int(m, static_cast<std::int64_t>(term::object_count(value)));
  }
  if (term::is_bytes(value)) {
    return store_int(m, static_cast<std::int64_t>(term::text_of(value).size()));
  }
  return m.raise(wrong_type(Op::kLen, "a list, object, string or bytes", value));
}

Outcome negate(Machine& m, Term value) {
  std::int64_t integer = 0;
  double number = 0;
  if (term::as_int64(value, integer)) {
    if (integer == std::numeric_limits<std::int64_t>::min()) return m.raise("Arithmetic overflow");
    return store_int(m, -integer);
  }
  if (term::as_double(value, number)) return store_float(m, -number);
  return m.raise(wrong_type(Op::kNeg, "a number", value));
}

Outcome square_root(Machine& m, Term value) {
  double number = 0;
  if (!term::as_double(value, number)) return m.raise(wrong_type(Op::kSqrt, "a number", value));
  if (number < 0) return m.raise("Square root of a negative number");
  return store_float(m, std::sqrt(number));
}

Outcome byte_length(Machine& m, Term value) {
  if (!term::is_string(value) && !term::is_bytes(value)) {
    return m.raise(wrong_type(Op::kByteLen, "a string or bytes", value));
  }
  return store_int(m, static_cast<std::int64_t>(term::text_of(value).size()));
}

Outcome fields(Machine& m, Op op, Term object) {
  if (!term::is_object(object)) return m.raise(wrong_type(op, "an object", object));
  const std::size_t need =
      op == Op::kKeys ? heap::object_keys_need(object) : heap::object_values_need(object);
  if (!make_room(m, need)) return Outcome::kDie;
  const Term again = m.reg(m.operand(1));
  m.reg(m.operand(0)) = op == Op::kKeys ? heap::object_keys(m.process.heap, again)
                                        : heap::object_values(m.process.heap, again);
  return Outcome::kOk;
}

}  // namespace

Outcome arithmetic(Machine& m, Op op, Term left, Term right) {
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (term::as_int64(left, a) && term::as_int64(right, b)) return int_arithmetic(m, op, a, b);
  double x = 0;
  double y = 0;
  if (term::as_double(left, x) && term::as_double(right, y)) return float_arithmetic(m, op, x, y);
  return m.raise(wrong_types(op, "numbers", left, right));
}

Outcome binary(Machine& m) {
  const auto op = static_cast<Op>(m.operand(3));
  const Term left = m.reg(m.operand(1));
  const Term right = m.reg(m.operand(2));
  switch (op) {
    case Op::kBitAnd:
    case Op::kBitOr:
    case Op::kBitXor:
    case Op::kShl:
    case Op::kShr:
    case Op::kUshr:
      return bits(m, op, left, right);
    default:
      break;
  }
  double a = 0;
  double b = 0;
  if (!term::as_double(left, a) || !term::as_double(right, b)) {
    return m.raise(wrong_types(op, "numbers", left, right));
  }
  switch (op) {
    case Op::kAddF:
    case Op::kSubF:
    case Op::kMulF:
    case Op::kDivF:
      return float_arithmetic(m, op, a, b);
    default:
      return store_bool(m, float_comparison(op, a, b));
  }
}

namespace {

// Appends a number or a short string in place to a text that grows. False: it is something else, or
// there is no place.
bool try_append(Machine& m, Term left, Term right) {
  Term& out = m.reg(m.operand(0));
  if (right.is_small()) {
    std::array<char, 24> digits;
    const char* end =
        std::to_chars(digits.data(), digits.data() + digits.size(), right.as_small()).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    return heap::try_append_text(m.process.heap, left, text, text.size(), out);
  }
  if (!term::is_kind(right, term::Kind::kStr)) return false;
  return heap::try_append_text(m.process.heap, left, term::text_of(right),
                               term::string_length(right), out);
}

}  // namespace

// CONCAT of a string and anything else joins that value's text.
Outcome concat(Machine& m) {
  Term left = m.reg(m.operand(1));
  Term right = m.reg(m.operand(2));
  if (term::is_kind(left, term::Kind::kBigStr)) {
    if (!make_room(m, heap::kAppendTextNeed)) return Outcome::kDie;
    left = m.reg(m.operand(1));
    right = m.reg(m.operand(2));
    if (TTVM_LIKELY(try_append(m, left, right))) return Outcome::kOk;
  }
  const bool left_string = term::is_string(left);
  const bool right_string = term::is_string(right);
  if (left_string != right_string) {
    std::string text;
    constexpr std::size_t kMaxText = std::size_t{1} << 30U;
    if (!term::print(left_string ? right : left, text, false, kMaxText)) {
      return m.raise("CONCAT makes a string of more than 1 GiB");
    }
    const std::size_t need =
        left_string ? heap::concat_text_need(left, text) : heap::concat_text_need(text, right);
    if (!make_room(m, need)) return Outcome::kDie;
    m.reg(m.operand(0)) = left_string
                              ? heap::concat_text(m.process.heap, m.reg(m.operand(1)), text)
                              : heap::concat_text(m.process.heap, text, m.reg(m.operand(2)));
    return Outcome::kOk;
  }
  if (left_string || (term::is_bytes(left) && term::is_bytes(right))) {
    if (!make_room(m, heap::concat_need(left, right))) return Outcome::kDie;
    m.reg(m.operand(0)) = heap::concat(m.process.heap, m.reg(m.operand(1)), m.reg(m.operand(2)));
    return Outcome::kOk;
  }
  if (term::is_list(left) && term::is_list(right)) {
    if (!make_room(m, heap::list_concat_need(left, right))) return Outcome::kDie;
    m.reg(m.operand(0)) =
        heap::list_concat(m.process.heap, m.reg(m.operand(1)), m.reg(m.operand(2)));
    return Outcome::kOk;
  }
  return m.raise(wrong_types(Op::kConcat, "two lists, two byte strings or a string", left, right));
}

Outcome unary(Machine& m) {
  const auto op = static_cast<Op>(m.operand(3));
  const Term value = m.reg(m.operand(1));
  switch (op) {
    case Op::kNeg:
      return negate(m, value);
    case Op::kLen:
      return length_of(m, value);
    case Op::kSqrt:
      return square_root(m, value);
    case Op::kByteLen:
      return byte_length(m, value);
    case Op::kBitNot: {
      std::int64_t integer = 0;
      if (!term::as_int64(value, integer)) return m.raise(wrong_type(op, "an Int", value));
      return store_int(m, ~integer);
    }
    default:
      return fields(m, op, value);
  }
}

namespace {

[[gnu::noinline]] Outcome order(Machine& m, Op op, Term left, Term right, bool& result) {
  bool comparable = false;
  switch (op) {
    case Op::kLt:
      comparable = term::try_less(left, right, result);
      break;
    case Op::kLe:
      comparable = term::try_less_or_equal(left, right, result);
      break;
    case Op::kGt:
      comparable = term::try_less(right, left, result);
      break;
    default:
      comparable = term::try_less_or_equal(right, left, result);
      break;
  }
  if (!comparable) return m.raise(wrong_types(op, "two numbers or two strings", left, right));
  return Outcome::kOk;
}

}  // namespace

Outcome compare(Machine& m, Op op, Term left, Term right, bool& result) {
  if (op != Op::kEq && op != Op::kNe) return order(m, op, left, right, result);
  result = term::equal(left, right) == (op == Op::kEq);
  return Outcome::kOk;
}

}  // namespace ttvm::interp
