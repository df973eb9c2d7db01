// FUNC, IF, WHILE.
#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

using namespace std::string_literals;
using ttvm::testing::code;
using ttvm::testing::error;
using ttvm::testing::errors;
using ttvm::testing::functions;
using ttvm::testing::good;

TEST(If, BecomesJumps) {
  EXPECT_EQ(code("TRUE\nIF\nPRINT\nENDIF\nHALT"), "TRUE; JZ 3; PRINT; HALT");
  EXPECT_EQ(code("TRUE\nIF\nPRINT\nELSE\nPOP\nENDIF\nHALT"), "TRUE; JZ 4; PRINT; JMP 5; POP; HALT");
  EXPECT_EQ(code("TRUE\nIF\nTRUE\nIF\nPRINT\nENDIF\nENDIF"), "TRUE; JZ 5; TRUE; JZ 5; PRINT");
  EXPECT_EQ(code("TRUE\nIF\nELSE\nENDIF"), "TRUE; JZ 3; JMP 3");
}

TEST(While, BecomesJumps) {
  EXPECT_EQ(code("WHILE\nTRUE\nDO\nPRINT\nENDWHILE\nHALT"), "TRUE; JZ 4; PRINT; JMP 0; HALT");
  EXPECT_EQ(code("POP\nWHILE\nTRUE\nDO\nBREAK\nCONTINUE\nBREAK\nENDWHILE"),
            "POP; TRUE; JZ 7; JMP 7; JMP 1; JMP 7; JMP 1");
}

TEST(While, BreakBelongsToTheNearest) {
  EXPECT_EQ(
      code("WHILE\nTRUE\nDO\nWHILE\nFALSE\nDO\nBREAK\nENDWHILE\nTRUE\nIF\nBREAK\nENDIF\nENDWHILE"),
      "TRUE; JZ 10; FALSE; JZ 6; JMP 6; JMP 2; TRUE; JZ 9; JMP 10; JMP 0");
  EXPECT_EQ(code("WHILE\nBREAK\nTRUE\nDO\nENDWHILE"), "JMP 4; TRUE; JZ 4; JMP 0");
}

TEST(Func, IsMovedBehindTheProgram) {
  const auto module = good("PUSH_INT 1\nFUNC f a\nLOAD a\nRET\nEND\nCALL f\nPRINT");
  EXPECT_EQ(code(module), "PUSH_INT 1; CALL f@4,a; PRINT; HALT; LOAD a; RET");
  EXPECT_EQ(functions(module), (std::vector{"f@4,a*"s}));
  EXPECT_TRUE(module.labels.empty());
  EXPECT_EQ(module.lines,
            (std::vector<bytecode::LineEntry>{{0, 1}, {1, 6}, {2, 7}, {4, 3}, {5, 4}}));
}

TEST(Func, TheProgramEndsBeforeTheBodies) {
  EXPECT_EQ(code("FUNC f\nRET\nEND"), "HALT; RET");
  EXPECT_EQ(code("FUNC f\nRET\nEND\nHALT"), "HALT; RET");
  EXPECT_EQ(code("a:\nJMP a\nFUNC f\nRET\nEND"), "JMP 0; RET");
  EXPECT_EQ(code("JMP b\nb:\nFUNC f\nRET\nEND"), "JMP 1; HALT; RET");
  EXPECT_EQ(code("JMP 2\nFUNC f\nRET\nEND"), "JMP 1; HALT; RET");
  EXPECT_EQ(code("TRUE\nIF\nHALT\nENDIF\nFUNC f\nRET\nEND"), "TRUE; JZ 3; HALT; HALT; RET");
}

TEST(Func, EndReturns) {
  EXPECT_EQ(code("HALT\nFUNC f\nEND"), "HALT; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nPOP\nEND"), "HALT; POP; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nRET\nEND\nFUNC g\nEND"), "HALT; RET; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nJZ out\nRET\nout:\nEND"), "HALT; JZ 3; RET; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nTRUE\nIF\nRET\nENDIF\nEND"), "HALT; TRUE; JZ 4; RET; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nTRUE\nIF\nRET\nELSE\nHALT\nENDIF\nEND"),
            "HALT; TRUE; JZ 5; RET; JMP 6; HALT; RET");
}

TEST(Func, LabelsAreLocal) {
  const auto module = good(
      "loop:\nJMP loop\nFUNC f\nJMP loop\nloop:\nJMP loop\nEND\nFUNC g\nloop:\nJZ loop\nJZ "
      "top\nEND\ntop:\nHALT");
  EXPECT_EQ(code(module), "JMP 0; HALT; JMP 3; JMP 3; JZ 4; JZ 1; RET");
  EXPECT_EQ(functions(module), (std::vector{"loop@0*"s, "f@2*"s, "g@4*"s, "top@1*"s}));
  ASSERT_EQ(module.labels.size(), 4U);
  EXPECT_EQ(module.strings[module.labels[1].name], "f.loop");
  EXPECT_EQ(module.labels[1].entry, 3U);
  EXPECT_EQ(module.strings[module.labels[2].name], "g.loop");
  EXPECT_EQ(module.strings[module.labels[3].name], "top");
}

