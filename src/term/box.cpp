#include "term/box.hpp"

#include <array>

namespace ttvm::term {

namespace {

constexpr std::array<Type, 16> kTypeOfKind = {
    Type::kInt,      Type::kFloat,    Type::kStr,  Type::kStr,       Type::kBytes,  Type::kBytes,
    Type::kList,     Type::kList,     Type::kList, Type::kObject,    Type::kObject, Type::kObject,
    Type::kFunction, Type::kFunction, Type::kRef,  Type::kException,
};
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kFloat64)] == Type::kFloat);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kBigBytes)] == Type::kBytes);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kHamt)] == Type::kObject);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kException)] == Type::kException);

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

Type type_of_box(Kind kind) { return kTypeOfKind[static_cast<std::size_t>(kind)]; }
std::string_view type_name(Type type) { return kNames[static_cast<std::size_t>(type)]; }
std::string_view type_display_name(Type type) {
  return kDisplayNames[static_cast<std::size_t>(type)];
}

}  // namespace ttvm::term
