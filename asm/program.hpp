// What the parser makes of the text and the resolver makes into a module: instructions whose places
// are known but for two things, the targets that are named before they are defined, and where the
// bodies of the FUNCs come to lie.
//
// A Position is an index into one of two regions: the main program, and the bodies of all FUNCs,
// which are moved behind it so that control never falls into one. Only the resolver knows the sum.
// There are never 2^31 instructions, since a text of less than 4 GiB has no room for as many lines.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "asm/names.hpp"
#include "asm/source.hpp"
#include "bytecode/module.hpp"

namespace ttvm::assembler {

using Position = std::uint32_t;
inline constexpr Position kFunctionRegion = 1U << 31U;

struct Region {
  std::vector<bytecode::Instruction> code;
  std::vector<bytecode::LineEntry> lines;  // `start` counts within the region
  // The last index that a label or a structured word made a target; kNone if there is none.
  std::uint32_t reached = kNone;
};

// A label or FUNC.
struct Definition {
  SymbolId name = 0;
  Position entry = 0;
  std::uint32_t owner = kNone;       // the FUNC (a definition) around a local label
  std::uint32_t function = kNone;    // its index in Program::functions, if it is global
  std::uint32_t label_name = kNone;  // a pooled string, if it is a label; "func.label" if local
  std::uint32_t line = 0;
  bool is_func = false;
};

struct SymbolUse {
  std::uint32_t global = kNone;  // a definition
  std::uint32_t local = kNone;   // the latest local definition; holds only within its owner
};

struct JumpSite {
  Position at = 0;
  std::uint32_t target = 0;  // a symbol, or the number of an instruction
  std::uint32_t owner = kNone;
  Place place;
  bool numeric = false;
};

struct CallSite {
  enum class Kind : std::uint8_t { kSymbol, kNumber, kDefinition, kFunction };
  Position at = 0;
  std::uint32_t target = 0;  // by kind: symbol, instruction number, definition, function index
  std::uint32_t params_begin = 0;  // in Program::params
  std::uint32_t params_count = 0;
  Place place;
  Kind kind = Kind::kSymbol;
};

// Instructions of consecutive numbers at consecutive positions in the same FUNC (or none).
struct NumberedRun {
  std::uint32_t first_number = 0;
  Position first_position = 0;
  std::uint32_t owner = kNone;
};

// A number given in a header directive that must be at most the count of instructions.
struct EntryClaim {
  std::uint32_t entry = 0;
  Place place;
};

struct Program {
  Names names;
  Region main;
  Region bodies;
  std::vector<Definition> definitions;
  std::vector<SymbolUse> symbols;             // by SymbolId; may be shorter than names
  std::vector<bytecode::Function> functions;  // `entry` is a Position
  std::vector<bytecode::Label> labels;        // `entry` is a Position
  std::vector<JumpSite> jumps;
  std::vector<CallSite> calls;
  std::vector<std::uint32_t> params;  // pooled strings
  std::vector<NumberedRun> runs;
  std::vector<EntryClaim> claims;
  std::uint32_t numbered = 0;  // instructions of the source so far
  std::string source_name;
  bool exact = false;  // a .module text: nothing is added to what it says
  bool has_funcs = false;

  Region& region(Position position) { return (position & kFunctionRegion) != 0 ? bodies : main; }
  bytecode::Instruction& at(Position position) {
    return region(position).code[position & ~kFunctionRegion];
  }
  SymbolUse& use(SymbolId symbol) {
    if (symbols.size() <= symbol) symbols.resize(names.size());
    return symbols[symbol];
  }
  // The definition that a name means within `owner` (kNone: the main program), or kNone.
  std::uint32_t find(SymbolId symbol, std::uint32_t owner) {
    const SymbolUse& known = use(symbol);
    if (owner != kNone && known.local != kNone && definitions[known.local].owner == owner) {
      return known.local;
    }
    return known.global;
  }
};

// "label x" or "FUNC x", for messages.
std::string describe(const Program& program, const Definition& definition);

}  // namespace ttvm::assembler
