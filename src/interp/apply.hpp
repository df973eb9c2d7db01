// Calls of function values that leave one result (APPLY), the loops over lists that make them (MAP
// FILTER FOLD), and instructions that work in parts (RANGE JOIN).
//
// A function in its proven form is called as by Call, and returns to the instruction behind the
// TakeResult. One in its explicit form finds its arguments in its variables and nothing else: the
// *fence* (ExecutionExtras) hides the operands that were there before, so that what it does
// cannot depend on the form of the code that called it. Below the fence stand the function and the
// old fence; TakeResult removes both, and raises unless there is one operand above.
//
// The state of a loop is in registers (lower::EachRegister), so whatever the function does - wait,
// raise, be preempted, collect - needs no more than for any other call.
#pragma once

#include "interp/machine.hpp"
#include "lower/code.hpp"

namespace ttvm::interp {

// The function called with the arguments at register `window`, in its explicit form; it will return
// to `take`.
Outcome apply_explicit(Machine& m, Term function, std::uint32_t window, std::uint32_t count,
                       const Word* take);
Outcome take_result(Machine& m);
// Raises that it is no function of that many arguments.
Outcome refuse_function(Machine& m, isa::Op op, Term function, std::uint32_t count);

// Checks the operands and sets the state up. `done`: the list is empty, the result is in its place.
Outcome begin_each(Machine& m, bool& done);
// A step off the fast path: adds to the list that grows, if the step keeps anything, and goes on to
// the next leaf. `done`: there is none, the result is in its place.
Outcome step_each(Machine& m, Term* state, bool keeps, bool& done);

// A part of RANGE or JOIN; `cost` in reductions.
Outcome gradual(Machine& m, bool& more, std::int32_t& cost);

}  // namespace ttvm::interp
