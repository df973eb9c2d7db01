#include "lower/variable_flow.hpp"

#include <algorithm>

#include "isa/isa.hpp"

namespace ttvm::lower {

using isa::Op;

VariableFlow::VariableFlow(const bytecode::Module& module, const std::vector<FlowBlock>& blocks,
                           std::uint32_t entry,
                           const std::unordered_map<std::uint32_t, std::uint32_t>& index,
                           std::size_t count, BitSet always_set, bool precise)
    : module_(module),
      blocks_(blocks),
      index_(index),
      count_(count),
      words_((count + 63) / 64),
      precise_(precise),
      always_set_(std::move(always_set)) {
  if (!precise_ || count_ == 0) return;
  for (std::size_t i = 0; i < blocks_.size(); ++i) block_at_[blocks_[i].first] = i;
  entry_block_ = block_at_.at(entry);
  solve_liveness(entry);
  solve_assignment(entry);
}

void VariableFlow::uses_and_sets(std::uint32_t pc, BitSet& live) const {
  const bytecode::Instruction& instruction = module_.code[pc];
  switch (instruction.op) {
    case Op::kStore:
      clear_bit(live, index_.at(instruction.a));
      break;
    case Op::kLoad:
    case Op::kDelete:
    case Op::kCapture:
      set_bit(live, index_.at(instruction.a));
      break;
    case Op::kCatch:
      if (instruction.a != 0) clear_bit(live, index_.at(instruction.a - 1));
      break;
    case Op::kDumpScope:
      std::fill(live.begin(), live.end(), ~std::uint64_t{0});
      break;
    default:
      break;
  }
}

void VariableFlow::solve_liveness(std::uint32_t /*entry*/) {
  live_in_.assign(blocks_.size(), BitSet(words_, 0));
  std::vector<std::vector<std::size_t>> predecessors(blocks_.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    for (const std::uint32_t next : blocks_[i].successors)
      predecessors[block_at_.at(next)].push_back(i);
  }
  std::vector<std::size_t> work(blocks_.size());
  for (std::size_t i = 0; i < work.size(); ++i) work[i] = i;
  std::vector<bool> queued(blocks_.size(), true);
  while (!work.empty()) {
    const std::size_t block = work.back();
    work.pop_back();
    queued[block] = false;
    BitSet live(words_, 0);
    for (const std::uint32_t next : blocks_[block].successors) {
      const BitSet& in = live_in_[block_at_.at(next)];
      for (std::size_t w = 0; w < words_; ++w) live[w] |= in[w];
    }
    for (std::uint32_t pc = blocks_[block].last + 1; pc-- > blocks_[block].first;) {
      uses_and_sets(pc, live);
    }
    if (live == live_in_[block]) continue;
    live_in_[block] = std::move(live);
    for (const std::size_t p : predecessors[block]) {
      if (!queued[p]) {
        queued[p] = true;
        work.push_back(p);
      }
    }
  }
}

void VariableFlow::solve_assignment(std::uint32_t /*entry*/) {
  set_in_.assign(blocks_.size(), BitSet(words_, ~std::uint64_t{0}));
  std::vector<std::size_t> work{entry_block_};
  std::vector<bool> visited(blocks_.size(), false);
  visited[entry_block_] = true;
  set_in_[entry_block_] = always_set_;
  while (!work.empty()) {
    const std::size_t block = work.back();
    work.pop_back();
    BitSet set = set_in_[block];
    for (std::uint32_t pc = blocks_[block].first; pc <= blocks_[block].last; ++pc) {
      const bytecode::Instruction& instruction = module_.code[pc];
      switch (instruction.op) {
        case Op::kStore:
        case Op::kLoad:  // has raised otherwise
        case Op::kCapture:
          set_bit(set, index_.at(instruction.a));
          break;
        case Op::kDelete:
          clear_bit(set, index_.at(instruction.a));
          break;
        case Op::kCatch:
          if (instruction.a != 0) set_bit(set, index_.at(instruction.a - 1));
          break;
        default:
          break;
      }
    }
    for (const std::uint32_t next_pc : blocks_[block].successors) {
      const std::size_t next = block_at_.at(next_pc);
      BitSet merged = set_in_[next];
      for (std::size_t w = 0; w < words_; ++w) merged[w] &= set[w];
      if (visited[next] && merged == set_in_[next]) continue;
      visited[next] = true;
      set_in_[next] = std::move(merged);
      work.push_back(next);
    }
  }
}

void VariableFlow::enter_block(std::size_t block) {
  current_ = block;
  if (!precise_ || count_ == 0) return;
  const FlowBlock& range = blocks_[block];
  live_after_.assign(range.last - range.first + 1, BitSet());
  BitSet live(words_, 0);
  for (const std::uint32_t next : range.successors) {
    const BitSet& in = live_in_[block_at_.at(next)];
    for (std::size_t w = 0; w < words_; ++w) live[w] |= in[w];
  }
  for (std::uint32_t pc = range.last + 1; pc-- > range.first;) {
    live_after_[pc - range.first] = live;
    uses_and_sets(pc, live);
  }
}

bool VariableFlow::live_after(std::uint32_t pc, std::size_t variable) const {
  if (!precise_) return true;
  return test_bit(live_after_[pc - blocks_[current_].first], variable);
}

bool VariableFlow::set_at_start(std::size_t variable) const {
  if (!precise_) return test_bit(always_set_, variable);
  return test_bit(set_in_[current_], variable);
}

bool VariableFlow::live_at_entry(std::size_t variable) const {
  if (!precise_) return true;
  return test_bit(live_in_[entry_block_], variable);
}

}  // namespace ttvm::lower
