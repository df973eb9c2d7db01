// TO_INT, TO_FLOAT: strings are read as a program writes numbers.
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "heap/build.hpp"
#include "natives/families.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

namespace {

constexpr std::string_view kWanted = "a number, bool or string";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return 99;
}

bool parse_magnitude(std::string_view digits, unsigned radix, std::uint64_t& magnitude) {
  bool after_digit = false;
  for (const char c : digits) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    const unsigned digit = digit_value(c);
    if (digit >= radix || __builtin_mul_overflow(magnitude, radix, &magnitude) ||
        __builtin_add_overflow(magnitude, digit, &magnitude)) {
      return false;
    }
    after_digit = true;
  }
  return after_digit;
}

// Decimal, 0x or 0b, with an optional sign and `_` between digits.
bool parse_int(std::string_view text, std::int64_t& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  unsigned radix = 10;
  if (text.size() > 2 && (text.starts_with("0x") || text.starts_with("0b"))) {
    radix = text[1] == 'x' ? 16 : 2;
    text.remove_prefix(2);
  }
  std::uint64_t magnitude = 0;
  if (!parse_magnitude(text, radix, magnitude)) return false;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (magnitude > kMax + (negative ? 1U : 0U)) return false;
  value = static_cast<std::int64_t>(negative ? ~magnitude + 1U : magnitude);
  return true;
}

// Decimal with optional fraction and exponent; inf, -inf, nan. from_chars alone would also take
// "infinity" and "nan(x)".
bool parse_float(std::string_view text, double& value) {
  if (text == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (text == "inf" || text == "-inf") {
    value = text == "inf" ? HUGE_VAL : -HUGE_VAL;
    return true;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || !(is_digit(text[first]) || text[first] == '.')) return false;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc{} && result.ptr == end;
}

NativeStatus cannot_convert(NativeCall& call, Term value) {
  std::string message = std::string(call.mnemonic) + " cannot convert ";
  constexpr std::size_t kShown = 200;
  term::print(value, message, true, kShown);
  return call.raise(std::move(message));
}

NativeStatus give_int(NativeCall& call, std::int64_t value) {
  if (!call.reserve(heap::make_int_need(value))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_int(call.process.heap, value);
  return NativeStatus::kDone;
}

NativeStatus give_float(NativeCall& call, double value) {
  if (!call.reserve(heap::make_float_need(value))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_float(call.process.heap, value);
  return NativeStatus::kDone;
}

}  // namespace

NativeStatus to_int(NativeCall& call) {
  const Term value = call.arguments[0];
  std::int64_t integer = 0;
  if (term::is_int(value)) {
    call.result = value;
    return NativeStatus::kDone;
  }
  double number = 0;
  if (term::as_double(value, number)) {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63; nan fails both comparisons
    if (!(number >= -kLimit && number < kLimit)) return cannot_convert(call, value);
    return give_int(call, static_cast<std::int64_t>(number));
  }
  if (value.is_bool()) return give_int(call, value.is_true() ? 1 : 0);
  if (!term::is_string(value)) return call.raise(expects(call, kWanted, value));
  if (!parse_int(term::text_of(value), integer)) return cannot_convert(call, value);
  return give_int(call, integer);
}

NativeStatus to_float(NativeCall& call) {
  const Term value = call.arguments[0];
  if (term::is_float(value)) {
    call.result = value;
    return NativeStatus::kDone;
  }
  double number = 0;
  if (term::as_double(value, number)) return give_float(call, number);
  if (value.is_bool()) return give_float(call, value.is_true() ? 1.0 : 0.0);
  if (!term::is_string(value)) return call.raise(expects(call, kWanted, value));
  const std::string_view text = term::text_of(value);
  std::int64_t integer = 0;
  if (parse_float(text, number)) return give_float(call, number);
  if (parse_int(text, integer)) return give_float(call, static_cast<double>(integer));
  return cannot_convert(call, value);
}

}  // namespace ttvm::natives
