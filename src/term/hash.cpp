#include "term/hash.hpp"

#include <cstddef>
#include <cstring>

namespace ttvm::term {

namespace {

std::uint64_t read(const char* from, std::size_t bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

constexpr std::uint64_t kSeed = 0x9E3779B97F4A7C15ULL;
constexpr std::uint64_t kLow = 0xD1B54A32D192ED03ULL;
constexpr std::uint64_t kHigh = 0x8CB92BA72F3D8DD7ULL;

}  // namespace

std::uint64_t hash_string(std::string_view text) {
  const char* p = text.empty() ? "" : text.data();
  std::size_t left = text.size();
  std::uint64_t hash = kSeed ^ left;
  for (; left > 16; left -= 16, p += 16) hash = mix(read(p, 8) ^ kLow, read(p + 8, 8) ^ hash);
  const std::size_t first = left < 8 ? left : 8;
  hash = mix(read(p, first) ^ kLow, read(p + first, left - first) ^ hash);
  return mix(hash ^ kHigh, text.size() ^ kLow);
}

}  // namespace ttvm::term
