// UTF-8 as the Unicode standard defines it: no surrogates, no overlong forms, nothing past
// U+10FFFF. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ttvm::base {

// Length of the longest valid prefix; text.size() if all of it is valid. O(n).
std::size_t valid_utf8_prefix(std::string_view text);

inline bool is_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

// A code point that a UTF-8 text can hold.
constexpr bool is_scalar_value(std::uint32_t code_point) {
  return code_point < 0xD800U || (code_point > 0xDFFFU && code_point <= 0x10FFFFU);
}

// Requires is_scalar_value(code_point).
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace ttvm::base
