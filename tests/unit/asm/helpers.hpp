// Shorthands for the assembler's tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "asm/assembler.hpp"
#include "asm/disassembler.hpp"

namespace ttvm::testing {

// The module of a program that must assemble.
inline bytecode::Module good(std::string_view text) {
  auto result = assembler::assemble(text, "dir/test.ttvm");
  if (!result) {
    ADD_FAILURE() << base::format(result.errors());
    return {};
  }
  return std::move(*result);
}

// "line:column: message" of each error, in order; nothing if the text assembles.
inline std::vector<std::string> errors(std::string_view text) {
  const auto result = assembler::assemble(text, "test.ttvm");
  std::vector<std::string> out;
  if (result) return out;
  for (const base::Diagnostic& error : result.errors()) {
    out.push_back(std::to_string(error.line) + ":" + std::to_string(error.column) + ": " +
                  error.message);
  }
  return out;
}

inline std::string error(std::string_view text) {
  const auto all = errors(text);
  if (all.size() != 1) {
    std::string seen;
    for (const auto& one : all) seen += one + "\n";
    ADD_FAILURE() << "expected one error, not " << all.size() << "\n" << seen;
  }
  return all.empty() ? std::string() : all.front();
}

// The code as words: "PUSH_INT 1; JMP 0; CALL f/2@5; HALT".
inline std::string code(const bytecode::Module& module) {
  std::string out;
  for (const bytecode::Instruction& instruction : module.code) {
    const isa::OpInfo& op = isa::info(instruction.op);
    if (!out.empty()) out += "; ";
    out += op.mnemonic;
    switch (op.shape) {
      case isa::Shape::kNone:
        break;
      case isa::Shape::kStr:
      case isa::Shape::kVar:
      case isa::Shape::kField:
        out += " " + module.strings[instruction.a];
        break;
      case isa::Shape::kOptVar:
      case isa::Shape::kOptName:
        if (instruction.a != 0) out += " " + module.strings[instruction.a - 1];
        break;
      case isa::Shape::kOptPid:
      case isa::Shape::kOptInt:
        if (instruction.a != 0) out += " " + std::to_string(instruction.imm);
        break;
      case isa::Shape::kLabel:
        out += " " + std::to_string(instruction.a);
        break;
      case isa::Shape::kCall:
      case isa::Shape::kFunc: {
        const bytecode::Function& function = module.functions[instruction.a];
        out += " " + module.strings[function.name] + "@" + std::to_string(function.entry);
        for (const std::uint32_t param : function.params) out += "," + module.strings[param];
        break;
      }
      default:
        out += " " + std::to_string(instruction.imm);
    }
  }
  return out;
}

inline std::string code(std::string_view text) { return code(good(text)); }

// "name@entry,params" of each function; a '*' behind the named ones.
inline std::vector<std::string> functions(const bytecode::Module& module) {
  std::vector<std::string> out;
  for (const bytecode::Function& function : module.functions) {
    std::string text = module.strings[function.name] + "@" + std::to_string(function.entry);
    for (const std::uint32_t param : function.params) text += "," + module.strings[param];
    out.push_back(text + (function.named ? "*" : ""));
  }
  return out;
}

}  // namespace ttvm::testing
