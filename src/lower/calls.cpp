// Lowering of calls, returns and spawns.
#include <algorithm>

#include "lower/function_lowering.hpp"
#include "term/symbols.hpp"
#include "verify/flow.hpp"

namespace ttvm::lower {

using bytecode::Instruction;
using isa::Op;

bool FunctionLowering::is_tail_call() const { return module().code[pc_ + 1].op == Op::kRet; }

bool FunctionLowering::lower_call() {
  const Instruction& instruction = module().code[pc_];
  if (explicit_) {
    settle();
    if (instruction.op == Op::kCallFunction) return lower_explicit_call(nullptr);
    return lower_explicit_call(
        context_.program.entries[context_.verified.instance_of_function(instruction.a)].get());
  }
  if (instruction.op == Op::kCall) {
    return lower_proven_call(context_.verified.instance_of_function(instruction.a), false);
  }
  return lower_proven_call(instance_->resolutions.at(pc_).instance, true);
}

bool FunctionLowering::lower_proven_call(std::uint32_t callee, bool closure) {
  const verify::Instance& judged = context_.verified.instances()[callee];
  const auto captures = static_cast<std::uint32_t>(judged.captures.size());
  std::vector<Operand> operands;
  // A closure goes where its captured values are to be; it is expanded in place.
  const Operand function = closure ? pop() : Operand{};
  operands = pop_many(judged.inputs() - captures);
  if (closure && captures != 0) operands.push_back(function);

  const Register first = window_for(judged.inputs() + 1);
  move_to_window(first, operands);
  if (closure && captures != 0) {
    emit(RCode::kExpand, first + judged.inputs() - captures, captures);
  }
  held_.clear();  // from here on the inputs are the callee's
  const bool is_protected =
      std::any_of(tries_.begin(), tries_.end(),
                  [](const verify::TryContext& context) { return !context.handling; });
  const bool tail = is_tail_call() && stack_.empty() && !is_protected;
  if (tail) {
    if (has_try_) emit(RCode::kDropTries);
    // Preempted at the callee's start, its inputs are where its frame wants them.
    const std::uint32_t at = emit(RCode::kTailCall, first, judged.inputs(), 0, take_cost());
    set_immediate(at, 1, instance_->inputs());
    context_.fixups.push_back({&out_, at, callee, true});
    return false;
  }
  const std::uint32_t at = emit(RCode::kCall, first, judged.inputs(), 0, take_cost());
  context_.fixups.push_back({&out_, at, callee, false});
  if (!judged.returns) {
    emit(RCode::kTrap);
    return false;
  }
  touch(first + judged.results);
  for (std::uint32_t i = 0; i < judged.results; ++i) {
    push_register(static_cast<Register>(first + i));
  }
  return true;
}

// `callee` is null when the function is on the operand stack.
bool FunctionLowering::lower_explicit_call(const FunctionEntry* callee) {
  const auto set_callee = [&](std::uint32_t at) {
    if (callee != nullptr) set_immediate(at, 0, reinterpret_cast<Word>(callee));
  };
  const bool tail = is_tail_call();
  std::uint32_t check = 0;
  if (tail) {
    const std::uint32_t cost = take_cost();
    if (has_try_) check = emit(RCode::kXTailCheck);
    set_callee(
        emit(callee != nullptr ? RCode::kXTailCall : RCode::kXTailCallFunction, 0, 0, 0, cost));
    if (!has_try_) return false;
    set_immediate(check, 0, out_.words.size() - check);
    cost_ = cost;
  }
  touch(temps_ + 1);
  set_callee(emit(callee != nullptr ? RCode::kXCall : RCode::kXCallFunction, temps_, result_count_,
                  0, take_cost()));
  emit(RCode::kXPushResults, temps_, result_count_);
  return true;
}

// ---- Calls of function values, and loops of them: see interp/apply.hpp

bool FunctionLowering::lower_repeated(const Instruction& instruction) {
  switch (instruction.op) {
    case Op::kApply:
      lower_apply(static_cast<std::uint32_t>(instruction.imm));
      return true;
    case Op::kMap:
    case Op::kFilter:
    case Op::kFold:
      lower_each(instruction.op);
      return true;
    case Op::kRange:
    case Op::kJoin:
      lower_gradual(instruction.op);
      return true;
    default:
      return false;
  }
}

void FunctionLowering::lower_apply(std::uint32_t count) {
  std::vector<Operand> operands = pop_many(count + 1);
  const Register first = window_for(count + 2);
  move_to_window(first, operands);
  held_.clear();  // from here on they are the callee's
  emit(RCode::kApply, first, count, take_cost());
  emit(RCode::kTakeResult, first, 0, 0, static_cast<std::uint32_t>(Op::kApply));
  push_register(first);
}

void FunctionLowering::lower_each(isa::Op op) {
  std::vector<Operand> operands = pop_many(static_cast<std::size_t>(isa::info(op).pops));
  if (op == Op::kFold) std::swap(operands[1], operands[2]);  // list, function, start
  const Register first = window_for(kEachState + 3);
  move_to_window(first, operands);
  held_.clear();
  for (std::uint32_t i = 0; i < kEachState; ++i) hold(static_cast<Register>(first + i));
  const auto d = static_cast<std::uint32_t>(op);
  const auto result = static_cast<Register>(first + kEachState);
  emit(RCode::kEach, first, 0, take_cost(), d);
  emit(RCode::kTakeResult, result, 0, 0, d);
  hold(result);
  emit(op == Op::kMap      ? RCode::kMapStep
       : op == Op::kFilter ? RCode::kFilterStep
                           : RCode::kFoldStep,
       first, 0, 0, d);
  push_register(first);
}

void FunctionLowering::lower_gradual(isa::Op op) {
  std::vector<Operand> operands = pop_many(2);
  const Register first = window_for(kGradualState + 1);
  move_to_window(first, operands);
  for (std::uint32_t i = 2; i < kGradualState; ++i) {
    emit(RCode::kUnset, first + i);
    hold(static_cast<Register>(first + i));
  }
  emit(RCode::kGradual, first, 0, 0, static_cast<std::uint32_t>(op));
  push_register(first);
}

// Whether control that comes there returns: then it can do so where it comes from, and what it
// leaves need not first go to where the block there expects it.
bool FunctionLowering::returns_at(std::uint32_t pc) const {
  return !explicit_ && module().code[pc].op == Op::kRet && context_.options.max_uncharged > 1;
}

void FunctionLowering::lower_return() {
  if (explicit_) {
    settle();
    if (has_try_) emit(RCode::kDropTries);
    emit(RCode::kXReturn, 0, 0, 0, take_cost());
    return;
  }
  if (has_try_) emit(RCode::kDropTries);
  const std::uint32_t link = instance_->inputs();
  const std::size_t count = stack_.size();
  if (count == 0) {
    emit(RCode::kReturn0, 0, link, 0, take_cost());
  } else if (count == 1) {
    const bool fresh = can_retarget_;
    const Operand result = pop();
    const bool is_last = fresh && link != 0 && !result.is_constant &&
                         (out_.words[last_result_ + 1] & 0xFFFFU) == result.reg;
    if (is_last) set_operand(last_result_, 0, 0);  // straight to where the caller finds it
    if (result.is_constant) {
      set_immediate(emit(RCode::kReturnK, 0, link, 0, take_cost()), 0, result.value.word());
      return;
    }
    const Register value = is_last ? Register{0} : use(result);
    if (value == 0) {
      emit(RCode::kReturn0, 0, link, 0, take_cost());
    } else {
      emit(RCode::kReturn1, value, link, 0, take_cost());
    }
  } else {
    std::vector<Operand> results = pop_many(count);
    if (count <= link) {  // the moves leave the link alone
      move_to_window(0, results);
      emit(RCode::kReturn0, 0, link, 0, take_cost());
      return;
    }
    touch(temps_ + static_cast<std::uint32_t>(count));
    move_to_window(static_cast<Register>(temps_), results);
    emit(RCode::kReturnN, temps_, link, static_cast<std::uint32_t>(count), take_cost());
  }
}

void FunctionLowering::lower_spawn(isa::Op op) {
  const std::uint32_t options = op == isa::Op::kSpawnWith ? 1 : 0;
  const auto push_results = [&](Register first) {
    for (std::int32_t i = 0; i < isa::info(op).pushes; ++i) {
      push_register(static_cast<Register>(first + i));
    }
  };
  if (explicit_) {
    settle();
    const Register first = window_for(2);
    touch(first + 1U);
    emit(RCode::kXSpawn, first, 0, 0, static_cast<std::uint32_t>(op));
    push_results(first);
    return;
  }
  const verify::Resolution& resolution = instance_->resolutions.at(pc_);
  std::vector<Operand> operands = pop_many(resolution.arguments + 1 + options);
  const Register first = window_for(resolution.arguments + 2);
  move_to_window(first, operands);
  touch(first + 1U);
  const std::uint32_t at =
      emit(RCode::kSpawn, first, resolution.arguments, 0, static_cast<std::uint32_t>(op));
  if (resolution.instance != verify::kNone) {
    set_immediate(at, 0,
                  reinterpret_cast<Word>(context_.program.entries[resolution.instance].get()));
  }
  push_results(first);
}

void FunctionLowering::lower_spawn_apply() {
  std::vector<Operand> operands = pop_many(3);
  const Register first = window_for(3);
  move_to_window(first, operands);
  emit(RCode::kSpawnApply, first);
  push_register(first);
}

}  // namespace ttvm::lower
