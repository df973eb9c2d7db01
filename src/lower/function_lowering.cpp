#include "lower/function_lowering.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "term/symbols.hpp"
#include "verify/flow.hpp"

namespace ttvm::lower {

using bytecode::Instruction;
using isa::Op;

namespace {
// Past this many bits of facts, variable flow would cost more than it saves.
constexpr std::size_t kMaxFlowBits = std::size_t{16} << 20U;

// Whether a constant, given what comes behind it, is worth a register in a loop.
bool is_loop_constant(Op push, Op next) {
  switch (next) {
    case Op::kEq:
    case Op::kNe:
      return push == Op::kPushFloat || push == Op::kPushStr;
    case Op::kBitAnd:
    case Op::kBitOr:
    case Op::kBitXor:
    case Op::kShl:
    case Op::kShr:
    case Op::kUshr:
      return push == Op::kPushInt;
    case Op::kStore:
    case Op::kCall:
    case Op::kRet:
      return false;
    default:
      return push == Op::kPushFloat;
  }
}
}  // namespace

FunctionLowering::FunctionLowering(LoweringContext& context, CodeObject& out)
    : context_(context), out_(out) {}

Term FunctionLowering::name_term(std::uint32_t string) const {
  return term::static_string(module().strings[string]);
}

void FunctionLowering::number_variables(const std::vector<std::uint32_t>& names, Register first) {
  for (const std::uint32_t name : names) {
    if (!variable_index_.emplace(name, variable_names_.size()).second) continue;
    variable_names_.push_back(name);
    variable_register_.push_back(first++);
  }
}

// Blocks in ascending order, each up to the next leader or the end of control.
void FunctionLowering::find_blocks(std::vector<std::uint32_t> leaders,
                                   const std::vector<std::uint32_t>* region) {
  std::sort(leaders.begin(), leaders.end());
  const auto& code = module().code;
  const auto reachable = [&](std::uint32_t pc) {
    return region == nullptr ||
           context_.verified.region_of(pc) == context_.verified.region_of(region->front());
  };
  for (const std::uint32_t leader : leaders) {
    FlowBlock block;
    block.first = block.last = leader;
    while (verify::falls_through(code[block.last]) &&
           !context_.verified.is_leader(block.last + 1)) {
      ++block.last;
    }
    const Instruction& end = code[block.last];
    if (verify::has_jump(end) && reachable(end.a)) block.successors.push_back(end.a);
    if (verify::falls_through(end)) block.successors.push_back(block.last + 1);
    if (instance_ != nullptr) {  // what a proof did not reach is not there
      std::erase_if(block.successors,
                    [&](std::uint32_t pc) { return !instance_->blocks.contains(pc); });
    }
    for (std::uint32_t pc = block.first; pc <= block.last; ++pc) {
      has_try_ |= code[pc].op == Op::kTry;
      has_float_ |= code[pc].op == Op::kPushFloat;
      if (code[pc].op != Op::kCapture) continue;
      if (capture_slot_.emplace(code[pc].a, capture_count_).second) ++capture_count_;
    }
    blocks_.push_back(std::move(block));
  }
}

void FunctionLowering::make_flow(std::uint32_t entry, BitSet always_set, bool deletes,
                                 bool precise) {
  const std::size_t count = variable_names_.size();
  std::size_t size = 0;
  for (const FlowBlock& block : blocks_) size += block.last - block.first + 1;
  if (count * size > kMaxFlowBits) precise = false;
  if (deletes && !precise) std::fill(always_set.begin(), always_set.end(), 0);
  flow_ = std::make_unique<VariableFlow>(module(), blocks_, entry, variable_index_, count,
                                         std::move(always_set), precise);
  if (precise) return;
  out_.all_live_begin = instance_ != nullptr ? instance_->extras : 0;
  out_.all_live_end = capture_base_ + capture_count_;
}

bool FunctionLowering::lower_proven(const verify::Instance& instance) {
  instance_ = &instance;
  const auto inputs = instance.inputs();
  out_.proven = true;
  out_.link = inputs;
  touch(inputs);

  std::vector<std::uint32_t> leaders;
  for (const auto& [pc, entry] : instance.blocks) leaders.push_back(pc);
  find_blocks(std::move(leaders), nullptr);

  // Inputs keep their registers; where a name is given twice, the later one has it, and a parameter
  // hides a captured variable of its name.
  const auto bind = [&](const std::vector<std::uint32_t>& names, std::size_t first) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto reg = static_cast<Register>(first + i);
      const auto [found, added] = variable_index_.emplace(names[i], variable_names_.size());
      if (added) {
        variable_names_.push_back(names[i]);
        variable_register_.push_back(reg);
      } else {
        variable_register_[found->second] = reg;
      }
    }
  };
  bind(instance.captures, instance.extras + instance.params.size());
  bind(instance.params, instance.extras);
  const std::size_t bound_count = variable_names_.size();
  std::vector<std::uint32_t> names;
  bool any_delete = false;
  for (const FlowBlock& block : blocks_) {
    for (std::uint32_t pc = block.first; pc <= block.last; ++pc) {
      const Instruction& instruction = module().code[pc];
      const isa::Shape shape = isa::info(instruction.op).shape;
      if (shape == isa::Shape::kVar) names.push_back(instruction.a);
      if (shape == isa::Shape::kOptVar && instruction.a != 0) names.push_back(instruction.a - 1);
      any_delete |= instruction.op == Op::kDelete;
    }
  }
  if (inputs + 1 + names.size() > kMaxRegisters) return false;
  number_variables(names, static_cast<Register>(inputs + 1));

  capture_base_ = inputs + 1 + static_cast<std::uint32_t>(variable_names_.size() - bound_count);
  constants_ = capture_base_ + capture_count_;
  find_loop_constants();
  temps_ = constants_ + static_cast<std::uint32_t>(loop_constants_.size());
  if (temps_ + static_cast<std::uint32_t>(instance.max_depth) + 64 > kMaxRegisters) return false;
  touch(temps_);

  BitSet always_set((variable_names_.size() + 63) / 64, 0);
  for (const std::uint32_t name : instance.params) set_bit(always_set, variable_index_.at(name));
  make_flow(instance.entry, std::move(always_set), any_delete, !has_try_);
  BitSet inputs_set((variable_names_.size() + 63) / 64, 0);
  for (std::size_t i = 0; i < bound_count; ++i) set_bit(inputs_set, i);
  prologue(instance.entry, inputs_set);
  lower_blocks();
  fix_jumps();
  out_.frame_size = std::max(out_.frame_size, instance.results);
  if (too_large_) return false;
  return true;
}

