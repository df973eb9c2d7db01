// Mnemonics, operands, labels and calls.
#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

using namespace std::string_literals;
using ttvm::testing::code;
using ttvm::testing::error;
using ttvm::testing::errors;
using ttvm::testing::functions;
using ttvm::testing::good;

TEST(Instructions, EveryOneOfTheTableAssembles) {
  for (const isa::OpInfo& op : isa::kOps) {
    std::string operand;
    switch (op.shape) {
      case isa::Shape::kInt:
      case isa::Shape::kCount:
      case isa::Shape::kOptPid:
      case isa::Shape::kOptInt:
        operand = " 3";
        break;
      case isa::Shape::kFloat:
        operand = " 2.5";
        break;
      case isa::Shape::kBool:
        operand = " true";
        break;
      case isa::Shape::kType:
        operand = " ref";
        break;
      case isa::Shape::kStr:
        operand = " \"s\"";
        break;
      case isa::Shape::kVar:
      case isa::Shape::kField:
      case isa::Shape::kOptVar:
      case isa::Shape::kOptName:
        operand = " x";
        break;
      case isa::Shape::kLabel:
      case isa::Shape::kCall:
      case isa::Shape::kFunc:
        operand = " 0";
        break;
      case isa::Shape::kNone:
        break;
    }
    const std::string mnemonic(op.mnemonic);
    const auto module = good(mnemonic + operand);
    ASSERT_EQ(module.code.size(), 1U) << mnemonic;
    EXPECT_EQ(module.code[0].op, op.op);
    EXPECT_NE(error(mnemonic + operand +
                    (op.shape == isa::Shape::kCall || op.shape == isa::Shape::kFunc ? " 1" : " x")),
              "")
        << mnemonic;
  }
}

TEST(Instructions, TypesMayBeQuoted) {
  EXPECT_EQ(code("ANY\nTYPE_PATTERN int\nTYPE_PATTERN \"list\"\nTYPE_PATTERN exception"),
            "ANY; TYPE_PATTERN 0; TYPE_PATTERN 5; TYPE_PATTERN 11");
}

TEST(Instructions, UnknownTypesAreNamedAtTheirPlace) {
  const std::string wanted =
      ": TYPE_PATTERN expects a type (int, float, str, bool, null, list, object, bytes, "
      "pid, "
      "ref, function, exception), found ";
  const auto expect = [&](const std::string& operand, const std::string& found) {
    const std::string all = error("TYPE_PATTERN " + operand);
    EXPECT_TRUE(all.ends_with(wanted + found)) << all;
  };
  expect("flot", "flot; did you mean float?");
  expect("\"flot\"", "the string \"flot\"; did you mean float?");
  expect("\"\"", "the string \"\"");
  expect("INT", "INT; did you mean int?");
  expect("string", "string; did you mean str?");
  expect("Boolean", "Boolean; did you mean bool?");
  expect("7", "7");
  expect("", "nothing");
  expect("any", "any");
}

TEST(Instructions, Operands) {
  EXPECT_EQ(code("PUSH_INT -0x10\nPUSH_BOOL true\nPUSH_BOOL false\nMAKE_LIST 65535"),
            "PUSH_INT -16; PUSH_BOOL 1; PUSH_BOOL 0; MAKE_LIST 65535");
  EXPECT_EQ(code("STORE x\nLOAD \"x\"\nGET_FIELD \"a b\"\nDELETE \xC3\xA9"),
            "STORE x; LOAD x; GET_FIELD a b; DELETE \xC3\xA9");
  EXPECT_EQ(code("REGISTER \"main\"\nWHEREIS main\nREGISTER\nCATCH\nCATCH e"),
            "REGISTER main; WHEREIS main; REGISTER; CATCH; CATCH e");
  EXPECT_EQ(code("SEND\nSEND 0\nSEND 9223372036854775807\nEXIT\nEXIT -1"),
            "SEND; SEND 0; SEND 9223372036854775807; EXIT; EXIT -1");
  const auto module = good("SEND\nSEND 0");
  EXPECT_EQ(module.code[0].a, 0U);
  EXPECT_EQ(module.code[1].a, 1U);
}

