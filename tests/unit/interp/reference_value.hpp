// The values of the reference machine: plain, immutable, shared by count.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"

namespace ttvm::testing {

struct Value;
struct Null {};
using List = std::shared_ptr<const std::vector<Value>>;
using Object = std::shared_ptr<const std::vector<std::pair<std::string, Value>>>;
using Variables = std::map<std::uint32_t, Value>;
struct Function {
  std::uint32_t index;
  std::shared_ptr<const Variables> captures;
};
struct Exception {
  std::shared_ptr<const Value> message;
  std::shared_ptr<const Value> value;
};
struct Value : std::variant<Null, bool, std::int64_t, double, std::string, List, Object, Function,
                            Exception> {
  using variant::variant;
};

template <typename T>
const T* as(const Value& value) {
  return std::get_if<T>(&value);
}

inline const char* type_name(const Value& value) {
  static constexpr const char* kNames[] = {"Null", "Bool",   "Int",      "Float",    "Str",
                                           "List", "Object", "Function", "Exception"};
  return kNames[value.index()];
}

inline bool truthy(const Value& value) {
  if (as<Null>(value) != nullptr) return false;
  if (const bool* flag = as<bool>(value)) return *flag;
  if (const std::int64_t* number = as<std::int64_t>(value)) return *number != 0;
  return true;
}

inline bool number(const Value& value, double& out) {
  if (const std::int64_t* integer = as<std::int64_t>(value)) {
    out = static_cast<double>(*integer);
    return true;
  }
  if (const double* real = as<double>(value)) {
    out = *real;
    return true;
  }
  return false;
}

// Of a number; both kinds compare as what they are, not as the nearest Float.
inline long double exact_number(const Value& value) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (const std::int64_t* integer = as<std::int64_t>(value)) return *integer;
  return *as<double>(value);
}

inline bool equal(const Value& a, const Value& b) {
  double x = 0;
  double y = 0;
  if (as<std::int64_t>(a) != nullptr && as<std::int64_t>(b) != nullptr) {
    return *as<std::int64_t>(a) == *as<std::int64_t>(b);
  }
  if (number(a, x) && number(b, y)) return exact_number(a) == exact_number(b);
  if (a.index() != b.index()) return false;
  if (as<Null>(a) != nullptr) return true;
  if (const bool* flag = as<bool>(a)) return *flag == *as<bool>(b);
  if (const std::string* text = as<std::string>(a)) return *text == *as<std::string>(b);
  if (const List* list = as<List>(a)) {
    const List& other = *as<List>(b);
    if ((*list)->size() != other->size()) return false;
    for (std::size_t i = 0; i < other->size(); ++i) {
      if (!equal((**list)[i], (*other)[i])) return false;
    }
    return true;
  }
  if (const Object* object = as<Object>(a)) {
    const Object& other = *as<Object>(b);
    if ((*object)->size() != other->size()) return false;
    for (const auto& [key, value] : **object) {
      bool found = false;
      for (const auto& [name, second] : *other) found |= key == name && equal(value, second);
      if (!found) return false;
    }
    return true;
  }
  TTVM_CHECK(!"the generator compares no functions and no exceptions");
}

}  // namespace ttvm::testing