// Floats, and what else an operator has no immediate form for, in blocks that a jump goes back
// over.
void FunctionLowering::find_loop_constants() {
  constexpr std::size_t kMost = 16;
  std::uint32_t lowest = ~std::uint32_t{0};  // that this block or one behind it jumps to
  const auto& code = module().code;
  for (std::size_t i = blocks_.size(); i-- > 0;) {
    const FlowBlock& block = blocks_[i];
    for (const std::uint32_t to : block.successors) lowest = std::min(lowest, to);
    if (lowest > block.first) continue;
    for (std::uint32_t pc = block.first; pc < block.last; ++pc) {
      if (loop_constants_.size() == kMost) return;
      if (!is_loop_constant(code[pc].op, code[pc + 1].op)) continue;
      const Term value = code[pc].op == Op::kPushFloat
                             ? term::static_float(std::bit_cast<double>(code[pc].imm))
                         : code[pc].op == Op::kPushInt ? term::static_int(code[pc].imm)
                                                       : name_term(code[pc].a);
      const auto same = [&](Term other) { return other.same(value); };
      if (std::none_of(loop_constants_.begin(), loop_constants_.end(), same)) {
        loop_constants_.push_back(value);
      }
    }
  }
}

void FunctionLowering::prologue(std::uint32_t entry, const BitSet& inputs) {
  for (std::size_t i = 0; i < variable_names_.size(); ++i) {
    if (!test_bit(inputs, i) && flow_->live_at_entry(i)) emit(RCode::kUnset, variable_register_[i]);
  }
  for (std::uint32_t i = 0; i < capture_count_; ++i) emit(RCode::kUnset, capture_base_ + i);
  for (std::uint32_t i = 0; i < loop_constants_.size(); ++i) {
    set_immediate(emit(RCode::kLoadK, constants_ + i), 0, loop_constants_[i].word());
  }
  if (blocks_.front().first != entry) jump_to(emit(RCode::kJump), 0, entry);
}

