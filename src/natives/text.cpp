// PRINT, TO_STR, TO_BYTES, ARGS.
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "heap/build.hpp"
#include "natives/families.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

namespace {

constexpr const char* kOutOfMemory = "Out of memory";

NativeStatus make_string(NativeCall& call, std::string_view text) {
  if (!call.reserve(heap::make_string_need(text.size()))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_string(call.process.heap, text);
  return NativeStatus::kDone;
}

NativeStatus string_to_bytes(NativeCall& call) {
  const std::size_t size = term::text_of(call.arguments[0]).size();
  if (!call.reserve(heap::make_bytes_need(size))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_bytes(call.process.heap, term::text_of(call.arguments[0]));
  return NativeStatus::kDone;
}

NativeStatus list_to_bytes(NativeCall& call) {
  constexpr std::string_view kWanted = "Ints from 0 to 255";
  std::string bytes;
  bytes.reserve(term::list_length(call.arguments[0]));
  for (term::ListReader reader(call.arguments[0]); !reader.done();) {
    const Term element = reader.next();
    std::int64_t value = 0;
    if (!term::as_int64(element, value)) return call.raise(expects(call, kWanted, element));
    if (value < 0 || value > 255) {
      return call.raise(std::string(call.mnemonic) + " expects " + std::string(kWanted) +
                        " but got " + std::to_string(value));
    }
    bytes.push_back(static_cast<char>(value));
  }
  if (!call.reserve(heap::make_bytes_need(bytes.size()))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_bytes(call.process.heap, bytes);
  return NativeStatus::kDone;
}

}  // namespace

NativeStatus print(NativeCall& call) {
  const Term value = call.arguments[0];
  if (term::is_string(value)) {
    call.context.services->print_line(term::text_of(value));
    return NativeStatus::kDone;
  }
  std::string text;
  if (!term::print(value, text, false, kMaxText)) return call.raise(kOutOfMemory);
  call.context.services->print_line(text);
  return NativeStatus::kDone;
}

NativeStatus to_str(NativeCall& call) {
  const Term value = call.arguments[0];
  if (term::is_string(value)) {
    call.result = value;
    return NativeStatus::kDone;
  }
  if (value.is_small() || value.is_pid()) {
    const std::int64_t number =
        value.is_pid() ? static_cast<std::int64_t>(value.as_pid()) : value.as_small();
    std::array<char, 24> digits;
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return make_string(call, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  if (term::is_bytes(value)) {
    const std::string_view bytes = term::text_of(value);
    if (!base::is_utf8(bytes)) return call.raise("TO_STR cannot convert bytes that are not UTF-8");
    if (!call.reserve(heap::make_string_need(bytes.size()))) return NativeStatus::kOutOfMemory;
    call.result = heap::make_string(call.process.heap, term::text_of(call.arguments[0]));
    return NativeStatus::kDone;
  }
  std::string text;
  if (!term::print(value, text, false, kMaxText)) return call.raise(kOutOfMemory);
  return make_string(call, text);
}

NativeStatus to_bytes(NativeCall& call) {
  const Term value = call.arguments[0];
  if (term::is_string(value)) return string_to_bytes(call);
  if (term::is_list(value)) return list_to_bytes(call);
  return call.raise(expects(call, "a string or a list of Ints from 0 to 255", value));
}

NativeStatus args(NativeCall& call) {
  const std::vector<std::string>& arguments = call.context.services->arguments();
  std::size_t need = heap::make_list_need(arguments.size());
  for (const std::string& argument : arguments) need += heap::make_string_need(argument.size());
  if (!call.reserve(need)) return NativeStatus::kOutOfMemory;
  std::vector<Term> strings;
  strings.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    strings.push_back(heap::make_string(call.process.heap, argument));
  }
  call.result = heap::make_list(call.process.heap, strings);
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
