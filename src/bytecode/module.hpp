// A program in memory, as portable stack bytecode: what the assembler makes, what a .ttb file
// holds, and what the verifier judges. Plain data; nothing in it may be trusted before verification
// (indices may point nowhere). Not thread-safe; immutable by convention once made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/isa.hpp"

namespace ttvm::bytecode {

// Operands by isa::Shape; see there. Unused ones are 0, so that equality means sameness.
struct Instruction {
  isa::Op op = isa::Op::kHalt;
  std::uint32_t a = 0;
  std::int64_t imm = 0;
  bool operator==(const Instruction&) const = default;
};

// Something that can be called, spawned or made into a value: an entry point with the names that
// its arguments get in the fresh frame. `CALL f a b` at two places with different names makes two
// entries with the same name. A FUNC has one with its declared parameters, also if unused.
struct Function {
  std::uint32_t name = 0;             // index into strings
  std::uint32_t entry = 0;            // index of an instruction; == code.size() means the end
  std::vector<std::uint32_t> params;  // indices into strings, first pushed first
  // May SPAWN (and a stack trace) find it by its name? True for a FUNC and for the plain entry of a
  // label; false for the variants that CALL and MAKE_FUNCTION make with names of their own.
  bool named = false;
  bool operator==(const Function&) const = default;
};

// A label, for disassembly and stack traces. Local labels of a FUNC are "func.label". Strippable.
struct Label {
  std::uint32_t name = 0;  // index into strings
  std::uint32_t entry = 0;
  bool operator==(const Label&) const = default;
};

// Line of the source for the instructions from `start` up to the next entry. Strippable. Sorted.
struct LineEntry {
  std::uint32_t start = 0;
  std::uint32_t line = 0;
  bool operator==(const LineEntry&) const = default;
};

struct Module {
  std::string source_name;           // file name for error positions; empty when stripped
  std::vector<std::string> strings;  // UTF-8; all names and string constants, no duplicates
  std::vector<Function> functions;
  std::vector<Instruction> code;  // control that runs off its end ends the process as HALT does
  std::vector<Label> labels;
  std::vector<LineEntry> lines;
  bool operator==(const Module&) const = default;

  // Line of an instruction, or 0 if unknown. O(log lines).
  std::uint32_t line_of(std::uint32_t instruction) const;
};

}  // namespace ttvm::bytecode
