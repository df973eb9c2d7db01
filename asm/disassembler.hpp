// The disassembler: a verified module back to .ttvm text. Assembling that text gives a module equal
// to the original, and so the same .ttb bytes. Pure functions; thread-safe.
#pragma once

#include <string>

#include "bytecode/module.hpp"

namespace ttvm::assembler {

struct DisassembleOptions {
  bool hex = false;  // the bytes of each instruction in a comment beside it
};

std::string disassemble(const bytecode::Module& module, const DisassembleOptions& options = {});

}  // namespace ttvm::assembler