void FunctionLowering::lower_explicit(const verify::Region& region,
                                      std::unordered_map<std::uint32_t, std::uint32_t>& entries,
                                      std::unordered_map<std::uint32_t, Register>& variables) {
  explicit_ = true;
  region_ = &region;
  out_.proven = false;
  out_.link = 0;
  std::vector<std::uint32_t> leaders;
  for (const std::uint32_t pc : region.instructions) {
    if (context_.verified.is_leader(pc)) leaders.push_back(pc);
  }
  // The first instruction of a region is a leader: nothing falls into it.
  find_blocks(std::move(leaders), &region.instructions);
  has_try_ = region.has_try;
  number_variables(region.variables, 1);
  capture_base_ = 1 + static_cast<std::uint32_t>(variable_names_.size());
  result_count_ = static_cast<Register>(capture_base_ + capture_count_);
  temps_ = result_count_ + 1U;
  touch(temps_);
  make_flow(blocks_.front().first, BitSet((variable_names_.size() + 63) / 64, 0), true, false);
  lower_blocks();
  fix_jumps();
  TTVM_CHECK(!too_large_);
  for (const FlowBlock& block : blocks_) entries[block.first] = offset_at_.at(block.first);
  for (std::size_t i = 0; i < variable_names_.size(); ++i) {
    variables[variable_names_[i]] = variable_register_[i];
  }
}

// Whether the instruction has an effect that another process or the user can see, or sees one.
bool FunctionLowering::is_visible(isa::Op op) const {
  switch (op) {
    case isa::Op::kYield:
      return false;  // it ends the slice anyway
    case isa::Op::kReceive:
      return !context_.options.receives_commute;
    case isa::Op::kPrint:
    case isa::Op::kDumpScope:
    case isa::Op::kReadFile:
    case isa::Op::kReadBytes:
    case isa::Op::kWriteFile:
    case isa::Op::kExit:
      return true;
    default:
      return isa::has_effect(op, isa::kSmp);
  }
}

void FunctionLowering::lower_blocks() {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    start_block(i);
    const FlowBlock& block = blocks_[i];
    bool alive = true;
    std::uint32_t pc = block.first;
    for (; alive && pc <= block.last; ++pc) {
      pc_ = pc;
      held_.clear();
      if (cost_ >= context_.options.max_uncharged) emit(RCode::kCharge, 0, 0, 0, take_cost());
      ++cost_;
      if (context_.options.points && is_visible(module().code[pc].op)) emit(RCode::kPoint);
      if (explicit_) prepare_explicit(module().code[pc]);
      alive = lower_instruction(pc);
    }
    if (alive && verify::falls_through(module().code[block.last])) end_block(block.last + 1);
    cost_ = 0;
  }
}

