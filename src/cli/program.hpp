// Programs that a command line names, for the commands that run them.
#pragma once

#include <string>

#include "vm/loader.hpp"

namespace ttvm::cli {

// Where SPAWN looks for files.
std::string folder_of(const std::string& program);

// Reads and verifies. Null: it was told what is wrong, and `status` says how to end.
vm::Verified load_to_run(const std::string& program, int& status);

}  // namespace ttvm::cli
