// test-concurrency-bytecode: programs with processes through .ttb, and the numbers in such a file.
#include <array>
#include <vector>

#include "asm/assembler.hpp"
#include "bytecode/ttb.hpp"
#include "cli/selfcheck.hpp"
#include "isa/isa.hpp"

namespace ttvm::cli {

namespace {

constexpr const char* kAllConcurrency =
    "PUSH_STR \"counter\"\nSPAWN\nPOP\nREGISTER \"m\"\nWHEREIS \"m\"\nPOP\nUNREGISTER "
    "\"m\"\nYIELD\n"
    "NULL\nSEND 1\nNULL\nSENDNAMED \"m\"\nRECEIVE\nPOP\nHALT\n";

std::string check_opcodes() {
  struct Number {
    std::string_view mnemonic;
    unsigned opcode;
  };
  constexpr auto kNumbers = std::to_array<Number>({{"PUSH_STR", 0x02},
                                                   {"SPAWN", 0x80},
                                                   {"REGISTER", 0x81},
                                                   {"WHEREIS", 0x82},
                                                   {"UNREGISTER", 0x83},
                                                   {"SENDNAMED", 0x84},
                                                   {"YIELD", 0x8B},
                                                   {"RECEIVE", 0x8C},
                                                   {"SEND", 0x8D},
                                                   {"HALT", 0xFF}});
  const base::Expected<bytecode::Module> module = assembler::assemble(kAllConcurrency, "c.ttvm");
  if (!module) return "expected a program, got errors";
  for (const Number& number : kNumbers) {
    const isa::OpInfo* op = isa::find_mnemonic(number.mnemonic);
    const unsigned got = op == nullptr ? 0 : static_cast<unsigned>(op->op);
    bool in_code = false;
    for (const bytecode::Instruction& instruction : module->code) {
      in_code = in_code || (op != nullptr && instruction.op == op->op);
    }
    if (got != number.opcode || !in_code) {
      return "expected " + std::string(number.mnemonic) + " as " + std::to_string(number.opcode) +
             ", got " + std::to_string(got);
    }
  }
  return "";
}

std::string check_round_trip() {
  const base::Expected<bytecode::Module> module = assembler::assemble(kAllConcurrency, "c.ttvm");
  if (!module) return "expected a program, got errors";
  const std::vector<std::uint8_t> bytes = bytecode::write_ttb(*module);
  const base::Expected<bytecode::Module> again = bytecode::read_ttb(bytes, "c.ttb");
  if (!again) return "expected to read what was written, got errors";
  return *again == *module && bytecode::write_ttb(*again) == bytes
             ? ""
             : "expected the same module and bytes, got others";
}

std::string check_truncation() {
  const base::Expected<bytecode::Module> module = assembler::assemble(kAllConcurrency, "c.ttvm");
  if (!module) return "expected a program, got errors";
  const std::vector<std::uint8_t> bytes = bytecode::write_ttb(*module);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (bytecode::read_ttb(cut, "c.ttb").ok()) {
      return "expected an error for the first " + std::to_string(size) + " bytes, got a program";
    }
  }
  return "";
}

constexpr std::array<Check, 12> kChecks{{
    {"opcodes", "", "", Order::kExact, 0, {}, 0, check_opcodes},
    {"round_trip", "", "", Order::kExact, 0, {}, 0, check_round_trip},
    {"truncated_files_are_refused", "", "", Order::kExact, 0, {}, 0, check_truncation},
    {"spawn", R"(PUSH_STR "counter" | SPAWN | POP)", "1 | 2 | 3"},
    {"spawn_own_function",
     R"(PUSH_STR "work" | SPAWN | POP | HALT | FUNC work | PUSH_STR "works" | PRINT | END)",
     "works"},
    {"spawn_with_arguments",
     R"(PUSH_INT 6 | PUSH_INT 7 | MAKE_FUNCTION show | SPAWN | POP | HALT |
FUNC show x y | LOAD x | LOAD y | MUL | PRINT | END)",
     "42"},
    {"send_receive", R"(PUSH_STR "text" | SEND 1 | RECEIVE | PRINT)", "text"},
    {"register_whereis", R"(REGISTER "m" | WHEREIS "m" | PRINT)", "1"},
    {"sendnamed", R"(REGISTER "m" | PUSH_INT 5 | SENDNAMED "m" | RECEIVE | PRINT)", "5"},
    {"yield", R"(PUSH_STR "a" | PRINT | YIELD | PUSH_STR "b" | PRINT)", "a | b"},
    {"error_positions_survive", R"(PUSH_INT 1 | PUSH_INT 0 | DIV | PRINT)", "", Order::kExact, 1,
     "at main (check.ttvm:3)"},
    {"dialogue",
     R"(SELF | MAKE_FUNCTION echo | SPAWN | STORE other | PUSH_INT 20 | LOAD other | SEND |
RECEIVE | PRINT | HALT |
FUNC echo parent | RECEIVE | PUSH_INT 1 | ADD | LOAD parent | SEND | END)",
     "21"},
}};

}  // namespace

std::span<const Check> bytecode_checks() { return kChecks; }

}  // namespace ttvm::cli
