// The machine's state while a slice runs, and the slow paths of the dispatch loop.
//
// A slow path gets the Machine with `at` (the instruction), `next` (the word behind it) and `frame`
// saved, does its work, and says by an Outcome how to go on. It may collect: all live values are
// then in the registers that the instruction's safepoint names, so it reads operands after making
// room.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "interp/interpreter.hpp"
#include "isa/isa.hpp"
#include "lower/code.hpp"
#include "process/executor.hpp"
#include "process/native.hpp"
#include "process/process.hpp"
#include "term/access.hpp"

namespace ttvm::process {

// A TRY in force, or whose handler runs.
struct TryRecord {
  std::uint64_t frame;  // offset of its frame in the stack, in words
  const term::Word* handler;
  std::uint64_t operands;  // depth of the operand stack at the TRY
  std::uint64_t floor;     // the largest of these, of this TRY and those around it
  std::uint64_t fence;     // ExecutionExtras::fence at the TRY
  std::uint32_t id;
  std::uint16_t target;  // register for the exception, or lower::kOnOperandStack
  bool handling;
};

// What only some processes need; made when first needed.
struct ExecutionExtras {
  std::vector<term::Term> operands;  // operand stack of explicit code
  std::size_t fence = 0;             // operands below it are out of reach: see apply.hpp
  std::vector<TryRecord> tries;      // innermost last

  std::size_t reachable() const { return operands.size() - fence; }
};

}  // namespace ttvm::process

namespace ttvm::interp {

using lower::FunctionEntry;
using process::Process;
using process::RunContext;
using term::Term;
using term::Word;

enum class Outcome : std::uint8_t {
  kOk,       // go on with the next instruction
  kRaise,    // Machine::thrown or Machine::error
  kDie,      // the process ends; exit_kind is set, or Machine::leaves
  kWait,     // execute this instruction again after a signal or at wait_deadline
  kAgain,    // execute this instruction again in the next slice
  kEntered,  // Machine::at and frame are those of another function's start
};

struct Machine {
  Process& process;
  RunContext& context;
  const Interpreter& interpreter;
  Word* frame = nullptr;
  const Word* at = nullptr;
  const Word* next = nullptr;
  std::string error;          // message of the exception to raise, if `throws_value` is not set
  bool throws_value = false;  // raise the value in register `thrown` (THROW)
  std::uint16_t thrown = 0;
  bool has_collected = false;  // in this slice
  bool leaves = false;         // the slice ends with kCollect
  std::int32_t owed = 0;       // reductions that collections cost and the loop has not charged yet

