// Numbers as programs write them, both ways, for source text and for TO_INT and TO_FLOAT alike;
// independent of the locale. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ttvm::base {

enum class Parsed : std::uint8_t { kOk, kMalformed, kOutOfRange };

// Decimal, 0x or 0b with an optional sign and '_' between digits.
Parsed parse_int(std::string_view text, std::int64_t& value);

// Decimal with optional fraction and exponent, inf, -inf, nan. `bits` are those of the double; a
// number too large for a double, or too small to differ from 0, is out of range.
Parsed parse_float(std::string_view text, std::uint64_t& bits);

// What parse_float reads back as the same bits, always with a '.', an exponent or a word in it.
std::string float_text(std::uint64_t bits);

// Whether a bare word begins as a number does, and so cannot be a name.
bool starts_like_number(std::string_view text);

}  // namespace ttvm::base
