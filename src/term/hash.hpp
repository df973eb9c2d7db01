// One hash for all strings: of symbols, shapes and dicts. The same in every run (a seeded run must
// repeat), never written to a file.
#pragma once

#include <cstdint>
#include <string_view>

namespace ttvm::term {

std::uint64_t hash_string(std::string_view text);

// The two halves of a 64x64 bit product folded together: every input bit reaches every output bit.
// Zero if one of the two is zero.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace ttvm::term
