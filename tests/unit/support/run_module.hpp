// Programs for the tests of verify, lower and interp: assembled, verified, run in a machine of
// their own whose output is kept.
#pragma once

#include <string>
#include <string_view>

#include "bytecode/module.hpp"
#include "vm/vm.hpp"

namespace ttvm::testing {

struct RunOutput {
  std::string out;
  std::string err;
  int status = 0;
};

// `collect_always`: with a collection at each allocation, in this run only.
RunOutput run_module(const bytecode::Module& module, vm::Options options,
                     bool collect_always = false);
RunOutput run_text(std::string_view text, vm::Options options, bool collect_always = false);

// These fail the test if the text does not assemble, or is not accepted.
bytecode::Module assemble(std::string_view text);
vm::Verified verify_text(std::string_view text);

// Runs in all forms: proven and explicit, with collections always, with slices of one instruction.
// Fails the test unless each prints and ends like this.
void expect_output(std::string_view text, std::string_view out, int status = 0);

}  // namespace ttvm::testing
