// TO_INT, TO_FLOAT: strings are read as a program writes numbers. FORMAT_FLOAT.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "base/literals.hpp"
#include "heap/build.hpp"
#include "natives/families.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

namespace {

constexpr std::string_view kWanted = "a number, bool or string";

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
  if (base::parse_int(term::text_of(value), integer) != base::Parsed::kOk) {
    return cannot_convert(call, value);
  }
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
  std::uint64_t bits = 0;
  if (base::parse_float(text, bits) == base::Parsed::kOk) {
    return give_float(call, std::bit_cast<double>(bits));
  }
  if (base::parse_int(text, integer) == base::Parsed::kOk) {
    return give_float(call, static_cast<double>(integer));
  }
  return cannot_convert(call, value);
}

NativeStatus format_float(NativeCall& call) {
  constexpr std::int64_t kMaxDigits = 100;
  const Term value = call.arguments[0];
  std::int64_t digits = 0;
  if (!term::is_number(value)) return call.raise(expects(call, "a number", value));
  if (!term::as_int64(call.arguments[1], digits)) {
    return call.raise(expects(call, "an Int as the number of digits", call.arguments[1]));
  }
  if (digits < 0 || digits > kMaxDigits) {
    return call.raise("FORMAT_FLOAT expects from 0 to " + std::to_string(kMaxDigits) +
                      " digits but got " + std::to_string(digits));
  }
  // 309 digits before the point are the most there can be.
  std::array<char, 512> text{};
  char* end = text.data();
  std::int64_t integer = 0;
  double number = 0;
  if (term::as_int64(value, integer)) {  // exactly, however large
    end = std::to_chars(end, text.data() + text.size(), integer).ptr;
    if (digits != 0) *end++ = '.';
    end = std::fill_n(end, digits, '0');
  } else if (term::as_double(value, number) && std::isnan(number)) {
    end = std::copy_n("nan", 3, end);  // without a sign
  } else {
    end = std::to_chars(end, text.data() + text.size(), number, std::chars_format::fixed,
                        static_cast<int>(digits))
              .ptr;
  }
  const std::string_view shown(text.data(), static_cast<std::size_t>(end - text.data()));
  if (!call.reserve(heap::make_string_need(shown.size()))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_string(call.process.heap, shown);
  return NativeStatus::kDone;
}

NativeStatus schedulers(NativeCall& call) {
  call.result = Term::small(call.context.services->schedulers());
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
