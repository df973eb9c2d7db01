// One instruction as bytes: its opcode, then its operand by isa::Shape (docs/ttb-format.md). Every
// instruction has exactly one encoding. Pure functions; thread-safe.
#pragma once

#include <cstdint>

#include "bytecode/byte_stream.hpp"
#include "bytecode/module.hpp"

namespace ttvm::bytecode {

// The one NaN that an operand may be: what `nan` means, and what keeps equal programs equal bytes.
inline constexpr std::uint64_t kNanBits = 0x7FF8000000000000ULL;
bool is_float_operand(std::uint64_t bits);  // any float, but of the NaNs kNanBits alone

// How far the indices of an instruction may go.
struct IndexLimits {
  std::uint32_t strings = 0;
  std::uint32_t functions = 0;
  std::uint32_t code = 0;  // a jump may go to the end, so this one is a valid target itself
};

// Requires operands that fit the shape.
void append_instruction(Bytes& out, const Instruction& instruction);

// On bad input an error in the reader; the result then means nothing.
Instruction read_instruction(ByteReader& in, const IndexLimits& limits);

}  // namespace ttvm::bytecode