void FunctionLowering::start_block(std::size_t number) {
  const FlowBlock& block = blocks_[number];
  offset_at_[block.first] = static_cast<std::uint32_t>(out_.words.size());
  can_retarget_ = false;
  last_move_ = last_move2_ = last_at_ = kNowhere;
  flow_->enter_block(number);
  set_now_.assign((variable_names_.size() + 63) / 64, 0);
  for (std::size_t i = 0; i < variable_names_.size(); ++i) {
    if (flow_->set_at_start(i)) set_bit(set_now_, i);
  }
  stack_.clear();
  std::fill(references_.begin(), references_.end(), 0);
  has_popped_ = false;
  if (explicit_) return;
  const verify::BlockEntry& entry = instance_->blocks.at(block.first);
  const auto depth = static_cast<std::size_t>(entry.depth + static_cast<int>(instance_->extras));
  for (std::size_t i = 0; i < depth; ++i) push_register(canonical(i));
  tries_ = entry.tries;
}

void FunctionLowering::end_block(std::uint32_t next) {
  held_.clear();
  if (returns_at(next)) {
    ++cost_;
    return lower_return();
  }
  settle();
  if (cost_ > 0) emit(RCode::kCharge, 0, 0, 0, take_cost());
  if (!offset_at_.contains(next)) return;
  jump_to(emit(RCode::kJump), 0, next);  // the block behind stands before this one
}

void FunctionLowering::fix_jumps() {
  // A jump out of an explicit region can only go to the HALT at the end of the code.
  std::uint32_t halt = 0;
  for (const JumpFixup& jump : jumps_) {
    if (offset_at_.contains(jump.target) || halt != 0) continue;
    halt = emit(RCode::kHalt);
  }
  for (const JumpFixup& jump : jumps_) {
    const auto found = offset_at_.find(jump.target);
    const std::uint32_t target = found == offset_at_.end() ? halt : found->second;
    const auto offset = static_cast<std::int64_t>(target) - static_cast<std::int64_t>(jump.at);
    set_immediate(jump.at, jump.immediate, static_cast<Word>(offset));
  }
}

// ---- Operands

void FunctionLowering::touch(std::uint32_t reg) {
  if (reg >= kMaxRegisters) {
    too_large_ = true;
    return;
  }
  out_.frame_size = std::max(out_.frame_size, reg + 1);
  if (references_.size() <= reg) references_.resize(reg + 1, 0);
}

void FunctionLowering::push_register(Register reg) {
  touch(reg);
  if (reg < references_.size()) ++references_[reg];
  stack_.push_back({false, reg, Term()});
}

void FunctionLowering::push_constant(Term value) { stack_.push_back({true, 0, value}); }

FunctionLowering::Operand FunctionLowering::pop() {
  if (stack_.empty()) {
    TTVM_CHECK(explicit_);
    const Register reg = temporary();
    emit(RCode::kXPop, reg, 0, 0, static_cast<std::uint32_t>(module().code[pc_].op));
    has_popped_ = true;
    hold(reg);
    return {false, reg, Term()};
  }
  const Operand operand = stack_.back();
  stack_.pop_back();
  if (!operand.is_constant) {
    if (operand.reg < references_.size()) --references_[operand.reg];
    hold(operand.reg);
  }
  return operand;
}

std::vector<FunctionLowering::Operand> FunctionLowering::pop_many(std::size_t count) {
  std::vector<Operand> operands(count);
  for (std::size_t i = count; i-- > 0;) operands[i] = pop();
  return operands;
}

Register FunctionLowering::use(const Operand& operand) {
  if (!operand.is_constant) return operand.reg;
  for (std::size_t i = 0; i < loop_constants_.size(); ++i) {
    if (loop_constants_[i].same(operand.value)) return static_cast<Register>(constants_ + i);
  }
  const Register reg = temporary();
  set_immediate(emit(RCode::kLoadK, reg), 0, operand.value.word());
  hold(reg);
  return reg;
}

void FunctionLowering::hold(Register reg) { held_.push_back(reg); }

Register FunctionLowering::canonical(std::size_t depth) const {
  const std::size_t extras = instance_ != nullptr ? instance_->extras : 0;
  const std::size_t reg = depth < extras ? depth : temps_ + depth - extras;
  return static_cast<Register>(std::min<std::size_t>(reg, kMaxRegisters));
}

