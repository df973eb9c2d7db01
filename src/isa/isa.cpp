#include "isa/isa.hpp"

#include <algorithm>
#include <unordered_map>

namespace ttvm::isa {

const OpInfo* find_mnemonic(std::string_view mnemonic) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const OpInfo*> map;
    for (const OpInfo& entry : kOps) map.emplace(entry.mnemonic, &entry);
    return map;
  }();
  const auto found = index.find(mnemonic);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace ttvm::isa
