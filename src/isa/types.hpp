// The types that TYPE_PATTERN names, by the numbers that they have in a .ttb file: those of
// term::Type, which come first there (this folder knows no values; lower checks that they agree).
// A new one is added at the end. Immutable; thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ttvm::isa {

inline constexpr auto kTypeNames = std::to_array<std::string_view>({
    "int",
    "float",
    "str",
    "bool",
    "null",
    "list",
    "object",
    "bytes",
    "pid",
    "ref",
    "function",
    "exception",
});

constexpr std::optional<std::size_t> find_type(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return i;
  }
  return std::nullopt;
}
static_assert(find_type("int") == 0 && find_type("exception") == kTypeNames.size() - 1);
static_assert(!find_type("Int") && !find_type(""));

}  // namespace ttvm::isa
