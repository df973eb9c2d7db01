// The assembler: .ttvm text to a module (LANGUAGE, section 1). Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "bytecode/module.hpp"

namespace ttvm::assembler {

// Assembles a whole program. `file` is the name for diagnostics and for the module's source name
// (its last path component). Reports every error of the text, in the order of its lines.
base::Expected<bytecode::Module> assemble(std::string_view text, const std::string& file);

}  // namespace ttvm::assembler
