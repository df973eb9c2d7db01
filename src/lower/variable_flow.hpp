// Which variables are live, and which are certainly set, at each point of one function's code.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "bytecode/module.hpp"

namespace ttvm::lower {

using BitSet = std::vector<std::uint64_t>;

inline bool test_bit(const BitSet& set, std::size_t bit) {
  return ((set[bit >> 6U] >> (bit & 63U)) & 1U) != 0;
}
inline void set_bit(BitSet& set, std::size_t bit) {
  set[bit >> 6U] |= std::uint64_t{1} << (bit & 63U);
}
inline void clear_bit(BitSet& set, std::size_t bit) {
  set[bit >> 6U] &= ~(std::uint64_t{1} << (bit & 63U));
}

// A block of straight-line code: [first, last], and where control goes from it.
struct FlowBlock {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::vector<std::uint32_t> successors;  // first instructions of blocks
};

class VariableFlow {
 public:
  // `index` numbers the variables 0 .. count-1. `precise` false (exceptions may jump anywhere, or
  // the function is too large): everything is live everywhere, and only the `always_set` are set.
  VariableFlow(const bytecode::Module& module, const std::vector<FlowBlock>& blocks,
               std::uint32_t entry, const std::unordered_map<std::uint32_t, std::uint32_t>& index,
               std::size_t count, BitSet always_set, bool precise);

  bool is_precise() const { return precise_; }

  // Prepares the answers for one block, by number.
  void enter_block(std::size_t block);

  // Live after the instruction (of the block entered).
  bool live_after(std::uint32_t pc, std::size_t variable) const;
  // Set for certain at the block's start.
  bool set_at_start(std::size_t variable) const;
  // Must the function's start unset it, because it may be read without having been set?
  bool live_at_entry(std::size_t variable) const;

 private:
  void uses_and_sets(std::uint32_t pc, BitSet& live) const;  // backward transfer
  void solve_liveness(std::uint32_t entry);
  void solve_assignment(std::uint32_t entry);

  const bytecode::Module& module_;
  const std::vector<FlowBlock>& blocks_;
  const std::unordered_map<std::uint32_t, std::uint32_t>& index_;
  std::size_t count_;
  std::size_t words_;
  bool precise_;
  BitSet always_set_;
  std::unordered_map<std::uint32_t, std::size_t> block_at_;
  std::vector<BitSet> live_in_;
  std::vector<BitSet> set_in_;
  std::size_t entry_block_ = 0;
  std::size_t current_ = 0;
  std::vector<BitSet> live_after_;  // of the current block, by instruction
};

}  // namespace ttvm::lower
