// The words of a program, each once: symbols for comparison and for tables, and the module's string
// pool for those that are needed at run time, in the order in which they were first needed.
//
// Holds views into the source text where it can; the text must outlive it. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ttvm::assembler {

using SymbolId = std::uint32_t;
inline constexpr std::uint32_t kNone = 0xFFFFFFFFU;

class Names {
 public:
  // `keep`: the text must be copied, because it does not live as long as this.
  SymbolId intern(std::string_view text, bool keep);
  std::string_view text(SymbolId symbol) const { return texts_[symbol]; }
  std::size_t size() const { return texts_.size(); }

  // The symbol's index in the string pool, added at the first call.
  std::uint32_t pool(SymbolId symbol);
  bool in_pool(SymbolId symbol) const { return pool_index_[symbol] != kNone; }
  std::uint32_t pool_size() const { return static_cast<std::uint32_t>(pool_.size()); }
  SymbolId pooled(std::uint32_t index) const { return pool_[index]; }

  std::vector<std::string> strings() const;

 private:
  std::unordered_map<std::string_view, SymbolId> symbols_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> pool_index_;  // by symbol
  std::vector<SymbolId> pool_;
  std::deque<std::string> kept_;
};

}  // namespace ttvm::assembler
