// Control flow between instructions, as the table of instructions gives it.
#pragma once

#include <cstdint>

#include "bytecode/module.hpp"
#include "isa/isa.hpp"

namespace ttvm::verify {

inline bool has_jump(const bytecode::Instruction& instruction) {
  return isa::info(instruction.op).shape == isa::Shape::kLabel;
}

// Can control go on with the instruction behind?
inline bool falls_through(const bytecode::Instruction& instruction) {
  return !isa::has_effect(instruction.op, isa::kEnd);
}

// Operands taken and left when the instruction goes on with the next one. Only for instructions
// whose effect follows from the instruction alone: not CALL, CALL_FUNCTION, SPAWN.
struct StackEffect {
  std::int32_t pops = 0;
  std::int32_t pushes = 0;
};

inline StackEffect stack_effect(const bytecode::Instruction& instruction) {
  const isa::OpInfo& info = isa::info(instruction.op);
  StackEffect effect{info.pops, info.pushes};
  if (effect.pops >= 0 && info.shape != isa::Shape::kOptVar) return effect;
  const std::int32_t popped_operand = instruction.a == 0 ? 1 : 0;
  switch (instruction.op) {
    case isa::Op::kMakeList:
      effect.pops = static_cast<std::int32_t>(instruction.imm);
      break;
    case isa::Op::kApply:
      effect.pops = static_cast<std::int32_t>(instruction.imm) + 1;
      break;
    case isa::Op::kCatch:
      effect.pops = instruction.a == 0 ? 0 : 1;
      break;
    case isa::Op::kSend:
    case isa::Op::kSendNamed:
    case isa::Op::kRestartChild:
    case isa::Op::kStopChild:
      effect.pops = 1 + popped_operand;
      break;
    case isa::Op::kSuperviseChild:
      effect.pops = 2 + popped_operand;
      break;
    default:
      effect.pops = popped_operand;
      break;  // REGISTER WHEREIS UNREGISTER EXIT
  }
  return effect;
}

// Operands pushed on the way to the jump target (after the same pops).
inline std::int32_t pushes_on_jump(const bytecode::Instruction& instruction) {
  return instruction.op == isa::Op::kTry ? 1 : 0;  // the exception; RECEIVE_AFTER pushes nothing
}

}  // namespace ttvm::verify
