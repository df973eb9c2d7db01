#include "natives/natives.hpp"

#include <array>

#include "natives/families.hpp"
#include "term/box.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

namespace {

struct Entry {
  std::string_view mnemonic;
  process::NativeFunction function;
};

constexpr auto kNatives = std::to_array<Entry>({
    {"PRINT", print},
    {"TO_STR", to_str},
    {"TO_BYTES", to_bytes},
    {"ARGS", args},
    {"TO_INT", to_int},
    {"TO_FLOAT", to_float},
    {"READ_FILE", read_file},
    {"READ_BYTES", read_bytes},
    {"WRITE_FILE", write_file},
    {"REGISTER", register_name},
    {"WHEREIS", whereis},
    {"UNREGISTER", unregister_name},
});

}  // namespace

process::NativeFunction find(std::string_view mnemonic) {
  for (const Entry& entry : kNatives) {
    if (entry.mnemonic == mnemonic) return entry.function;
  }
  return nullptr;
}

std::string expects(const NativeCall& call, std::string_view what, Term got) {
  std::string message(call.mnemonic);
  message.append(" expects ").append(what).append(" but got ");
  return message.append(term::type_display_name(term::type_of(got)));
}

std::string quoted(std::string_view text) {
  std::string out;
  term::print_quoted(text, out);
  return out;
}

}  // namespace ttvm::natives
