// TO_INT, TO_FLOAT: strings are read as a program writes numbers.
#include <bit>
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

}  // namespace ttvm::natives
