#include "base/literals.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

namespace ttvm::base {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return 99;
}

// Magnitude of a number without sign and prefix.
Parsed parse_digits(std::string_view digits, unsigned radix, std::uint64_t& magnitude) {
  bool after_digit = false;
  bool overflow = false;
  for (const char c : digits) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    const unsigned digit = digit_value(c);
    if (digit >= radix) return Parsed::kMalformed;
    overflow = overflow || __builtin_mul_overflow(magnitude, radix, &magnitude) ||
               __builtin_add_overflow(magnitude, digit, &magnitude);
    after_digit = true;
  }
  if (!after_digit) return Parsed::kMalformed;
  return overflow ? Parsed::kOutOfRange : Parsed::kOk;
}

bool is_decimal_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - start;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  std::size_t mantissa = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool has_nonzero_mantissa(std::string_view text) {
  for (const char c : text) {
    if (c == 'e' || c == 'E') return false;
    if (c >= '1' && c <= '9') return true;
  }
  return false;
}

}  // namespace

Parsed parse_int(std::string_view text, std::int64_t& value) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  unsigned radix = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'b')) {
    radix = text[1] == 'x' ? 16 : 2;
    text.remove_prefix(2);
  }
  std::uint64_t magnitude = 0;
  const Parsed parsed = parse_digits(text, radix, magnitude);
  if (parsed != Parsed::kOk) return parsed;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (magnitude > kMax + (negative ? 1U : 0U)) return Parsed::kOutOfRange;
  value = static_cast<std::int64_t>(negative ? ~magnitude + 1U : magnitude);
  return Parsed::kOk;
}

Parsed parse_float(std::string_view text, std::uint64_t& bits) {
  double value = 0;
  if (text == "inf" || text == "-inf") {
    value = text == "inf" ? HUGE_VAL : -HUGE_VAL;
  } else if (text == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
    static_assert(std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN()) ==
                  0x7FF8000000000000ULL);  // the one NaN of the .ttb format
  } else {
    if (!is_decimal_float(text)) return Parsed::kMalformed;
    if (text.front() == '+') text.remove_prefix(1);
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || std::isinf(value)) return Parsed::kOutOfRange;
    if (value == 0 && has_nonzero_mantissa(text)) return Parsed::kOutOfRange;
  }
  std::memcpy(&bits, &value, sizeof bits);
  return Parsed::kOk;
}

std::string float_text(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string out(buffer.data(), result.ptr);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

bool starts_like_number(std::string_view text) {
  if (text.empty()) return false;
  if (text.size() > 1 && (text[0] == '-' || text[0] == '+')) return is_digit(text[1]);
  return is_digit(text[0]);
}

}  // namespace ttvm::base
