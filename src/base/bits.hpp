// Bit counting without the instruction for it, which not every machine of the architecture has: the
// compiler would call a function of its runtime library.
#pragma once

#include <cstdint>

namespace ttvm::base {

// In parallel for pairs, nibbles, bytes (Warren, "Hacker's Delight", 5-1).
constexpr std::uint32_t count_ones(std::uint32_t x) {
  x -= (x >> 1U) & 0x55555555U;
  x = (x & 0x33333333U) + ((x >> 2U) & 0x33333333U);
  x = (x + (x >> 4U)) & 0x0F0F0F0FU;
  return (x * 0x01010101U) >> 24U;
}
static_assert(count_ones(0) == 0 && count_ones(0xFFFFFFFFU) == 32 && count_ones(0x80010100U) == 3);

}  // namespace ttvm::base
