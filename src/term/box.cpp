#include "term/box.hpp"

#include <array>

namespace ttvm::term {

namespace {

constexpr std::array<std::string_view, 13> kNames = {
    "int",   "float", "str", "bool",     "null",      "list",    "object",
    "bytes", "pid",   "ref", "function", "exception", "pattern",
};
constexpr std::array<std::string_view, 13> kDisplayNames = {
    "Int",   "Float", "Str", "Bool",     "Null",      "List",    "Object",
    "Bytes", "Pid",   "Ref", "Function", "Exception", "Pattern",
};
static_assert(kNames[static_cast<std::size_t>(Type::kPattern)] == "pattern");
static_assert(kDisplayNames[static_cast<std::size_t>(Type::kPattern)] == "Pattern");

}  // namespace

std::string_view type_name(Type type) { return kNames[static_cast<std::size_t>(type)]; }
std::string_view type_display_name(Type type) {
  return kDisplayNames[static_cast<std::size_t>(type)];
}

}  // namespace ttvm::term
