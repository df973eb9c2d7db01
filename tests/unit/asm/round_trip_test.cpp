// Module to text and back; the .module directives.
#include <fstream>

#include "../bytecode/random_module.hpp"
#include "bytecode/ttb.hpp"
#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

using namespace std::string_literals;
using ttvm::testing::code;
using ttvm::testing::error;
using ttvm::testing::errors;
using ttvm::testing::good;
using ttvm::testing::RandomModule;

void expect_round_trip(const bytecode::Module& module, const std::string& what) {
  for (const bool hex : {false, true}) {
    const std::string text = disassemble(module, {hex});
    const auto again = assemble(text, "other.ttvm");
    ASSERT_TRUE(again) << what << "\n" << base::format(again.errors()) << text;
    ASSERT_EQ(*again, module) << what << "\n" << text;
    ASSERT_EQ(bytecode::write_ttb(*again), bytecode::write_ttb(module)) << what;
  }
}

TEST(RoundTrip, RandomModules) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    expect_round_trip(RandomModule(seed).make(), "seed " + std::to_string(seed));
  }
}

constexpr const char* kProgram = R"(; a bit of everything
PUSH_INT 10
CALL fib
PRINT
PUSH_STR "worker"
SPAWN
SEND 2
loop:
PUSH_FLOAT -0.0
PUSH_FLOAT nan
JZ end
CALL old a b
JMP loop
LABEL old
RET
FUNC fib n
  LOAD n
  PUSH_INT 2
  LT
  IF
    LOAD n
    RET
  ENDIF
  LOAD n
again:
  JMP again
END
end:
HALT
)";

TEST(RoundTrip, AProgram) {
  const auto module = good(kProgram);
  expect_round_trip(module, "program");
  auto stripped = module;
  bytecode::strip(stripped);
  expect_round_trip(stripped, "stripped");
  expect_round_trip(bytecode::Module{}, "empty");
}

TEST(RoundTrip, IsReadable) {
  EXPECT_EQ(disassemble(
                good("loop:\nPUSH_STR \"a\\n\"\nCALL f x\nJMP loop\nf:\nJZ 0\nRET\nFUNC g y\nEND")),
            R"(.module
.source "test.ttvm"
.string "loop"
.string "a\n"
.string "x"
.string "f"
.string "g"
.string "y"
.function loop 0
.function f 3
.function g 5 y
.variant f 3 x
.label loop 0
.label f 3

loop:
.line 2
    PUSH_STR "a\n"
.line 3
    CALL f x
.line 4
    JMP loop
f:
.line 6
    JZ loop
.line 7
    RET
g:
.line 9
    RET
)");
}

TEST(RoundTrip, HexShowsTheBytes) {
  auto module = good("PUSH_INT 300\nJMP 2\n");
  bytecode::strip(module);
  EXPECT_EQ(disassemble(module, {true}),
            ".module\n"
            "\n"
            "    PUSH_INT 300                        ; 0: 01 d8 04\n"
            "    JMP L2                              ; 1: 30 02\n"
            "L2:\n");
}