TEST(Instructions, Aliases) {
  EXPECT_EQ(code("MAKE_OBJECT\nNEW_OBJECT\nSEND_NAMED a\nSENDNAMED a\nMAKELIST "
                 "2\nNEW_LIST\nDUMPSCOPE\nDUMP_SCOPE"),
            "NEW_OBJECT; NEW_OBJECT; SENDNAMED a; SENDNAMED a; MAKE_LIST 2; MAKE_LIST 0; "
            "DUMP_SCOPE; DUMP_SCOPE");
  EXPECT_EQ(error("NEW_LIST 3"), "1:10: NEW_LIST takes no operand");
  EXPECT_EQ(error("MAKELIST"), "1:1: MAKELIST expects a count from 0 to 65535, found nothing");
}

TEST(Instructions, EveryStringIsThereOnce) {
  const auto module = good("PUSH_STR \"a\"\nSTORE b\nLOAD \"b\"\nPUSH_STR \"\\x61\"\nGET_FIELD a");
  EXPECT_EQ(module.strings, (std::vector{"a"s, "b"s}));
}

TEST(Instructions, WrongOperandsSayWhatIsExpected) {
  EXPECT_EQ(error("PUSH_INT"), "1:1: PUSH_INT expects an integer, found nothing");
  EXPECT_EQ(error("PUSH_INT \"1\""), "1:10: PUSH_INT expects an integer, found the string \"1\"");
  EXPECT_EQ(error("PUSH_INT 1.5"), "1:10: PUSH_INT expects an integer, found 1.5");
  EXPECT_EQ(error("PUSH_INT 9223372036854775808"),
            "1:10: 9223372036854775808 is out of range; integers go from -9223372036854775808 to "
            "9223372036854775807");
  EXPECT_EQ(error("PUSH_FLOAT x"),
            "1:12: PUSH_FLOAT expects a decimal number, inf, -inf or nan, found x");
  EXPECT_EQ(error("PUSH_FLOAT 1e999"), "1:12: 1e999 is out of range for a 64-bit float");
  EXPECT_EQ(error("PUSH_BOOL True"), "1:11: PUSH_BOOL expects true or false, found True");
  EXPECT_EQ(error("PUSH_BOOL \"true\""),
            "1:11: PUSH_BOOL expects true or false, found the string \"true\"");
  EXPECT_EQ(error("PUSH_STR hello"), "1:10: PUSH_STR expects a quoted string, found hello");
  EXPECT_EQ(error("MAKE_LIST 65536"),
            "1:11: MAKE_LIST expects a count from 0 to 65535, found 65536");
  EXPECT_EQ(error("APPLY 17"), "1:7: APPLY expects a count from 0 to 16, found 17");
  EXPECT_EQ(error("MAKE_LIST -1"), "1:11: MAKE_LIST expects a count from 0 to 65535, found -1");
  EXPECT_EQ(error("SEND worker"), "1:6: SEND expects a process number or nothing, found worker");
  EXPECT_EQ(error("SEND -1"), "1:6: SEND expects a process number or nothing, found -1");
  EXPECT_EQ(error("EXIT x"), "1:6: EXIT expects an integer or nothing, found x");
  EXPECT_EQ(error("STORE"), "1:1: STORE expects a variable name, found nothing");
  EXPECT_EQ(error("STORE 5"),
            "1:7: STORE expects a variable name, found 5; quote it if it is meant as a name");
  EXPECT_EQ(error("GET_FIELD"), "1:1: GET_FIELD expects a field name, found nothing");
  EXPECT_EQ(error("REGISTER 5"),
            "1:10: REGISTER expects a process name or nothing, found 5; quote it if it is meant as "
            "a name");
  EXPECT_EQ(error("JMP"),
            "1:1: JMP expects a label or the number of an instruction, found nothing");
  EXPECT_EQ(error("CALL"),
            "1:1: CALL expects a function, a label or the number of an instruction, found nothing");
  EXPECT_EQ(error("ADD 1"), "1:5: ADD takes no operand");
  EXPECT_EQ(error("STORE a b"), "1:9: STORE takes one operand only");
  EXPECT_EQ(error("\"hello\""), "1:1: a line begins with an instruction or a label, not a string");
}

TEST(Instructions, UnknownOnesGetASuggestion) {
  EXPECT_EQ(error("PRNT"), "1:1: unknown instruction PRNT; did you mean PRINT?");
  EXPECT_EQ(error("print"),
            "1:1: unknown instruction print; did you mean PRINT? (instructions are written in "
            "upper case)");
  EXPECT_EQ(error("Endwhile"),
            "1:1: unknown instruction Endwhile; did you mean ENDWHILE? (instructions are written "
            "in upper case)");
  EXPECT_EQ(error("MAKE_OBJCT"), "1:1: unknown instruction MAKE_OBJCT; did you mean MAKE_OBJECT?");
  EXPECT_EQ(error("FROBNICATE"), "1:1: unknown instruction FROBNICATE");
}

