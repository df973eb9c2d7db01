// Division of smalls by a constant, without a division: for 0 <= x < 2^62 and a divisor d of 2 or
// more, x / d is the upper half of x * factor, shifted right. With L the number of binary digits of
// d - 1, at least 2, and factor = floor(2^(62 + L) / d) + 1: factor * d exceeds 2^(62 + L) by at
// most d <= 2^L, so that x * factor / 2^(62 + L) exceeds x / d by less than 1 / d.
//
// Immutable; thread-safe.
#pragma once

#include <bit>
#include <cstdint>

namespace ttvm::lower {

struct Reciprocal {
  std::uint64_t factor = 0;  // 0: there is none
  std::uint32_t shift = 0;
};

constexpr Reciprocal reciprocal_of(std::int64_t divisor) {
  if (divisor < 2) return {};
  const auto d = static_cast<std::uint64_t>(divisor);
  const int digits = static_cast<int>(std::bit_width(d - 1));
  const int length = digits < 2 ? 2 : digits;
  const auto power = static_cast<unsigned __int128>(1) << static_cast<unsigned>(62 + length);
  return {static_cast<std::uint64_t>(power / d) + 1, static_cast<std::uint32_t>(length - 2)};
}

constexpr std::uint64_t divide(std::uint64_t x, std::uint64_t factor, std::uint32_t shift) {
  const auto product = static_cast<unsigned __int128>(x) * factor;
  return static_cast<std::uint64_t>(product >> 64U) >> shift;
}

constexpr bool divides_exactly(std::int64_t divisor) {
  const Reciprocal reciprocal = reciprocal_of(divisor);
  constexpr std::uint64_t kMax = (std::uint64_t{1} << 62U) - 1;
  const auto d = static_cast<std::uint64_t>(divisor);
  const std::uint64_t multiple = kMax / d * d;
  for (const std::uint64_t x : {std::uint64_t{0}, std::uint64_t{1}, d - 1, d, d + 1, multiple - 1,
                                multiple, kMax - 1, kMax}) {
    if (divide(x, reciprocal.factor, reciprocal.shift) != x / d) return false;
  }
  return true;
}
static_assert(divides_exactly(2) && divides_exactly(3) && divides_exactly(4) &&
              divides_exactly(5) && divides_exactly(7) && divides_exactly(10) &&
              divides_exactly(1000) && divides_exactly(32767));

}  // namespace ttvm::lower
