// One lowering rule for each instruction that makes or changes values. Those that go elsewhere, or
// speak to others, are in control_rules.cpp.
#include <bit>

#include "isa/types.hpp"
#include "lower/function_lowering.hpp"
#include "lower/reciprocal.hpp"
#include "term/symbols.hpp"
#include "verify/flow.hpp"

namespace ttvm::lower {

using bytecode::Instruction;
using isa::Op;

namespace {

bool fits_immediate(bool is_constant, Term value) {
  return is_constant && value.is_small() && value.as_small() >= -32768 && value.as_small() <= 32767;
}

// The types of the instruction set are the first of those that values have.
static_assert(isa::kTypeNames.size() == static_cast<std::size_t>(term::Type::kPattern));

Term type_pattern(std::int64_t number) {
  TTVM_CHECK(number >= 0 && static_cast<std::size_t>(number) < isa::kTypeNames.size());
  return Term::type_pattern(static_cast<term::Type>(number));
}

struct Comparison {
  RCode value;
  RCode value_immediate;
  RCode jump;
  RCode jump_immediate;
};

bool find_comparison(Op op, Comparison& out) {
  switch (op) {
#define TTVM_CASE(name)                                                                   \
  case Op::k##name:                                                                       \
    out = {RCode::k##name, RCode::k##name##I, RCode::kJump##name, RCode::kJump##name##I}; \
    return true;
    TTVM_CASE(Eq)
    TTVM_CASE(Ne)
    TTVM_CASE(Lt)
    TTVM_CASE(Le)
    TTVM_CASE(Gt)
    TTVM_CASE(Ge)
#undef TTVM_CASE
    default:
      return false;
  }
}

// What an instruction by itself is done by where floats are to be expected. In a row it is not.
constexpr RCode for_floats(RCode code) {
  return code == RCode::kAdd   ? RCode::kAddN
         : code == RCode::kSub ? RCode::kSubN
         : code == RCode::kMul ? RCode::kMulN
                               : code;
}

}  // namespace

bool FunctionLowering::lower_instruction(std::uint32_t& pc) {
  const Instruction& instruction = module().code[pc];
  if (!context_.options.smp && isa::has_effect(instruction.op, isa::kSmp)) {
    emit(RCode::kNeedsSmp, 0, 0, 0, static_cast<std::uint32_t>(instruction.op));
    return false;
  }
  bool alive = true;
  if (lower_constant(instruction) || lower_shuffle(instruction) || lower_variable(instruction)) {
    return true;
  }
  if (lower_operator(pc) || lower_data(instruction) || lower_repeated(instruction)) return true;
  if (lower_control(instruction, alive) || lower_process(instruction, alive)) return alive;
  TTVM_CHECK(isa::has_effect(instruction.op, isa::kNative));
  if (isa::info(instruction.op).shape == isa::Shape::kLabel) {
    lower_native_jump(instruction);
    return true;
  }
  // With its operand on the stack it is the same instruction.
  Instruction on_stack = instruction;
  on_stack.a = 0;
  if (instruction.a != 0) {
    const bool is_name = isa::info(instruction.op).shape == isa::Shape::kOptName;
    push_constant(is_name ? name_term(instruction.a - 1) : term::static_int(instruction.imm));
  }
  lower_native(on_stack);
  return true;
}

bool FunctionLowering::lower_constant(const Instruction& instruction) {
  switch (instruction.op) {
    case Op::kPushInt:
      push_constant(term::static_int(instruction.imm));
      return true;
    case Op::kPushFloat:
      push_constant(term::static_float(std::bit_cast<double>(instruction.imm)));
      return true;
    case Op::kPushBool:
      push_constant(Term::boolean(instruction.imm != 0));
      return true;
    case Op::kTrue:
      push_constant(Term::boolean(true));
      return true;
    case Op::kFalse:
      push_constant(Term::boolean(false));
      return true;
    case Op::kNull:
      push_constant(Term::null());
      return true;
    case Op::kAny:
      push_constant(Term::any_pattern());
      return true;
    case Op::kTypePattern:
      push_constant(type_pattern(instruction.imm));
      return true;
    case Op::kPushStr:
      push_constant(name_term(instruction.a));
      return true;
    case Op::kNewObject:
      push_constant(term::empty_object());
      return true;
    case Op::kMakeFunction:
      push_constant(
          context_.program.entries[context_.verified.instance_of_function(instruction.a)]->value);
      return true;
    default:
      return false;
  }
}

bool FunctionLowering::lower_shuffle(const Instruction& instruction) {
  const auto push = [&](const Operand& operand) {
    if (operand.is_constant) {
      push_constant(operand.value);
    } else {
      push_register(operand.reg);
    }
  };
  switch (instruction.op) {
    case Op::kPop:
      pop();
      return true;
    case Op::kDup: {
      const Operand a = pop();
      push(a);
      push(a);
      return true;
    }
    case Op::kSwap: {
      const Operand b = pop();
      const Operand a = pop();
      push(b);
      push(a);
      return true;
    }
    case Op::kOver: {
      const Operand b = pop();
      const Operand a = pop();
      push(a);
      push(b);
      push(a);
      return true;
    }
    case Op::kRot: {
      const Operand c = pop();
      const Operand b = pop();
      const Operand a = pop();
      push(b);
      push(c);
      push(a);
      return true;
    }
    default:
      return false;
  }
}

// ---- Variables

bool FunctionLowering::lower_variable(const Instruction& instruction) {
  switch (instruction.op) {
    case Op::kStore:
      lower_store(instruction.a);
      return true;
    case Op::kLoad:
      lower_load(instruction.a);
      return true;
    case Op::kDelete:
      lower_delete(instruction.a);
      return true;
    case Op::kCatch:
      if (instruction.a != 0) lower_store(instruction.a - 1);
      return true;
    case Op::kCapture:
      lower_capture(pc_);
      return true;
    case Op::kMakeLambda:
      lower_lambda(pc_);
      return true;
    case Op::kDumpScope:
      lower_dump_scope();
      return true;
    default:
      return false;
  }
}

void FunctionLowering::lower_store(std::uint32_t name) {
  const std::uint32_t index = variable_index_.at(name);
  const Register reg = variable_register_[index];
  const bool fresh = can_retarget_;
  const Operand value = pop();
  const bool aliased = references_[reg] != 0;
  if (fresh && can_retarget_ && !value.is_constant && !aliased && references_[value.reg] == 0 &&
      ((out_.words[last_result_ + 1] & 0xFFFFU) == value.reg)) {
    set_operand(last_result_, 0, reg);
    can_retarget_ = false;
  } else {
    save_aliases(reg);
    if (value.is_constant) {
      set_immediate(emit(RCode::kLoadK, reg), 0, value.value.word());
    } else if (value.reg != reg) {
      emit(RCode::kMove, reg, value.reg);
    }
  }
  set_bit(set_now_, index);
}

void FunctionLowering::lower_load(std::uint32_t name) {
  const std::uint32_t index = variable_index_.at(name);
  const Register reg = variable_register_[index];
  if (!test_bit(set_now_, index)) {
    hold(reg);
    set_immediate(emit(RCode::kCheckSet, reg), 0, name_term(name).word());
    set_bit(set_now_, index);
  }
  push_register(reg);
}

void FunctionLowering::lower_delete(std::uint32_t name) {
  const std::uint32_t index = variable_index_.at(name);
  const Register reg = variable_register_[index];
  save_aliases(reg);
  if (!test_bit(set_now_, index)) {
    hold(reg);
    set_immediate(emit(RCode::kCheckSet, reg), 0, name_term(name).word());
  }
  emit(RCode::kUnset, reg);
  clear_bit(set_now_, index);
}

void FunctionLowering::lower_capture(std::uint32_t pc) {
  const std::uint32_t name = module().code[pc].a;
  lower_load(name);
  const Operand value = pop();
  emit(RCode::kMove, capture_base_ + capture_slot_.at(name), value.reg);
}

void FunctionLowering::lower_lambda(std::uint32_t pc) {
  const std::uint32_t instance = context_.verified.instance_of_lambda(pc);
  const FunctionEntry& entry = *context_.program.entries[instance];
  if (entry.captures == 0) {
    push_constant(entry.value);
    return;
  }
  const auto& pending = context_.verified.pending_captures(pc);
  std::vector<Operand> values;
  for (const std::uint32_t name : pending) {
    const auto slot = capture_slot_.find(name);
    // Code that this instance never reaches may capture it; here it is unset.
    const bool here = slot != capture_slot_.end();
    values.push_back(
        {!here, static_cast<Register>(here ? capture_base_ + slot->second : 0U), Term::unset()});
  }
  const Register first = window_for(pending.size());
  move_to_window(first, values);
  for (const Operand& value : values) {
    if (!value.is_constant) emit(RCode::kUnset, value.reg);  // taken
  }
  emit_result(RCode::kClosure, first, entry.captures);
  set_immediate(last_result_, 0, reinterpret_cast<Word>(&entry));
}

void FunctionLowering::lower_dump_scope() {
  // In the region's order, so that proven and explicit code write the same.
  ScopeTable& table = out_.scopes.emplace_back();
  const verify::Region& region = context_.verified.regions()[context_.verified.region_of(pc_)];
  for (const std::uint32_t name : region.variables) {
    const auto found = variable_index_.find(name);
    if (found == variable_index_.end()) continue;
    const Register reg = variable_register_[found->second];
    hold(reg);
    table.variables.push_back({module().strings[name], reg});
  }
  set_immediate(emit(RCode::kDumpScope), 0, reinterpret_cast<Word>(&table));
}

// ---- Operators

bool FunctionLowering::lower_operator(std::uint32_t& pc) {
  const Op op = module().code[pc].op;
  switch (op) {
    case Op::kAdd:
      lower_arithmetic(RCode::kAdd, RCode::kAddI);
      return true;
    case Op::kSub:
      lower_arithmetic(RCode::kSub, RCode::kSubI);
      return true;
    case Op::kMul:
      lower_arithmetic(RCode::kMul, RCode::kMulI);
      return true;
    case Op::kDiv:
      lower_arithmetic(RCode::kDiv, RCode::kDivI);
      return true;
    case Op::kMod:
      lower_arithmetic(RCode::kMod, RCode::kModI);
      return true;
    case Op::kAnd:
      lower_binary(RCode::kAnd);
      return true;
    case Op::kOr:
      lower_binary(RCode::kOr);
      return true;
    case Op::kNot:
      lower_unary(RCode::kNot);
      return true;
    case Op::kTypeOf:
      lower_unary(RCode::kTypeOf);
      return true;
    case Op::kLen:
      lower_unary(RCode::kLen, static_cast<std::uint16_t>(op));
      return true;
    case Op::kNeg:
    case Op::kBitNot:
    case Op::kByteLen:
    case Op::kKeys:
    case Op::kValues:
      lower_unary(RCode::kUnary, static_cast<std::uint16_t>(op));
      return true;
    case Op::kConcat:
      lower_binary(RCode::kConcat);
      return true;
    case Op::kSqrt:
      lower_unary(RCode::kSqrt, static_cast<std::uint16_t>(op));
      return true;
    case Op::kBitAnd:
      lower_binary(RCode::kBitAnd, static_cast<std::uint16_t>(op));
      return true;
    case Op::kBitOr:
      lower_binary(RCode::kBitOr, static_cast<std::uint16_t>(op));
      return true;
    case Op::kBitXor:
      lower_binary(RCode::kBitXor, static_cast<std::uint16_t>(op));
      return true;
    case Op::kAddF:
    case Op::kSubF:
    case Op::kMulF:
    case Op::kDivF:
    case Op::kShl:
    case Op::kShr:
    case Op::kUshr:
    case Op::kEqF:
    case Op::kNeF:
    case Op::kLtF:
    case Op::kLeF:
    case Op::kGtF:
    case Op::kGeF:
      lower_binary(RCode::kBinary, static_cast<std::uint16_t>(op));
      return true;
    default:
      return lower_comparison(pc);
  }
}

void FunctionLowering::lower_arithmetic(RCode registers, RCode immediate) {
  const Operand b = pop();
  const Operand a = pop();
  const bool divides = immediate == RCode::kDivI || immediate == RCode::kModI;
  if (fits_immediate(b.is_constant, b.value) && (!divides || b.value.as_small() >= 2)) {
    const Register left = use(a);
    if (divides) {
      const Reciprocal reciprocal = reciprocal_of(b.value.as_small());
      emit_result(immediate, left, static_cast<std::uint32_t>(b.value.as_small()),
                  reciprocal.shift);
      set_immediate(last_result_, 0, reciprocal.factor);
      return;
    }
    emit_result(immediate, left, static_cast<std::uint32_t>(b.value.as_small()));
    return;
  }
  const Register left = use(a);
  const Register right = use(b);
  emit_result(registers, left, right);
  if (has_float_) out_.words[last_result_] = handler(for_floats(registers));
}

void FunctionLowering::lower_binary(RCode code, std::uint16_t d) {
  const Operand b = pop();
  const Operand a = pop();
  const Register left = use(a);
  const Register right = use(b);
  emit_result(code, left, right, d);
}

void FunctionLowering::lower_unary(RCode code, std::uint16_t d) {
  const Register operand = use(pop());
  emit_result(code, operand, 0, d);
}

// A comparison whose result only decides a jump becomes one instruction.
bool FunctionLowering::lower_comparison(std::uint32_t& pc) {
  Comparison codes{};
  const Op op = module().code[pc].op;
  if (!find_comparison(op, codes)) return false;
  const Instruction& next = module().code[pc + 1];
  const bool jumps = (next.op == Op::kJz || next.op == Op::kJnz) &&
                     !context_.verified.is_leader(pc + 1) && context_.options.max_uncharged > 1;
  const Operand b = pop();
  const Operand a = pop();
  const bool immediate = fits_immediate(b.is_constant, b.value);
  if (!jumps) {
    const Register value = use(a);
    if (immediate) {
      emit_result(codes.value_immediate, value, static_cast<std::uint32_t>(b.value.as_small()));
    } else {
      emit_result(codes.value, value, use(b));
    }
    return true;
  }
  const Register left = clear_of_settle(use(a));
  const Register right = immediate ? Register{0} : clear_of_settle(use(b));
  settle();
  ++pc;
  ++cost_;
  auto condition = static_cast<std::uint32_t>(op);
  RCode code = immediate ? codes.jump_immediate : codes.jump;
  if (next.op == Op::kJz) {
    code = opposite(code);
    condition |= kJumpIfFalse;
  }
  const std::uint32_t second = immediate ? static_cast<std::uint32_t>(b.value.as_small()) : right;
  jump_to(emit(code, left, second, take_cost(), condition), 0, next.a);
  return true;
}

// ---- Data

bool FunctionLowering::lower_data(const Instruction& instruction) {
  const auto op = static_cast<std::uint32_t>(instruction.op);
  switch (instruction.op) {
    case Op::kMakeList:
      lower_make_list(static_cast<std::uint32_t>(instruction.imm));
      return true;
    case Op::kIndex:
      lower_index();
      return true;
    case Op::kByteAt:
      lower_binary(RCode::kByteAt);
      return true;
    case Op::kListAppend:
      lower_binary(RCode::kListAppend);
      return true;
    case Op::kObjectGet:
      if (has_constant_key()) {
        const Term key = pop().value;
        lower_get_field(instruction.op, key);
      } else {
        lower_binary(RCode::kObjectGet);
      }
      return true;
    case Op::kObjectHas:
      lower_binary(RCode::kObjectHas, static_cast<std::uint16_t>(instruction.op));
      return true;
    case Op::kObjectDelete:
      lower_binary(RCode::kObjectDelete, static_cast<std::uint16_t>(instruction.op));
      return true;
    case Op::kListSet:
    case Op::kObjectSet: {
      const Operand c = pop();
      if (instruction.op == Op::kObjectSet && has_constant_key()) {
        const Term key = pop().value;
        lower_set_field(instruction.op, key, c);
        return true;
      }
      const Operand b = pop();
      const Operand a = pop();
      const Register first = use(a);
      const Register second = use(b);
      const Register third = use(c);
      emit_result(instruction.op == Op::kListSet ? RCode::kListSet : RCode::kObjectSet, first,
                  second, third);
      return true;
    }
    case Op::kGetField:
      lower_get_field(instruction.op, name_term(instruction.a));
      return true;
    case Op::kSetField:
      lower_set_field(instruction.op, name_term(instruction.a), pop());
      return true;
    case Op::kHasField:
    case Op::kDeleteField: {
      const Register object = use(pop());
      const Register key = use({true, 0, name_term(instruction.a)});
      emit_result(instruction.op == Op::kHasField ? RCode::kObjectHas : RCode::kObjectDelete,
                  object, key, op);
      return true;
    }
    default:
      return false;
  }
}

// Whether the operand on top is a key that stands in the text: then the shape of an object tells
// where its value is.
bool FunctionLowering::has_constant_key() const {
  return !stack_.empty() && stack_.back().is_constant && term::is_interned(stack_.back().value);
}

void FunctionLowering::lower_get_field(Op op, Term key) {
  const Register object = use(pop());
  emit_result(RCode::kGetField, object, 0, static_cast<std::uint32_t>(op));
  set_immediate(last_result_, 0, key.word());
  set_immediate(last_result_, 1, new_cache());
}

void FunctionLowering::lower_set_field(Op op, Term key, const Operand& value) {
  const Register object = use(pop());
  const Register changed = use(value);
  emit_result(RCode::kSetField, object, changed, static_cast<std::uint32_t>(op));
  set_immediate(last_result_, 0, key.word());
  set_immediate(last_result_, 1, new_cache());
}

void FunctionLowering::lower_make_list(std::uint32_t count) {
  if (count == 0) {
    push_constant(term::empty_list());
    return;
  }
  if (explicit_ && stack_.size() < count) {
    settle();
    emit_result(RCode::kXMakeList);
    set_immediate(last_result_, 0, count);
    return;
  }
  std::vector<Operand> operands = pop_many(count);
  const auto is_constant = [](const Operand& operand) { return operand.is_constant; };
  if (count <= term::kMaxFlatList && std::all_of(operands.begin(), operands.end(), is_constant)) {
    std::vector<Term> elements;
    elements.reserve(count);
    for (const Operand& operand : operands) elements.push_back(operand.value);
    push_constant(term::static_list(elements));
    return;
  }
  if (count == 2) {
    const Register left = use(operands[0]);
    const Register right = use(operands[1]);
    emit_result(RCode::kList2, left, right);
    return;
  }
  const Register first = window_for(count);
  move_to_window(first, operands);
  emit_result(RCode::kMakeList, first, count);
}

void FunctionLowering::lower_index() {
  const Operand position = pop();
  const Operand list = pop();
  const Register from = use(list);
  if (fits_immediate(position.is_constant, position.value) && position.value.as_small() >= 0) {
    emit_result(RCode::kIndexI, from, static_cast<std::uint32_t>(position.value.as_small()));
  } else {
    emit_result(RCode::kIndex, from, use(position));
  }
}

// The results are where the arguments were; a second one fits since a native with two has
// arguments.
void FunctionLowering::push_results(Register first, std::int32_t count) {
  TTVM_ASSERT(count <= 2);
  for (std::int32_t i = 0; i < count; ++i) push_register(static_cast<Register>(first + i));
}

void FunctionLowering::lower_native(const Instruction& instruction) {
  const verify::StackEffect effect = verify::stack_effect(instruction);
  const auto count = static_cast<std::uint32_t>(effect.pops);
  std::vector<Operand> operands = pop_many(count);
  const Register first = window_for(count + 1);
  move_to_window(first, operands);
  const auto op = static_cast<std::uint32_t>(instruction.op);
  const std::uint32_t at =
      emit(RCode::kNative, first, count, static_cast<std::uint32_t>(effect.pushes), op);
  set_immediate(at, 0, reinterpret_cast<Word>(context_.options.natives[op]));
  push_results(first, effect.pushes);
}

void FunctionLowering::lower_native_jump(const Instruction& instruction) {
  const verify::StackEffect effect = verify::stack_effect(instruction);
  const auto count = static_cast<std::uint32_t>(effect.pops);
  std::vector<Operand> operands = pop_many(count);
  for (Operand& operand : operands) {
    if (!operand.is_constant) operand.reg = clear_of_settle(operand.reg);
  }
  settle();
  const Register first = window_for(count + 1);
  move_to_window(first, operands);
  const auto op = static_cast<std::uint32_t>(instruction.op);
  const std::uint32_t at =
      emit(RCode::kNativeJump, first, count, static_cast<std::uint32_t>(effect.pushes), op);
  set_immediate(at, 0, reinterpret_cast<Word>(context_.options.natives[op]));
  jump_to(at, 1, instruction.a);
  push_results(first, effect.pushes);
}

}  // namespace ttvm::lower
