// The stack code's meaning, written down as plainly as possible: one operand stack, variables in a
// map, no registers, no collector. Knows the instructions that program_generator makes. What the VM
// does must be what this does.
#pragma once

#include <cstdint>
#include <string>

#include "bytecode/module.hpp"

namespace ttvm::testing {

struct ReferenceResult {
  std::string out;
  int status = 0;
  std::uint64_t steps = 0;
  bool finished = false;  // false: more than `max_steps`
  std::string uncaught;   // message of the exception that ended it
};

ReferenceResult run_reference(const bytecode::Module& module, std::uint64_t max_steps);

}  // namespace ttvm::testing
