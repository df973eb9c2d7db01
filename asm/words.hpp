// What may stand at the start of a line: the instructions of the table, their aliases, and the
// structured words. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "isa/isa.hpp"

namespace ttvm::assembler {

enum class Word : std::uint8_t {
  kInstruction,
  kEmptyList,  // NEW_LIST: MAKE_LIST 0
  kLabel,
  kFunc,
  kEnd,
  kIf,
  kElse,
  kEndIf,
  kWhile,
  kDo,
  kEndWhile,
  kBreak,
  kContinue,
};

struct Keyword {
  Word word = Word::kInstruction;
  const isa::OpInfo* op = nullptr;  // of kInstruction and kEmptyList
};

// Null if unknown. The words are upper case.
const Keyword* find_keyword(std::string_view text);

// "unknown instruction PRNT; did you mean PRINT?"
std::string unknown_instruction(std::string_view text);

// The type that was probably meant: str for "string". Empty if none is near.
std::string_view nearest_type(std::string_view text);

// What an instruction of that shape wants behind its mnemonic: "an integer".
std::string_view expectation(isa::Shape shape);

}  // namespace ttvm::assembler
