// Is a text UTF-8? Pure; thread-safe.
#pragma once

#include <string_view>

namespace ttvm::natives {

// As the Unicode standard defines it: no overlong forms, no surrogates, nothing past U+10FFFF.
// O(n).
bool is_utf8(std::string_view text);

}  // namespace ttvm::natives