Register FunctionLowering::allocate(Register preferred) {
  const auto is_free = [&](std::uint32_t reg) {
    return reg >= references_.size() || references_[reg] == 0;
  };
  std::uint32_t reg = preferred;
  if (!is_free(reg)) {
    reg = temps_;
    while (!is_free(reg)) ++reg;
  }
  touch(reg);
  return static_cast<Register>(std::min(reg, kMaxRegisters));
}

// Operands of the current instruction are read before its result is written, so it may take theirs.
Register FunctionLowering::result() { return allocate(canonical(stack_.size())); }

Register FunctionLowering::temporary() {
  std::uint32_t reg = std::max<std::uint32_t>(canonical(stack_.size()), temps_);
  while ((reg < references_.size() && references_[reg] != 0) ||
         std::find(held_.begin(), held_.end(), reg) != held_.end()) {
    ++reg;
  }
  touch(reg);
  return static_cast<Register>(std::min(reg, kMaxRegisters));
}

// First of `count` consecutive registers with nothing live behind it.
Register FunctionLowering::window_for(std::size_t count) {
  std::uint32_t first = std::max<std::uint32_t>(canonical(stack_.size()), temps_);
  for (const Operand& operand : stack_) {
    if (!operand.is_constant && operand.reg >= first) first = operand.reg + 1U;
  }
  touch(first + static_cast<std::uint32_t>(count));
  return static_cast<Register>(std::min(first, kMaxRegisters));
}

void FunctionLowering::move_to_window(Register first, std::vector<Operand>& operands) {
  std::vector<PendingMove> moves;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    moves.push_back({static_cast<Register>(first + i), operands[i]});
  }
  run_moves(moves);
  held_.clear();
  for (std::size_t i = 0; i < operands.size(); ++i) hold(static_cast<Register>(first + i));
}

// Parallel moves: a register is overwritten only when no other move still reads it; a cycle is
// broken through one register more.
void FunctionLowering::run_moves(std::vector<PendingMove>& moves) {
  std::unordered_map<Register, std::uint32_t> readers;
  std::erase_if(moves,
                [](const PendingMove& m) { return !m.from.is_constant && m.from.reg == m.to; });
  for (const PendingMove& move : moves) {
    if (!move.from.is_constant) ++readers[move.from.reg];
  }
  std::unordered_map<Register, std::size_t> move_into;
  for (std::size_t i = 0; i < moves.size(); ++i) move_into[moves[i].to] = i;
  std::vector<bool> done(moves.size(), false);
  std::vector<std::size_t> ready;
  for (std::size_t i = moves.size(); i-- > 0;) {
    if (readers[moves[i].to] == 0) ready.push_back(i);
  }
  std::size_t left = moves.size();
  std::size_t next = 0;
  while (left > 0) {
    if (ready.empty()) {
      while (done[next]) ++next;
      // Everything left is in cycles: save what `next` would overwrite.
      const Register spare = spare_for(moves);
      emit(RCode::kMove, spare, moves[next].to);
      for (PendingMove& move : moves) {
        if (!move.from.is_constant && move.from.reg == moves[next].to) move.from.reg = spare;
      }
      readers[moves[next].to] = 0;
      ready.push_back(next);
      continue;
    }
    const std::size_t i = ready.back();
    ready.pop_back();
    if (done[i]) continue;
    done[i] = true;
    --left;
    const PendingMove& move = moves[i];
    if (move.from.is_constant) {
      set_immediate(emit(RCode::kLoadK, move.to), 0, move.from.value.word());
      continue;
    }
    emit(RCode::kMove, move.to, move.from.reg);
    const auto count = readers.find(move.from.reg);
    if (count != readers.end() && count->second > 0 && --count->second == 0) {
      const auto blocked = move_into.find(move.from.reg);
      if (blocked != move_into.end() && !done[blocked->second]) ready.push_back(blocked->second);
    }
  }
}