TEST(RoundTrip, ControlCharactersAreEscaped) {
  const std::string text = disassemble(good(R"(PUSH_STR "\x1b\x7f\x9b\xa0\"\\\0")"));
  EXPECT_NE(text.find("PUSH_STR \"\\x1b\\x7f\\x9b\xC2\xA0\\\"\\\\\\0\""), std::string::npos)
      << text;
}

TEST(RoundTrip, StaysInProportion) {
  bytecode::Module module;
  module.strings = {std::string(100000, 'a'), std::string(100000, 'b')};
  module.functions.push_back({0, 0, {0, 1}, true});
  module.labels.push_back({0, 0});
  for (int i = 0; i < 1000; ++i) {
    module.code.push_back({isa::Op::kPushStr, 1, 0});
    module.code.push_back({isa::Op::kStore, 1, 0});
    module.code.push_back({isa::Op::kCall, 0, 0});
    module.code.push_back({isa::Op::kRegister, 2, 0});
    module.code.push_back({isa::Op::kJmp, 0, 0});
  }
  EXPECT_LT(disassemble(module).size(), 400000U);
  expect_round_trip(module, "long strings");
}

TEST(Module, AddsNothing) {
  const auto module = good(".module\na:\nJMP a\nb:");
  EXPECT_EQ(code(module), "JMP 0");
  EXPECT_TRUE(module.functions.empty());
  EXPECT_TRUE(module.labels.empty());
  EXPECT_TRUE(module.lines.empty());
  EXPECT_TRUE(module.strings.empty());
  EXPECT_TRUE(module.source_name.empty());
}

TEST(Module, StringsByNumber) {
  EXPECT_EQ(code(".module\n.string \"a\"\n.string \"#0\"\nPUSH_STR #1\nSTORE #0\nREGISTER #1\nLOAD "
                 "\"#0\""),
            "PUSH_STR #0; STORE a; REGISTER #0; LOAD #0");
  EXPECT_EQ(code("STORE #0"), "STORE #0");  // a name like any other outside of .module
}

TEST(Module, FunctionsByNameOrNumber) {
  EXPECT_EQ(
      code(".module\n.function f 1 x\n.variant f 2 y\n.variant f 2 x\nCALL f x\nCALL f y\nCALL #2"),
      "CALL f@1,x; CALL f@2,y; CALL f@2,x");
}

TEST(Module, DirectiveErrors) {
  EXPECT_EQ(error("PRINT\n.module"), "2:1: .module must come before everything else");
  EXPECT_EQ(error(".module x"), "1:9: .module takes no operand");
  EXPECT_EQ(error(".line 5\nPRINT"), "1:1: .line can only be used after .module");
  EXPECT_EQ(error(".lin 5"), "1:1: unknown directive .lin; did you mean .line?");
  EXPECT_EQ(error(".frobnicate"), "1:1: unknown directive .frobnicate");
  EXPECT_EQ(error(".module\nFUNC f"), "2:1: FUNC cannot be used after .module");
  EXPECT_EQ(error(".module\nIF"), "2:1: IF cannot be used after .module");
  EXPECT_EQ(error(".module\n.source x"), "2:9: .source expects one quoted string, found x");
  EXPECT_EQ(error(".module\n.source"), "2:1: .source expects one quoted string, found nothing");
  EXPECT_EQ(error(".module\n.source \"a\"\n.source \"b\""), "3:1: .source is there twice");
  EXPECT_EQ(error(".module\n.source \"a\\n\""),
            "2:9: a source name is not empty and has no control characters");
  EXPECT_EQ(error(".module\n.string \"a\"\n.string \"a\""), "3:9: this string is there already");
  EXPECT_EQ(error(".module\n.string a"), "2:9: .string expects one quoted string, found a");
  EXPECT_EQ(error(".module\n.function f"),
            "2:1: .function expects a name, the number of an instruction, and names for the "
            "parameters, found nothing");
  EXPECT_EQ(error(".module\n.function f x"),
            "2:13: .function expects the number of an instruction, found x");
  EXPECT_EQ(error(".module\n.function f 1"), "2:13: there is no instruction 1");
  EXPECT_EQ(error(".module\n.label f 4294967296"),
            "2:10: .label expects the number of an instruction, found 4294967296");
  EXPECT_EQ(error(".module\n.label f"),
            "2:1: .label expects a name and the number of an instruction, found nothing");
  EXPECT_EQ(error(".module\n.label f 1"), "2:10: there is no instruction 1");
  EXPECT_EQ(error(".module\n.line"), "2:1: .line expects a line number, found nothing");
  EXPECT_EQ(error(".module\n.line -1\nPRINT"), "2:7: .line expects a line number, found -1");
  EXPECT_EQ(error(".module\n.line 1"), "2:1: .line has no instruction after it");
  EXPECT_EQ(error(".module\n.line 1\n.line 2\nPRINT"), "3:1: two .line before one instruction");
  EXPECT_EQ(error(".module\nPUSH_STR #0"), "2:10: there is no string #0");
  EXPECT_EQ(error(".module\nCALL #0"), "2:6: there is no function #0");
  EXPECT_EQ(error(".module\n.function f 0\nCALL #0 x"), "3:9: CALL takes no operand");
  EXPECT_EQ(error(".module\n.function f 0\nCALL f x"),
            "3:6: no .function or .variant has this name and these parameters");
  EXPECT_EQ(error(".module\nCALL 0"),
            "2:6: no .function or .variant has this name and these parameters");
}

}  // namespace
}  // namespace ttvm::assembler