  Term& reg(std::uint32_t index) { return reinterpret_cast<Term*>(frame)[index]; }
  std::uint16_t operand(unsigned index) const {
    return reinterpret_cast<const std::uint16_t*>(at + 1)[index];
  }
  Word immediate(unsigned index) const { return at[2 + index]; }
  const lower::Safepoint& safepoint() const { return lower::safepoint_before(next); }
  Outcome raise(std::string message) {
    error = std::move(message);
    return Outcome::kRaise;
  }
};

// ---- frames.cpp

process::ExecutionExtras& extras_of(Process& process);

// Makes room for `words` in the heap. False: the process is over its memory limit and dies, or it
// leaves the collection to others and will execute the instruction again; the caller, who has
// changed nothing yet, returns kDie for both.
[[nodiscard]] bool collect(Machine& m, std::size_t words);
// For instructions that may not begin anew: never leaves.
[[nodiscard]] bool collect_here(Machine& m, std::size_t words);
[[nodiscard, gnu::always_inline]] inline bool make_room(Machine& m, std::size_t words) {
  return TTVM_LIKELY(m.process.heap.has_room(words)) || collect(m, words);
}
[[nodiscard]] inline bool make_room_here(Machine& m, std::size_t words) {
  return m.process.heap.has_room(words) || collect_here(m, words);
}
// Of a process that is about to wait: what it has received since the last collection becomes
// RunContext::garbage if it can no longer reach any of that. O(registers of a few frames), so that
// who handles message after message seldom has to collect.
void drop_received(Machine& m);
// Room for a frame of `words` at register `window`. Raises `Stack overflow` at the limit.
[[nodiscard]] Outcome grow_stack(Machine& m, std::uint32_t window, std::uint32_t words);
[[nodiscard]] inline Outcome grow_stack_if_needed(Machine& m, std::uint32_t window,
                                                  std::uint32_t words) {
  if (m.frame + window + words <= m.process.stack_end) return Outcome::kOk;
  return grow_stack(m, window, words);
}
// "function (file:line)", innermost first.
std::vector<std::string> stack_trace(const Machine& m);

// ---- unwind.cpp

// Goes on at the handler of the innermost active TRY (at and frame are set), or reports the
// exception and returns false: the process has ended.
[[nodiscard]] bool unwind(Machine& m);
void enter_try(Machine& m);
void end_try(Machine& m, std::uint32_t id);
void drop_tries(Machine& m);
bool frame_has_active_try(const Machine& m);
// Ends the process with an exception that nobody can catch: `op` needs --smp.
void refuse_without_smp(Machine& m, const isa::OpInfo& op);

// ---- arithmetic.cpp

Outcome arithmetic(Machine& m, isa::Op op, Term left, Term right);
Outcome binary(Machine& m);
Outcome unary(Machine& m);
Outcome concat(Machine& m);
Outcome compare(Machine& m, isa::Op op, Term left, Term right, bool& result);

// ---- data.cpp

Outcome make_list(Machine& m);
Outcome make_pair_list(Machine& m);
Outcome make_list_from_operands(Machine& m);
Outcome index(Machine& m, Term position);
Outcome byte_at(Machine& m);
Outcome list_append(Machine& m);
Outcome list_set(Machine& m);
Outcome get_field(Machine& m);
Outcome set_field(Machine& m);
Outcome object_get(Machine& m);
Outcome object_set(Machine& m);
Outcome object_has(Machine& m);
Outcome object_delete(Machine& m);
Outcome make_closure(Machine& m);
Outcome dump_scope(Machine& m);
Outcome call_native(Machine& m, bool& jumps);
Term type_name_term(Term value);

// ---- spawn.cpp

Outcome spawn(Machine& m);
Outcome spawn_from_operands(Machine& m);
Outcome spawn_apply(Machine& m);
// For natives: see process::NativeCall. False or null: `error` is set.
bool find_runnable(Machine& m, Term name, process::NativeCall::Runnable& out, std::string& error);
Process* spawn_linked(Machine& m, const term::FunctionInfo& function, std::string& error);

// ---- concurrency.cpp

Outcome send(Machine& m);
Outcome send_to_pid(Machine& m);
Outcome receive_slow(Machine& m);
Outcome receive_after(Machine& m, bool& timed_out);
Outcome sleep(Machine& m);
Outcome make_ref(Machine& m);
Outcome exit_status(Machine& m);

// ---- explicit.cpp

bool is_operand_stack_full(Machine& m, std::size_t more);
// Starts `entry` in its explicit form in the frame at `frame`, whose link is set.
void enter_explicit(Machine& m, const FunctionEntry& entry, Word* frame,
                    const std::vector<Term>& inputs);
Outcome pop_operand(Machine& m);
Outcome push_operand(Machine& m);
Outcome push_results(Machine& m);
Outcome call_explicit(Machine& m);
Outcome call_function_explicit(Machine& m);
Outcome tail_call_explicit(Machine& m);
Outcome tail_call_function_explicit(Machine& m);

// ---- shared

// The code of a function value.
inline const FunctionEntry& entry_of(Term function) {
  return *static_cast<const FunctionEntry*>(term::function_info(function));
}

// "ADD expects numbers but got Str and Int"
std::string wrong_types(isa::Op op, std::string_view expected, Term left, Term right);
std::string wrong_type(isa::Op op, std::string_view expected, Term value);
std::string_view display_type(Term value);

// A static code word sequence whose Halt ends a process: what the bottom frame returns to.
const Word* exit_stub();

}  // namespace ttvm::interp
