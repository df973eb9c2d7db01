#include "bytecode/module.hpp"

#include <algorithm>

namespace ttvm::bytecode {

std::uint32_t Module::line_of(std::uint32_t instruction) const {
  const auto after = std::upper_bound(
      lines.begin(), lines.end(), instruction,
      [](std::uint32_t index, const LineEntry& entry) { return index < entry.start; });
  return after == lines.begin() ? 0 : std::prev(after)->line;
}

}  // namespace ttvm::bytecode