// A register that holds nothing, and that none of the moves will write.
Register FunctionLowering::spare_for(const std::vector<PendingMove>& moves) {
  std::uint32_t reg = temps_;
  for (const PendingMove& move : moves) {
    reg = std::max<std::uint32_t>(reg, move.to + 1U);
    if (!move.from.is_constant) reg = std::max<std::uint32_t>(reg, move.from.reg + 1U);
  }
  while ((reg < references_.size() && references_[reg] != 0) ||
         std::find(held_.begin(), held_.end(), reg) != held_.end()) {
    ++reg;
  }
  touch(reg);
  return static_cast<Register>(std::min(reg, kMaxRegisters));
}

void FunctionLowering::settle() {
  if (explicit_) return push_lowest(stack_.size());
  std::vector<PendingMove> moves;
  for (std::size_t i = 0; i < stack_.size(); ++i) {
    if (!stack_[i].is_constant && stack_[i].reg == canonical(i)) continue;
    moves.push_back({canonical(i), stack_[i]});
  }
  if (moves.empty()) return;
  for (const PendingMove& move : moves) touch(move.to);
  run_moves(moves);
  std::fill(references_.begin(), references_.end(), 0);
  for (std::size_t i = 0; i < stack_.size(); ++i) {
    stack_[i] = {false, canonical(i), Term()};
    if (stack_[i].reg < references_.size()) ++references_[stack_[i].reg];
  }
}

// Explicit code: the operands but for those on top go onto the process's operand stack.
void FunctionLowering::push_lowest(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Register reg = stack_[i].reg;
    if (stack_[i].is_constant) {
      reg = temporary();
      set_immediate(emit(RCode::kLoadK, reg), 0, stack_[i].value.word());
    }
    emit(RCode::kXPush, reg);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!stack_[i].is_constant) --references_[stack_[i].reg];
  }
  stack_.erase(stack_.begin(), stack_.begin() + static_cast<std::ptrdiff_t>(count));
}

// Explicit code: whoever catches what this instruction raises finds the operands where the process
// keeps them. What the block itself has pushed the handler does not see; but what it has taken off
// and still has must be put back. Nor may a block keep more operands than there are registers.
void FunctionLowering::prepare_explicit(const Instruction& instruction) {
  constexpr std::size_t kMaxKept = 128;
  std::size_t kept = kMaxKept;
  if (has_popped_ && isa::has_effect(instruction.op, isa::kRaise)) {
    const std::int32_t pops = verify::stack_effect(instruction).pops;
    kept = static_cast<std::size_t>(std::max(pops, 0));
  }
  if (stack_.size() > kept) push_lowest(stack_.size() - kept);
}

Register FunctionLowering::clear_of_settle(Register reg) {
  if (explicit_) return reg;
  bool in_the_way = false;
  for (std::size_t i = 0; i < stack_.size(); ++i) {
    in_the_way |= canonical(i) == reg && (stack_[i].is_constant || stack_[i].reg != reg);
  }
  if (!in_the_way) return reg;
  touch(canonical(stack_.size() + 1));
  std::uint32_t aside = canonical(stack_.size());
  while (references_[aside] != 0 || std::find(held_.begin(), held_.end(), aside) != held_.end()) {
    touch(++aside);
  }
  emit(RCode::kMove, aside, reg);
  hold(static_cast<Register>(aside));
  return static_cast<Register>(aside);
}

// Operands that stand for the variable's old value get a register of their own before it changes.
void FunctionLowering::save_aliases(Register reg) {
  if (reg >= references_.size() || references_[reg] == 0) return;
  Register copy = 0;
  bool copied = false;
  for (Operand& operand : stack_) {
    if (operand.is_constant || operand.reg != reg) continue;
    if (!copied) {
      copy = temporary();
      emit(RCode::kMove, copy, reg);
      copied = true;
    }
    operand.reg = copy;
    --references_[reg];
    if (copy < references_.size()) ++references_[copy];
  }
}

// ---- Emission

