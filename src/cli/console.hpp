// What the command line tools write, and how they end.
//
// Thread safety: used by the main thread only, before and after a program runs.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostics.hpp"

namespace ttvm::cli {

enum Status : int {
  kFine = 0,
  kFailed = 1,          // something that is not the program's fault could not be done
  kUsage = 2,           // wrong flags or operands
  kBadProgram = 65,     // the program has errors
  kNoInput = 66,        // the program cannot be read
  kInternalError = 70,  // a defect of the VM
};

// "ttvm: error: message" on standard error; gives `status` back.
int fail(int status, std::string_view message);
// The same with a pointer to the help of a command (empty: of ttvm).
int fail_usage(std::string_view message, std::string_view command);

// All errors of a program; gives kBadProgram.
int report(const base::Diagnostics& errors);

// Standard output. Status kFailed, and a message, if it cannot be written.
int print(std::string_view text);

// Writes all of it: 0, or errno.
int write_all(int descriptor, std::string_view text);

}  // namespace ttvm::cli
