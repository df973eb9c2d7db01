// Code that is not proven: its operands are on the process's operand stack, with every check made.
#include <algorithm>

#include "heap/build.hpp"
#include "interp/machine.hpp"
#include "term/access.hpp"

namespace ttvm::interp {

using isa::Op;

namespace {

Outcome underflow(Machine& m, Op op) {
  return m.raise("Stack underflow during " + std::string(isa::info(op).mnemonic));
}

constexpr std::uint32_t kPushResultsWords = lower::info(lower::RCode::kXPushResults).words();

// Takes the top `count` operands off, oldest first.
std::vector<Term> take_operands(Machine& m, std::size_t count) {
  auto& operands = extras_of(m.process).operands;
  std::vector<Term> taken(operands.end() - static_cast<std::ptrdiff_t>(count), operands.end());
  operands.resize(operands.size() - count);
  return taken;
}

void append_captures(Term function, std::vector<Term>& inputs) {
  const std::uint32_t count = term::capture_count(function);
  for (std::uint32_t i = 0; i < count; ++i) inputs.push_back(term::captures(function)[i]);
}

// `function` is null, or the closure being called.
Outcome call(Machine& m, const FunctionEntry& entry, Term function, Op op) {
  const process::ExecutionExtras& extras = extras_of(m.process);
  const auto& operands = extras.operands;
  const std::uint32_t window = m.operand(0);
  // Proven code takes the extras into registers, where a handler would not find them.
  const std::size_t needed = entry.extras + entry.arity;
  const auto& tries = extras.tries;
  const bool proven =
      entry.code != nullptr && extras.reachable() >= needed &&
      (entry.extras == 0 || tries.empty() || operands.size() - needed >= tries.back().floor);
  const std::uint32_t taken = proven ? entry.extras + entry.arity : entry.arity;
  if (extras.reachable() < taken) return underflow(m, op);
  const auto& code = proven ? *entry.code : *entry.explicit_code;
  const Outcome room = grow_stack_if_needed(m, window, code.frame_size);
  if (room != Outcome::kOk) return room;
  std::vector<Term> inputs = take_operands(m, taken);
  if (entry.captures != 0) append_captures(function, inputs);
  Word* frame = m.frame + window;
  if (proven) {
    // Its results are in registers: the XPushResults behind this instruction puts them on the
    // stack.
    std::copy(inputs.begin(), inputs.end(), reinterpret_cast<Term*>(frame));
    frame[code.link] = lower::make_link(m.next, window);
    m.reg(m.operand(1)) = Term::small(entry.results);
    m.frame = frame;
    m.at = code.words.data();
  } else {
    frame[0] = lower::make_link(m.next + kPushResultsWords, window);
    enter_explicit(m, entry, frame, inputs);
  }
  return Outcome::kEntered;
}

Outcome tail_call(Machine& m, const FunctionEntry& entry, Term function, Op op) {
  if (extras_of(m.process).reachable() < entry.arity) return underflow(m, op);
  const Outcome room = grow_stack_if_needed(m, 0, entry.explicit_code->frame_size);
  if (room != Outcome::kOk) return room;
  std::vector<Term> inputs = take_operands(m, entry.arity);
  if (entry.captures != 0) append_captures(function, inputs);
  enter_explicit(m, entry, m.frame, inputs);
  return Outcome::kEntered;
}

// The function on top of the operand stack. Nothing is taken off when it is none.
Outcome pop_function(Machine& m, Term& function) {
  process::ExecutionExtras& extras = extras_of(m.process);
  auto& operands = extras.operands;
  if (extras.reachable() == 0) return underflow(m, Op::kCallFunction);
  if (!term::is_function(operands.back())) {
    return m.raise(wrong_type(Op::kCallFunction, "a function", operands.back()));
  }
  function = operands.back();
  operands.pop_back();
  return Outcome::kOk;
}

}  // namespace

bool is_operand_stack_full(Machine& m, std::size_t more) {
  return extras_of(m.process).operands.size() + more >
         m.interpreter.options().max_stack_bytes / sizeof(Term);
}

void enter_explicit(Machine& m, const FunctionEntry& entry, Word* frame,
                    const std::vector<Term>& inputs) {
  auto* registers = reinterpret_cast<Term*>(frame);
  std::fill_n(registers + 1, entry.explicit_code->frame_size - 1, Term::unset());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    registers[entry.explicit_inputs[i]] = inputs[i];
  }
  m.frame = frame;
  m.at = entry.explicit_entry;
}

Outcome pop_operand(Machine& m) {
  process::ExecutionExtras& extras = extras_of(m.process);
  auto& operands = extras.operands;
  if (extras.reachable() == 0) return underflow(m, static_cast<Op>(m.operand(3)));
  m.reg(m.operand(0)) = operands.back();
  operands.pop_back();
  return Outcome::kOk;
}

Outcome push_operand(Machine& m) {
  if (is_operand_stack_full(m, 1)) return m.raise("Stack overflow");
  extras_of(m.process).operands.push_back(m.reg(m.operand(0)));
  return Outcome::kOk;
}

Outcome push_results(Machine& m) {
  const auto count = static_cast<std::uint32_t>(m.reg(m.operand(1)).as_small());
  if (is_operand_stack_full(m, count)) return m.raise("Stack overflow");
  auto& operands = extras_of(m.process).operands;
  for (std::uint32_t i = 0; i < count; ++i) operands.push_back(m.reg(m.operand(0) + i));
  return Outcome::kOk;
}

Outcome call_explicit(Machine& m) {
  return call(m, *reinterpret_cast<const FunctionEntry*>(m.immediate(0)), Term(), Op::kCall);
}

Outcome call_function_explicit(Machine& m) {
  Term function;
  const Outcome popped = pop_function(m, function);
  if (popped != Outcome::kOk) return popped;
  return call(m, entry_of(function), function, Op::kCallFunction);
}

Outcome tail_call_explicit(Machine& m) {
  return tail_call(m, *reinterpret_cast<const FunctionEntry*>(m.immediate(0)), Term(), Op::kCall);
}

Outcome tail_call_function_explicit(Machine& m) {
  Term function;
  const Outcome popped = pop_function(m, function);
  if (popped != Outcome::kOk) return popped;
  return tail_call(m, entry_of(function), function, Op::kCallFunction);
}

Outcome make_list_from_operands(Machine& m) {
  const auto count = static_cast<std::size_t>(m.immediate(0));
  process::ExecutionExtras& extras = extras_of(m.process);
  auto& operands = extras.operands;
  if (extras.reachable() < count) return underflow(m, Op::kMakeList);
  if (!make_room(m, heap::make_list_need(count))) return Outcome::kDie;
  m.reg(m.operand(0)) = heap::make_list(
      m.process.heap, std::span<const Term>(operands.data() + operands.size() - count, count));
  operands.resize(operands.size() - count);
  return Outcome::kOk;
}

}  // namespace ttvm::interp
