#include "asm/names.hpp"

namespace ttvm::assembler {

SymbolId Names::intern(std::string_view text, bool keep) {
  const auto found = symbols_.find(text);
  if (found != symbols_.end()) return found->second;
  if (keep) text = kept_.emplace_back(text);
  const auto symbol = static_cast<SymbolId>(texts_.size());
  symbols_.emplace(text, symbol);
  texts_.push_back(text);
  pool_index_.push_back(kNone);
  return symbol;
}

std::uint32_t Names::pool(SymbolId symbol) {
  if (pool_index_[symbol] == kNone) {
    pool_index_[symbol] = static_cast<std::uint32_t>(pool_.size());
    pool_.push_back(symbol);
  }
  return pool_index_[symbol];
}

std::vector<std::string> Names::strings() const {
  std::vector<std::string> out;
  out.reserve(pool_.size());
  for (const SymbolId symbol : pool_) out.emplace_back(texts_[symbol]);
  return out;
}

}  // namespace ttvm::assembler
