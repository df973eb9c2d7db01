// Any bytes as a program. What assembles must survive both round trips: through .ttb bytes, and
// through the disassembler's text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "asm/assembler.hpp"
#include "asm/disassembler.hpp"
#include "base/assert.hpp"
#include "bytecode/ttb.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto module = ttvm::assembler::assemble(text, "fuzz.ttvm");
  if (!module) {
    ttvm::base::format(module.errors());
    return 0;
  }
  const auto read = ttvm::bytecode::read_ttb(ttvm::bytecode::write_ttb(*module), "fuzz.ttb");
  TTVM_CHECK(read && *read == *module);
  const auto again =
      ttvm::assembler::assemble(ttvm::assembler::disassemble(*module, {.hex = true}), "again.ttvm");
  TTVM_CHECK(again && *again == *module);
  return 0;
}
