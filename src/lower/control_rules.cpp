// Lowering rules of jumps and TRY, and of what processes do (calls are in calls.cpp).
#include <algorithm>

#include "lower/function_lowering.hpp"
#include "term/symbols.hpp"
#include "verify/flow.hpp"

namespace ttvm::lower {

using bytecode::Instruction;
using isa::Op;

RCode opposite(RCode code) {
  switch (code) {
#define TTVM_OPPOSITE(name, other) \
  case RCode::kJump##name:         \
    return RCode::kJump##other;    \
  case RCode::kJump##name##I:      \
    return RCode::kJump##other##I;
    TTVM_OPPOSITE(Eq, Ne)
    TTVM_OPPOSITE(Ne, Eq)
    TTVM_OPPOSITE(Lt, Ge)
    TTVM_OPPOSITE(Ge, Lt)
    TTVM_OPPOSITE(Le, Gt)
    TTVM_OPPOSITE(Gt, Le)
#undef TTVM_OPPOSITE
    case RCode::kJumpFalse:
      return RCode::kJumpTrue;
    case RCode::kJumpTrue:
      return RCode::kJumpFalse;
    default:
      TTVM_CHECK(!"not a comparison");
      return code;
  }
}

// ---- Control

bool FunctionLowering::lower_control(const Instruction& instruction, bool& alive) {
  switch (instruction.op) {
    case Op::kJmp:
      lower_jump(instruction.a);
      return true;
    case Op::kJz:
    case Op::kJnz:
      lower_jump_if(instruction);
      return true;
    case Op::kCall:
    case Op::kCallFunction:
      alive = lower_call();
      return true;
    case Op::kRet:
      lower_return();
      return true;
    case Op::kTry:
      lower_try(instruction);
      return true;
    case Op::kEndTry:
      if (explicit_) {
        set_immediate(emit(RCode::kEndTry), 0, ~Word{0});
      } else if (!tries_.empty()) {
        set_immediate(emit(RCode::kEndTry), 0, tries_.back().try_pc);
        tries_.pop_back();
      }
      return true;
    case Op::kThrow:
      emit(RCode::kThrow, use(pop()));
      return true;
    case Op::kHalt:
      emit(RCode::kHalt, 0, 0, 0, take_cost());
      return true;
    default:
      return false;
  }
}

void FunctionLowering::lower_jump(std::uint32_t target) {
  if (returns_at(target)) {
    ++cost_;
    return lower_return();
  }
  settle();
  if (rotate_loop(target)) return;
  jump_to(emit(RCode::kJump, 0, 0, take_cost()), 0, target);
}

// The conditional jump there, or kTrap.
RCode FunctionLowering::jump_at(std::uint32_t at) const {
  const auto* handlers = context_.options.handlers;
  const auto find = [&](RCode first, RCode last) {
    const auto* begin = handlers + static_cast<std::size_t>(first);
    const auto* end = handlers + static_cast<std::size_t>(last) + 1;
    const auto* found = std::find(begin, end, reinterpret_cast<const void*>(out_.words[at]));
    return found == end ? RCode::kTrap : static_cast<RCode>(found - handlers);
  };
  const RCode code = find(RCode::kJumpEq, RCode::kJumpGeI);
  return code != RCode::kTrap ? code : find(RCode::kJumpFalse, RCode::kJumpTrue);
}

// A jump back to a block that is one conditional jump, as the condition of a WHILE often is:
// decides here, with the condition the other way round, and saves the jump there.
bool FunctionLowering::rotate_loop(std::uint32_t target) {
  const auto found = offset_at_.find(target);
  if (found == offset_at_.end()) return false;
  const std::uint32_t there = found->second;
  if (there >= out_.words.size()) return false;
  const auto jump = std::lower_bound(
      jumps_.begin(), jumps_.end(), there,
      [](const JumpFixup& fixup, std::uint32_t offset) { return fixup.at < offset; });
  if (jump == jumps_.end() || jump->at != there) return false;
  const RCode code = jump_at(there);
  if (code == RCode::kTrap) return false;
  std::uint32_t last = target;
  while (!verify::has_jump(module().code[last])) ++last;
  const std::uint32_t leaves = jump->target;
  const auto operand = [&](unsigned i) {
    return static_cast<std::uint32_t>(out_.words[there + 1] >> (16U * i) & 0xFFFFU);
  };
  const std::uint32_t cost = std::min<std::uint32_t>(take_cost() + operand(2), 0xFFFF);
  const std::uint32_t at =
      emit(opposite(code), operand(0), operand(1), cost, operand(3) ^ kJumpIfFalse);
  if (info(code).safepoint) {
    out_.words.back() = out_.words[there + 3];  // an error is one of the condition's line
  }
  jump_to(at, 0, last + 1);
  jump_to(emit(RCode::kJump), 0, leaves);
  return true;
}

void FunctionLowering::lower_jump_if(const Instruction& instruction) {
  const Register condition = clear_of_settle(use(pop()));
  settle();
  const RCode code = instruction.op == Op::kJz ? RCode::kJumpFalse : RCode::kJumpTrue;
  jump_to(emit(code, condition, 0, take_cost()), 0, instruction.a);
}

void FunctionLowering::lower_try(const Instruction& instruction) {
  settle();
  const std::uint32_t target = explicit_ ? kOnOperandStack : canonical(stack_.size());
  if (!explicit_) touch(target);
  const std::uint32_t at = emit(RCode::kTry, target);
  set_immediate(at, 1, pc_);
  jump_to(at, 0, instruction.a);
  const auto again =
      std::find_if(tries_.begin(), tries_.end(),
                   [&](const verify::TryContext& context) { return context.try_pc == pc_; });
  tries_.erase(again, tries_.end());
  tries_.push_back({pc_, 0, false});
}

// ---- Processes and messages

bool FunctionLowering::lower_process(const Instruction& instruction, bool& alive) {
  switch (instruction.op) {
    case Op::kSpawn:
    case Op::kSpawnLink:
    case Op::kSpawnMonitor:
    case Op::kSpawnWith:
      lower_spawn(instruction.op);
      return true;
    case Op::kSpawnApply:
      lower_spawn_apply();
      return true;
    case Op::kSend:
    case Op::kSendNamed:
      lower_send(instruction);
      return true;
    case Op::kReceive:
      emit_result(RCode::kReceive, 0, 0, take_cost());
      return true;
    case Op::kReceiveAfter:
      lower_receive_after(instruction);
      return true;
    case Op::kYield:
      emit(RCode::kYield, 0, 0, 0, take_cost());
      return true;
    case Op::kSelf:
      emit_result(RCode::kSelf);
      return true;
    case Op::kMakeRef:
      emit_result(RCode::kMakeRef);
      return true;
    case Op::kMonotonicMs:
      emit_result(RCode::kMonotonicMs);
      return true;
    case Op::kMonotonicNs:
      emit_result(RCode::kMonotonicNs);
      return true;
    case Op::kSleep: {
      const Register ms = use(pop());
      emit(RCode::kSleep, ms, 0, 0, take_cost());
      return true;
    }
    case Op::kExit: {
      const Operand status =
          instruction.a != 0 ? Operand{true, 0, term::static_int(instruction.imm)} : pop();
      emit(RCode::kExit, use(status));
      alive = false;
      return true;
    }
    case Op::kExitSelf:
      lower_native(instruction);
      alive = false;
      return true;
    default:
      return false;
  }
}

void FunctionLowering::lower_send(const Instruction& instruction) {
  const auto op = static_cast<std::uint32_t>(instruction.op);
  if (instruction.op == Op::kSend && instruction.a != 0) {
    const Register value = use(pop());
    set_immediate(emit(RCode::kSendPid, value), 0, static_cast<Word>(instruction.imm));
    return;
  }
  const Operand target =
      instruction.a != 0 ? Operand{true, 0, name_term(instruction.a - 1)} : pop();
  const Operand value = pop();
  const Register from = use(value);
  const Register to = use(target);
  emit(RCode::kSend, from, to, 0, op);
}

void FunctionLowering::lower_receive_after(const Instruction& instruction) {
  const Register ms = clear_of_settle(use(pop()));
  settle();
  const Register to = allocate(canonical(stack_.size()));
  const std::uint32_t at = emit(RCode::kReceiveAfter, to, ms, 0, take_cost());
  jump_to(at, 0, instruction.a);
  push_register(to);
}

}  // namespace ttvm::lower