std::uint32_t FunctionLowering::emit(RCode code, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                                     std::uint32_t d) {
  can_retarget_ = false;
  fuse(code, a, b, c);
  const auto at = static_cast<std::uint32_t>(out_.words.size());
  if (code == RCode::kMove) {
    if (fuse_move(static_cast<Register>(a), static_cast<Register>(b))) return kNowhere;
    last_move_ = at;
  } else {
    last_move_ = last_move2_ = kNowhere;
  }
  last_code_ = code;
  last_at_ = at;
  const RCodeInfo& code_info = info(code);
  out_.words.push_back(handler(code));
  const auto low16 = [](std::uint32_t x) { return static_cast<Word>(x & 0xFFFFU); };
  out_.words.push_back(low16(a) | low16(b) << 16U | low16(c) << 32U | low16(d) << 48U);
  for (unsigned i = 0; i < code_info.immediates; ++i) out_.words.push_back(0);
  if (code_info.safepoint) out_.words.push_back(make_safepoint());
  return at;
}

// Moves come in rows, for the arguments of calls: two become a Move2, two of these a Move4.
bool FunctionLowering::fuse_move(Register to, Register from) {
  if (last_move_ == kNowhere) return false;
  const std::uint32_t at = std::exchange(last_move_, kNowhere);
  out_.words[at] = handler(RCode::kMove2);
  out_.words[at + 1] |= static_cast<Word>(to) << 32U | static_cast<Word>(from) << 48U;
  if (last_move2_ == kNowhere || last_move2_ + info(RCode::kMove2).words() != at) {
    last_move2_ = at;
    return true;
  }
  out_.words[last_move2_] = handler(RCode::kMove4);
  out_.words[at] = out_.words[at + 1];
  out_.words.pop_back();
  last_move2_ = kNowhere;
  return true;
}

void FunctionLowering::emit_result(RCode code, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  const Register reg = result();
  last_result_ = emit(code, reg, b, c, d);
  push_register(reg);
  can_retarget_ = true;
}

void FunctionLowering::set_immediate(std::uint32_t at, std::uint32_t index, Word value) {
  out_.words[at + 2 + index] = value;
}

void FunctionLowering::set_operand(std::uint32_t at, unsigned index, std::uint32_t value) {
  const unsigned shift = 16 * index;
  Word& operands = out_.words[at + 1];
  operands = (operands & ~(Word{0xFFFF} << shift)) | static_cast<Word>(value & 0xFFFFU) << shift;
}

void FunctionLowering::jump_to(std::uint32_t at, std::uint32_t immediate, std::uint32_t target) {
  jumps_.push_back({at, immediate, target});
}

std::uint32_t FunctionLowering::take_cost() {
  const std::uint32_t cost = std::min<std::uint32_t>(cost_, 0xFFFF);
  cost_ = 0;
  return cost;
}

Word FunctionLowering::make_safepoint() {
  Safepoint& safepoint = out_.safepoints.emplace_back();
  safepoint.code = &out_;
  safepoint.function = context_.function_at[pc_];
  safepoint.line = module().line_of(pc_);
  const auto mark = [&](std::uint32_t reg) {
    if (reg < out_.all_live_begin || reg >= out_.all_live_end) safepoint.set_live(reg);
  };
  for (const Operand& operand : stack_) {
    if (!operand.is_constant) mark(operand.reg);
  }
  for (const Register reg : held_) mark(reg);
  if (flow_->is_precise()) {
    for (std::size_t i = 0; i < variable_register_.size(); ++i) {
      if (flow_->live_after(pc_, i)) mark(variable_register_[i]);
    }
    for (std::uint32_t i = 0; i < capture_count_; ++i) mark(capture_base_ + i);
  }
  safepoint.low_only = safepoint.live_high.empty() && out_.all_live_begin == out_.all_live_end;
  return reinterpret_cast<Word>(&safepoint);
}

Word FunctionLowering::new_cache() {
  return reinterpret_cast<Word>(&out_.caches.emplace_back(kNoField));
}

}  // namespace ttvm::lower