TEST(Labels, AreDefinedInTwoWaysAndUsedBeforeAndAfter) {
  EXPECT_EQ(code("JMP b\nLABEL a\nJZ a\nb:\nJNZ \"b\"\n\"c d\":\nTRY \"c d\"\nLABEL "
                 "\"e\"\nRECEIVE_AFTER e"),
            "JMP 2; JZ 1; JNZ 2; TRY 3; RECEIVE_AFTER 4");
  EXPECT_EQ(code("JMP end\nend:"), "JMP 1");
  EXPECT_EQ(code("JMP \"5\"\nPRINT\n\"5\":"), "JMP 2; PRINT");
  EXPECT_EQ(code("a::\nJMP a:"), "JMP 0");
}

TEST(Labels, AreKeptForTracesAndSpawn) {
  const auto module = good("a:\nPRINT\nLABEL b\nHALT");
  EXPECT_EQ(functions(module), (std::vector{"a@0*"s, "b@1*"s}));
  ASSERT_EQ(module.labels.size(), 2U);
  EXPECT_EQ(module.strings[module.labels[1].name], "b");
  EXPECT_EQ(module.labels[1].entry, 1U);
}

TEST(Labels, Errors) {
  EXPECT_EQ(error("a:\nPRINT\na:"), "3:1: label a is already defined on line 1");
  EXPECT_EQ(error("LABEL x\nLABEL \"x\""), "2:7: label x is already defined on line 1");
  EXPECT_EQ(error("JMP nowhere"), "1:5: undefined label nowhere");
  EXPECT_EQ(error("loop:\nJMP lop"), "2:5: undefined label lop; did you mean loop?");
  EXPECT_EQ(error("LABEL"), "1:1: LABEL expects a name, found nothing");
  EXPECT_EQ(error("LABEL a b"), "1:9: LABEL takes one name only");
  EXPECT_EQ(error("LABEL 5"),
            "1:7: LABEL expects a name, found 5; quote it if it is meant as a name");
  EXPECT_EQ(error("5:"), "1:1: a label cannot begin like a number; quote it if it must");
  EXPECT_EQ(error(":"), "1:1: a label needs a name before its colon");
  EXPECT_EQ(error("a: PRINT"), "1:4: a label must stand on a line of its own");
  EXPECT_EQ(error("PRINT a\na:\nJMP a"), "1:7: PRINT takes no operand");
}

TEST(Numbers, CountInstructionsAlone) {
  EXPECT_EQ(code("; x\nJMP 2\n\na:\nPRINT\n  LABEL b\nHALT"), "JMP 2; PRINT; HALT");
  EXPECT_EQ(code("JMP 0x1\nJMP 0b0"), "JMP 1; JMP 0");
  EXPECT_EQ(code("JMP 1"), "JMP 1");  // the end
}

TEST(Numbers, DoNotCountStructuredWords) {
  // 0 TRUE, IF, 1 PRINT, ELSE, 2 HALT, ENDIF, 3 JMP
  EXPECT_EQ(code("TRUE\nIF\nPRINT\nELSE\nHALT\nENDIF\nJMP 2\nJMP 1\nJMP 0\nJMP 3"),
            "TRUE; JZ 4; PRINT; JMP 5; HALT; JMP 4; JMP 2; JMP 0; JMP 5");
}

TEST(Numbers, OutOfRangeAreErrors) {
  EXPECT_EQ(error("JMP 2"), "1:5: there is no instruction 2; the program has 1, counted from 0");
  EXPECT_EQ(error("JMP -1"), "1:5: there is no instruction -1");
  EXPECT_EQ(error("CALL 4294967295"), "1:6: there is no instruction 4294967295");
  EXPECT_EQ(error("JMP 99999999999999999999"), "1:5: there is no instruction 99999999999999999999");
  EXPECT_EQ(error("JMP 1x"),
            "1:5: 1x is no number; quote it if it is meant as the name of a label");
}

TEST(Numbers, AWrongLineStillCounts) {
  EXPECT_EQ(error("PRNT\nJMP 2\nHALT"), "1:1: unknown instruction PRNT; did you mean PRINT?");
  EXPECT_EQ(error("PUSH_INT x\nJMP 2"), "1:10: PUSH_INT expects an integer, found x");
}

