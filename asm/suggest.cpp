#include "asm/suggest.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace ttvm::assembler {

namespace {

constexpr std::size_t kMaxLength = 64;

// Insertions, deletions, replacements and exchanges of neighbours that turn `a` into `b` (optimal
// string alignment). Both are at most kMaxLength long.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, kMaxLength + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

Nearest::Nearest(std::string_view word)
    : word_(word), limit_(std::max<std::size_t>(1, word.size() / 3) + 1) {
  if (word.size() > kMaxLength) limit_ = 0;
}

void Nearest::consider(std::string_view candidate) {
  if (candidate.size() > kMaxLength || candidate.empty()) return;
  const std::size_t difference = candidate.size() > word_.size() ? candidate.size() - word_.size()
                                                                 : word_.size() - candidate.size();
  if (difference >= limit_) return;
  const std::size_t found = distance(word_, candidate);
  if (found >= limit_ || found >= word_.size()) return;
  limit_ = found;
  best_ = candidate;
}

}  // namespace ttvm::assembler