TEST(Func, LocalLabelsCanBeCalled) {
  const auto module = good("HALT\nsub:\nRET\nFUNC f\nCALL sub x\nRET\nsub:\nRET\nEND\nCALL sub");
  EXPECT_EQ(code(module), "HALT; RET; CALL sub@1; HALT; CALL f.sub@6,x; RET; RET");
  EXPECT_EQ(functions(module), (std::vector{"sub@1*"s, "f@4*"s, "f.sub@6,x"s}));
}

TEST(Func, NumbersCountInTheOrderOfTheSource) {
  // 0 CALL, 1 LOAD, 2 RET (in f), 3 HALT
  EXPECT_EQ(code("CALL 1 n\nFUNC f n\nLOAD n\nRET\nEND\nJMP 3\nCALL 3"),
            "CALL 1@4,n; JMP 1; CALL 3@1; HALT; LOAD n; RET");
  EXPECT_EQ(code("HALT\nFUNC f\nJMP 1\nEND"), "HALT; JMP 1");
  EXPECT_EQ(code("HALT\nFUNC f\nJMP 0\nEND"), "HALT; JMP 0");
}

TEST(Func, Errors) {
  EXPECT_EQ(error("FUNC\nEND"),
            "1:1: FUNC expects a name, then names for the parameters, found nothing");
  EXPECT_EQ(error("FUNC f\nPRINT"), "1:1: FUNC f has no END");
  EXPECT_EQ(error("END"), "1:1: END without FUNC");
  EXPECT_EQ(error("FUNC f\nEND 1"), "2:5: END takes no operand");
  EXPECT_EQ(error("FUNC f\nFUNC g\nEND\nEND\nCALL g"),
            "2:1: FUNC inside of FUNC f, which began on line 1");
  EXPECT_EQ(error("FUNC f\nEND\nFUNC f\nEND"), "3:6: FUNC f is already defined on line 1");
  EXPECT_EQ(error("f:\nFUNC f\nEND"), "2:6: label f is already defined on line 1");
  EXPECT_EQ(error("FUNC f\na:\na:\nEND"), "3:1: label a is already defined on line 2");
  EXPECT_EQ(error("FUNC f\na:\nEND\nJMP a"), "4:5: label a is local to FUNC f");
  EXPECT_EQ(error("FUNC f\na:\nEND\nFUNC g\nCALL a\nEND"), "5:6: label a is local to FUNC f");
  EXPECT_EQ(error("FUNC f\nPOP\nEND\nJMP f"),
            "4:5: FUNC f is no label; a jump cannot enter a FUNC");
  EXPECT_EQ(error("FUNC f\nPOP\nEND\nJMP 0"),
            "4:5: instruction 0 is part of FUNC f, which a jump cannot enter");
  EXPECT_EQ(error("FUNC f\nPOP\nEND\nFUNC g\nJMP 0\nEND"),
            "5:5: instruction 0 is part of FUNC f, which a jump cannot enter");
  EXPECT_EQ(error("TRUE\nIF\nFUNC f\nEND\nENDIF"), "3:1: FUNC inside of the IF of line 2");
  EXPECT_EQ(error("FUNC f\nJMP a\na:\nCALL a"), "1:1: FUNC f has no END");
}

TEST(Blocks, Errors) {
  EXPECT_EQ(error("IF"), "1:1: IF has no ENDIF");
  EXPECT_EQ(error("WHILE\nDO"), "1:1: WHILE has no ENDWHILE");
  EXPECT_EQ(error("ELSE"), "1:1: ELSE without IF");
  EXPECT_EQ(error("ENDIF"), "1:1: ENDIF without IF");
  EXPECT_EQ(error("DO"), "1:1: DO without WHILE");
  EXPECT_EQ(error("ENDWHILE"), "1:1: ENDWHILE without WHILE");
  EXPECT_EQ(error("WHILE\nENDWHILE"), "2:1: the WHILE of line 1 has no DO");
  EXPECT_EQ(error("IF\nELSE\nELSE\nENDIF"), "3:1: second ELSE in the IF of line 1");
  EXPECT_EQ(error("WHILE\nDO\nDO\nENDWHILE"), "3:1: second DO in the WHILE of line 1");
  EXPECT_EQ(error("BREAK"), "1:1: BREAK outside of WHILE");
  EXPECT_EQ(error("IF\nCONTINUE\nENDIF"), "2:1: CONTINUE outside of WHILE");
  EXPECT_EQ(error("IF x\nENDIF"), "1:4: IF takes no operand");
  EXPECT_EQ(error("WHILE\nDO\nIF\nENDWHILE"), "3:1: IF has no ENDIF before the ENDWHILE on line 4");
  EXPECT_EQ(error("FUNC f\nWHILE\nDO\nEND"), "2:1: WHILE has no ENDWHILE before the END on line 4");
  EXPECT_EQ(errors("WHILE\nDO\nFUNC f\nBREAK\nENDIF\nEND\nENDWHILE"),
            (std::vector{"3:1: FUNC inside of the WHILE of line 1"s, "4:1: BREAK outside of WHILE"s,
                         "5:1: ENDIF without IF"s}));
}

}  // namespace
}  // namespace ttvm::assembler
