// Any bytes as a .ttb file. What is accepted must be exactly what the writer writes, and its
// disassembly must assemble to the same module.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "asm/assembler.hpp"
#include "asm/disassembler.hpp"
#include "base/assert.hpp"
#include "bytecode/ttb.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  const auto module = ttvm::bytecode::read_ttb(bytes, "fuzz.ttb");
  if (!module) return 0;
  const auto written = ttvm::bytecode::write_ttb(*module);
  TTVM_CHECK(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()));
  const auto again = ttvm::assembler::assemble(ttvm::assembler::disassemble(*module), "again.ttvm");
  TTVM_CHECK(again && *again == *module);
  return 0;
}