TEST(Calls, OldStyleNamesComeFromTheCall) {
  const auto module = good("CALL f a b\nCALL f\nCALL f a b\nCALL f b a\nHALT\nf:\nRET");
  EXPECT_EQ(code(module), "CALL f@5,a,b; CALL f@5; CALL f@5,a,b; CALL f@5,b,a; HALT; RET");
  EXPECT_EQ(functions(module), (std::vector{"f@5*"s, "f@5,a,b"s, "f@5,b,a"s}));
}

TEST(Calls, DeclaredParametersAreUsedAndReplaced) {
  const auto module = good(
      "FUNC f a b\nRET\nEND\nCALL f\nCALL f a b\nCALL f x y\nMAKE_FUNCTION f\nMAKE_LAMBDA f x y");
  EXPECT_EQ(code(module),
            "CALL f@6,a,b; CALL f@6,a,b; CALL f@6,x,y; MAKE_FUNCTION f@6,a,b; MAKE_LAMBDA f@6,x,y; "
            "HALT; RET");
  EXPECT_EQ(functions(module), (std::vector{"f@6,a,b*"s, "f@6,x,y"s}));
}

TEST(Calls, ToNumbers) {
  const auto module = good("CALL 2 x\nCALL 0x2 x\nRET\nCALL 2\n\"2\":\nCALL \"2\"");
  EXPECT_EQ(code(module), "CALL 2@2,x; CALL 2@2,x; RET; CALL 2@2; CALL 2@4");
  EXPECT_EQ(functions(module), (std::vector{"2@4*"s, "2@2,x"s, "2@2"s}));
  EXPECT_EQ(functions(good("\"0\":\nCALL 0")), (std::vector{"0@0*"s}));
}

TEST(Calls, Errors) {
  EXPECT_EQ(error("FUNC f a b\nEND\nCALL f a"), "3:6: FUNC f has 2 parameters, 1 given");
  EXPECT_EQ(error("FUNC f a\nEND\nMAKE_LAMBDA f a b"), "3:13: FUNC f has 1 parameter, 2 given");
  EXPECT_EQ(error("FUNC f\nEND\nCALL f a"), "3:6: FUNC f has 0 parameters, 1 given");
  EXPECT_EQ(error("f:\nCALL f a b a"), "2:12: the name a is there twice");
  EXPECT_EQ(error("FUNC f x \"x\"\nEND"), "1:10: the name x is there twice");
  EXPECT_EQ(error("f:\nCALL f 1"),
            "2:8: CALL expects variable names, found 1; quote it if it is meant as a name");
  EXPECT_EQ(error("FUNC fib n\nEND\nCALL fob"),
            "3:6: undefined function or label fob; did you mean fib?");
  EXPECT_EQ(error("CALL \"5\""), "1:6: undefined function or label 5");
}

TEST(Errors, AllAreReportedInTheOrderOfTheirLines) {
  EXPECT_EQ(errors("JMP x\nFOO_BAR_BAZ\nPUSH_INT y z\nCALL q\nIF\n"),
            (std::vector{"1:5: undefined label x"s, "2:1: unknown instruction FOO_BAR_BAZ"s,
                         "3:10: PUSH_INT expects an integer, found y"s,
                         "4:6: undefined function or label q"s, "5:1: IF has no ENDIF"s}));
}

TEST(Errors, TooManyAreCutShort) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "QQQQ\n";
  EXPECT_EQ(errors(text).size(), 100U);
  const auto all = errors(text + "QQQQ\nQQQQ\n");
  ASSERT_EQ(all.size(), 101U);
  EXPECT_EQ(all.back(), "0:0: too many errors; only 100 are shown");
  std::string jumps;
  for (int i = 0; i < 300; ++i) jumps += "JMP nowhere\n";
  EXPECT_EQ(errors(jumps).size(), 101U);
}

TEST(Lines, EachInstructionKnowsItsOwn) {
  const auto module = good("\nPUSH_INT 1\n; x\nPRINT\nTRUE\nIF\nPRINT\nENDIF\n");
  EXPECT_EQ(module.lines,
            (std::vector<bytecode::LineEntry>{{0, 2}, {1, 4}, {2, 5}, {3, 6}, {4, 7}}));
}

}  // namespace
}  // namespace ttvm::assembler
