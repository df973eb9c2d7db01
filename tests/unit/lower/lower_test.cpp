#include "lower/lower.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "interp/interpreter.hpp"
#include "isa/types.hpp"
#include "lower/reciprocal.hpp"
#include "support/run_module.hpp"
#include "verify/verify.hpp"

namespace ttvm::lower {
namespace {

using bytecode::Module;
using isa::Op;
using testing::expect_output;
using testing::verify_text;

LowerOptions options_for_tests() {
  LowerOptions options;
  options.handlers = interp::Interpreter::handlers();
  return options;
}

struct Decoded {
  RCode code;
  const Word* at;
  std::uint16_t operand(unsigned i) const {
    return reinterpret_cast<const std::uint16_t*>(at + 1)[i];
  }
  const Safepoint& safepoint() const { return safepoint_before(at + info(code).words()); }
};

std::vector<Decoded> decode(const CodeObject& object) {
  std::vector<Decoded> decoded;
  const auto handlers = interp::Interpreter::handlers();
  for (std::size_t i = 0; i < object.words.size();) {
    const auto* handler = reinterpret_cast<const void*>(object.words[i]);
    const auto* const end = handlers + kRCodes.size();
    const auto code = static_cast<RCode>(std::find(handlers, end, handler) - handlers);
    decoded.push_back({code, &object.words[i]});
    i += info(code).words();
  }
  return decoded;
}

std::size_t count(const std::vector<Decoded>& code, RCode wanted) {
  return static_cast<std::size_t>(
      std::count_if(code.begin(), code.end(), [&](const Decoded& d) { return d.code == wanted; }));
}

const Decoded* find(const std::vector<Decoded>& code, RCode wanted) {
  for (const Decoded& d : code) {
    if (d.code == wanted) return &d;
  }
  return nullptr;
}

std::size_t live_count(const Safepoint& safepoint) {
  return static_cast<std::size_t>(__builtin_popcountll(safepoint.live_low)) +
         safepoint.live_high.size();
}

struct LoweredText {
  std::unique_ptr<Program> program;
  std::vector<Decoded> main;
};

LoweredText lower_text(std::string_view text, const LowerOptions& options = options_for_tests()) {
  LoweredText lowered;
  lowered.program = lower(verify_text(text), options);
  const FunctionEntry& main = lowered.program->main();
  lowered.main = decode(main.code != nullptr ? *main.code : *main.explicit_code);
  return lowered;
}

TEST(Lower, StoreTakesTheResultDirectly) {
  const auto lowered =
      lower_text("PUSH_INT 1\nSTORE a\nagain:\nLOAD a\nPUSH_INT 1\nADD\nSTORE a\nJMP again\n");
  EXPECT_EQ(count(lowered.main, RCode::kMove), 0U);
  const Decoded* add = find(lowered.main, RCode::kAddJump);
  ASSERT_NE(add, nullptr);
  EXPECT_EQ(add->operand(0), add->operand(1)) << "the variable's own register, in place";
}

TEST(Lower, MovesInARowAreFewInstructions) {
  const std::string text =
      "FUNC f a b c d e\nLOAD a\nLOAD e\nSUB\nEND\n"
      "PUSH_INT 1\nSTORE a\nPUSH_INT 2\nSTORE b\nPUSH_INT 3\nSTORE c\nPUSH_INT 4\nSTORE d\n"
      "PUSH_INT 5\nSTORE e\nLOAD a\nLOAD b\nLOAD c\nLOAD d\nLOAD e\nCALL f\nPRINT\n"
      "LOAD e\nLOAD d\nLOAD c\nLOAD b\nLOAD a\nCALL f\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kMove4), 2U);
  EXPECT_EQ(count(lowered.main, RCode::kMoveCall), 2U);
  EXPECT_EQ(count(lowered.main, RCode::kMove2), 0U);
  expect_output(text, "-4\n4\n");
}

TEST(Lower, ConstantsDivideExactly) {
  constexpr std::int64_t kMax = (std::int64_t{1} << 62U) - 1;
  for (std::int64_t divisor = 2; divisor <= 32767; ++divisor) {
    const Reciprocal reciprocal = reciprocal_of(divisor);
    const std::int64_t last = kMax / divisor * divisor;
    for (const std::int64_t x : {std::int64_t{0}, divisor - 1, divisor, 3 * divisor - 1, last / 2,
                                 last - 1, last, kMax - 1, kMax}) {
      ASSERT_EQ(divide(x, reciprocal.factor, reciprocal.shift), x / divisor) << x << " " << divisor;
    }
  }
  EXPECT_EQ(reciprocal_of(1).factor, 0U);
  EXPECT_EQ(reciprocal_of(0).factor, 0U);
  EXPECT_EQ(reciprocal_of(-7).factor, 0U);
  // The largest small and the Int behind it, and those below zero.
  expect_output(
      "PUSH_INT 4611686018427387903\nPUSH_INT 7\nMOD\nPRINT\n"
      "PUSH_INT 4611686018427387904\nPUSH_INT 7\nMOD\nPRINT\n"
      "PUSH_INT 4611686018427387903\nPUSH_INT 7\nDIV\nPRINT\n"
      "PUSH_INT -4611686018427387904\nPUSH_INT 7\nDIV\nPRINT\n"
      "PUSH_INT -8\nPUSH_INT 7\nMOD\nPRINT\nPUSH_INT 9\nPUSH_INT 1\nDIV\nPRINT\nHALT\n",
      "3\n4\n658812288346769700\n" + std::to_string(-(std::int64_t{1} << 62U) / 7) + "\n-1\n9\n");
}

TEST(Lower, TypePatternsAreThoseThatTheProgramNames) {
  for (const std::string_view name : isa::kTypeNames) {
    const std::string text = "TYPE_PATTERN " + std::string(name) + "\n";
    expect_output(text + "PRINT\nHALT\n", text);
  }
}

TEST(Lower, PatternsAreConstants) {
  const auto lowered = lower_text("ANY\nTYPE_PATTERN int\nPOP\nPOP\nHALT\n");
  EXPECT_EQ(count(lowered.main, RCode::kLoadK), 0U);
  expect_output("ANY\nDUP\nEQ\nPRINT\nANY\nTYPE_PATTERN int\nEQ\nPRINT\nHALT\n", "true\nfalse\n");
}

TEST(Lower, StoreLeavesOlderCopiesAlone) {
  expect_output("PUSH_INT 5\nSTORE x\nLOAD x\nPUSH_INT 1\nSTORE x\nPRINT\nLOAD x\nPRINT\nHALT\n",
                "5\n1\n");
  expect_output(
      "PUSH_INT 5\nSTORE x\nLOAD x\nLOAD x\nPUSH_INT 1\nADD\nSTORE x\nPRINT\nLOAD x\nPRINT\nHALT\n",
      "5\n6\n");
  expect_output("PUSH_INT 5\nSTORE x\nLOAD x\nDELETE x\nPRINT\nHALT\n", "5\n");
  // The value stored is also still an operand.
  expect_output("PUSH_INT 5\nPUSH_INT 1\nADD\nDUP\nSTORE x\nPRINT\nLOAD x\nPRINT\nHALT\n",
                "6\n6\n");
  // What was computed last is not what is stored.
  expect_output(
      "PUSH_INT 1\nSTORE x\nPUSH_INT 5\nLOAD x\nADD\nLOAD x\nSWAP\nSTORE x\nPRINT\nLOAD x\n"
      "PRINT\nHALT\n",
      "1\n6\n");
}

TEST(Lower, SmallConstantsAreOperands) {
  const auto lowered = lower_text(
      "PUSH_INT 1\nSTORE a\nLOAD a\nPUSH_INT -32768\nADD\nSTORE b\nLOAD a\nPUSH_INT 32768\nADD\n"
      "STORE c\nHALT\n");
  EXPECT_EQ(count(lowered.main, RCode::kAddI), 1U);
  EXPECT_EQ(count(lowered.main, RCode::kAdd), 1U);
  expect_output(
      "PUSH_INT 1\nPUSH_INT -32768\nADD\nPRINT\nPUSH_INT 1\nPUSH_INT 32768\nSUB\nPRINT\n"
      "PUSH_INT -32769\nPUSH_INT 3\nMUL\nPRINT\nHALT\n",
      "-32767\n-32767\n-98307\n");
}

TEST(Lower, ComparisonAndJumpAreOne) {
  const auto lowered = lower_text("again:\nPUSH_INT 1\nPUSH_INT 2\nLT\nJNZ again\nHALT\n");
  EXPECT_EQ(count(lowered.main, RCode::kJumpLtI), 1U);
  EXPECT_EQ(count(lowered.main, RCode::kLt) + count(lowered.main, RCode::kJumpTrue), 0U);
}

TEST(Lower, FloatsGoFromOperatorToOperator) {
  // a * b + c - d, where a temporary passes only; then a variable that is read at once.
  const std::string text =
      "PUSH_FLOAT 1.5\nSTORE a\nLOAD a\nLOAD a\nMUL\nLOAD a\nADD\nLOAD a\nSUB\nSTORE b\n"
      "LOAD b\nLOAD b\nMUL\nSTORE c\nLOAD c\nPRINT\nLOAD b\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  const Decoded* head = find(lowered.main, RCode::kMulD);
  const Decoded* middle = find(lowered.main, RCode::kAddP);
  const Decoded* stored = find(lowered.main, RCode::kSubF);
  ASSERT_TRUE(head != nullptr && middle != nullptr && stored != nullptr);
  EXPECT_EQ(count(lowered.main, RCode::kMulN), 1U);
  expect_output(text, "5.0625\n2.25\n");
}

TEST(Lower, AFloatThatIsReadTwiceIsStored) {
  const std::string text =
      "PUSH_FLOAT 1.5\nSTORE a\nLOAD a\nLOAD a\nMUL\nDUP\nLOAD a\nADD\nSUB\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kMulF), 1U);
  EXPECT_EQ(count(lowered.main, RCode::kMulD), 0U);
  expect_output(text, "-1.5\n");
}

TEST(Lower, ZeroIsAFloatLikeOthers) {
  expect_output(
      "PUSH_FLOAT 0.0\nSTORE z\nPUSH_FLOAT 2.5\nSTORE a\n"
      "LOAD a\nLOAD z\nMUL\nLOAD a\nADD\nPRINT\nLOAD z\nLOAD a\nSUB\nLOAD z\nADD\nPRINT\n"
      "LOAD z\nLOAD z\nMUL\nLOAD z\nMUL\nPRINT\nLOAD z\nSQRT\nLOAD z\nADD\nPRINT\n"
      "LOAD a\nLOAD a\nSUB\nLOAD z\nEQ\nPRINT\nLOAD z\nPUSH_INT 0\nEQ\nPRINT\n"
      "LOAD z\nLOAD a\nLT\nPRINT\nLOAD z\nTYPE_OF\nPRINT\nLOAD z\nNEG\nPRINT\n"
      "LOAD a\nLOAD z\nMUL\nLOAD z\nGT\nIF\nPUSH_STR \"more\"\nPRINT\nENDIF\nHALT\n",
      "2.5\n-2.5\n0.0\n0.0\ntrue\ntrue\ntrue\nfloat\n-0.0\n");
}

TEST(Lower, AListOfConstantsIsAConstant) {
  const std::string text =
      "CALL f\nPUSH_INT 3\nLIST_APPEND\nPRINT\nCALL f\nPUSH_INT 0\nPUSH_INT 9\nLIST_SET\nPRINT\n"
      "CALL f\nPRINT\nHALT\n"
      "FUNC f\nPUSH_INT 1\nPUSH_STR \"x\"\nNULL\nMAKE_LIST 2\nMAKE_LIST 2\nEND\n";
  const auto lowered = lower_text(text);
  for (const auto& entry : lowered.program->entries) {
    const auto decoded = decode(*entry->code);
    EXPECT_EQ(count(decoded, RCode::kMakeList) + count(decoded, RCode::kList2), 0U);
  }
  expect_output(text, "[1, [\"x\", null], 3]\n[9, [\"x\", null]]\n[1, [\"x\", null]]\n");
}

TEST(Lower, PairsTakeTheirElementsFromAnywhere) {
  const std::string text =
      "PUSH_INT 1\nSTORE a\nLOAD a\nPUSH_INT 2\nMAKE_LIST 2\nSTORE b\nLOAD b\nLOAD b\n"
      "MAKE_LIST 2\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kList2), 2U);
  expect_output(text, "[[1, 2], [1, 2]]\n");
}

TEST(Lower, ReturnsWhereControlWouldOnlyReturn) {
  const std::string text =
      "PUSH_INT 5\nCALL f\nPRINT\nPUSH_INT 0\nCALL f\nPRINT\nHALT\n"
      "FUNC f n\nLOAD n\nIF\nLOAD n\nPUSH_INT 1\nADD\nELSE\nPUSH_INT 7\nENDIF\nEND\n";
  const auto lowered = lower_text(text);
  const auto decoded = decode(*lowered.program->entries[1]->code);
  EXPECT_EQ(count(decoded, RCode::kReturnK), 1U);
  EXPECT_EQ(count(decoded, RCode::kJump) + count(decoded, RCode::kCharge), 0U);
  expect_output(text, "6\n7\n");
}

TEST(Lower, PositionsAndComparedNumbersAreOperands) {
  std::string text = "PUSH_INT 1\nPUSH_INT 40\nRANGE\nSTORE long\nLOAD long\nPUSH_INT 39\nINDEX\n";
  text +=
      "PRINT\nLOAD long\nPUSH_INT 1\nINDEX\nPUSH_INT 2\nEQ\nPRINT\nPUSH_STR \"abc\"\nPUSH_INT 2\n"
      "INDEX\nPRINT\nPUSH_FLOAT 1.5\nPUSH_INT 2\nLT\nPRINT\nPUSH_STR \"2\"\nPUSH_INT 2\nNE\nPRINT\n"
      "TRY h\nLOAD long\nPUSH_INT 40\nINDEX\nPRINT\nEND_TRY\nHALT\nh:\nCATCH e\nLOAD e\n"
      "GET_FIELD \"message\"\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kIndexI), 4U);
  EXPECT_EQ(count(lowered.main, RCode::kIndex), 0U);
  EXPECT_EQ(count(lowered.main, RCode::kEqI), 1U);
  expect_output(text, "40\ntrue\nc\ntrue\ntrue\nIndex 40 out of bounds for list of length 40\n");
}

TEST(Lower, WhatIsAddedBeforeAJumpIsExact) {
  for (const int step : {1, -1, 16383, -16383, 16384, -16384, 32767, -32767}) {
    const std::string number = std::to_string(step);
    for (const char* const op : {"ADD", "SUB"}) {
      const int change = op[0] == 'A' ? step : -step;
      const std::string text = "PUSH_INT " + std::to_string(-3 * change) +
                               "\nSTORE n\nWHILE\nLOAD n\nDO\nLOAD n\nPRINT\nLOAD n\nPUSH_INT " +
                               number + "\n" + op + "\nSTORE n\nENDWHILE\nHALT\n";
      expect_output(text, std::to_string(-3 * change) + "\n" + std::to_string(-2 * change) + "\n" +
                              std::to_string(-change) + "\n");
      // Past the smalls the instruction is done alone.
      const std::int64_t start =
          change > 0 ? (std::int64_t{1} << 62U) - 1 : -(std::int64_t{1} << 62U);
      expect_output("PUSH_INT " + std::to_string(start) + "\nSTORE n\nLOAD n\nPUSH_INT " + number +
                        "\n" + op + "\nSTORE n\nJMP on\non:\nLOAD n\nPRINT\nHALT\n",
                    std::to_string(start + change) + "\n");
    }
  }
}

TEST(Lower, AddingAndTheJumpBehindAreOne) {
  const std::string text =
      "PUSH_INT 3\nSTORE n\nWHILE\nLOAD n\nDO\nLOAD n\nPRINT\nLOAD n\nPUSH_INT 1\nSUB\n"
      "STORE n\nENDWHILE\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kAddJumpTrue), 1U) << "the loop's condition turned round";
  expect_output(text, "3\n2\n1\n");
}

TEST(Lower, ConstantsOfALoopAreLoadedBeforeIt) {
  const std::string text =
      "PUSH_FLOAT 1.0\nSTORE x\nWHILE\nLOAD x\nPUSH_FLOAT 100.0\nLT\nDO\nLOAD x\n"
      "PUSH_FLOAT 2.5\nMUL\nSTORE x\nENDWHILE\nLOAD x\nPRINT\nHALT\n";
  const auto lowered = lower_text(text);
  EXPECT_EQ(count(lowered.main, RCode::kLoadK), 3U);
  EXPECT_EQ(lowered.main[0].code, RCode::kLoadK);
  EXPECT_EQ(lowered.main[1].code, RCode::kLoadK);
  expect_output(text, "244.140625\n");
}

TEST(Lower, AResultGoesToWhereTheCallerFindsIt) {
  const std::string text =
      "PUSH_INT 20\nCALL f\nPRINT\nCALL g\nPRINT\nHALT\nFUNC f a\nLOAD a\nPUSH_INT 1\nADD\nEND\n"
      "FUNC g\nSELF\nTYPE_OF\nEND\n";
  const auto lowered = lower_text(text);
  std::size_t straight = 0;
  std::size_t moved = 0;
  for (const auto& entry : lowered.program->entries) {
    if (entry->code == nullptr) continue;
    const auto decoded = decode(*entry->code);
    straight += count(decoded, RCode::kReturn0);
    moved += count(decoded, RCode::kReturn1);
  }
  EXPECT_EQ(straight, 1U);
  EXPECT_EQ(moved, 1U) << "without inputs, the link is in register 0";
  expect_output(text, "21\npid\n");
}

TEST(Lower, VariablesDeadAcrossACallAreNotRoots) {
  const auto lowered = lower_text(
      "MAKE_LIST 0\nSTORE dead\nMAKE_LIST 0\nSTORE alive\nLOAD dead\nPRINT\nCALL f\nLOAD alive\n"
      "PRINT\nHALT\nFUNC f\nEND\n");
  const Decoded* call = find(lowered.main, RCode::kCall);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(live_count(call->safepoint()), 1U);
}

TEST(Lower, OperandsBelowACallAreRoots) {
  const auto lowered =
      lower_text("MAKE_LIST 0\nSTORE a\nLOAD a\nLEN\nCALL f\nPRINT\nHALT\nFUNC f\nEND\n");
  const Decoded* call = find(lowered.main, RCode::kCall);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(live_count(call->safepoint()), 1U);
}

TEST(Lower, VariablesOfAFunctionWithTryAreAllRoots) {
  const auto lowered = lower_text(
      "MAKE_LIST 0\nSTORE a\nTRY h\nCALL f\nEND_TRY\nHALT\nh:\nCATCH e\nHALT\nFUNC f\nEND\n");
  const Decoded* call = find(lowered.main, RCode::kCall);
  ASSERT_NE(call, nullptr);
  const CodeObject& code = *call->safepoint().code;
  EXPECT_EQ(code.all_live_end - code.all_live_begin, 3U) << "a, e and the link between";
  EXPECT_EQ(live_count(call->safepoint()), 0U);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Lower, StraightCodeIsChargedInTime) {
  for (const std::uint32_t most : {1U, 7U, 100U}) {
    for (const bool prove : {true, false}) {
      LowerOptions options = options_for_tests();
      options.max_uncharged = most;
      options.prove = prove;
      const std::string text = repeated("SELF\nPOP\n", 500) + "HALT\n";
      const auto lowered = lower_text(text, options);
      std::uint64_t charged = 0;
      for (const Decoded& d : lowered.main) {
        if (d.code != RCode::kCharge && d.code != RCode::kHalt) continue;
        EXPECT_LE(d.operand(3), most + 1);
        charged += d.operand(3);
      }
      EXPECT_GE(charged, 1001U) << "each instruction costs one";
      EXPECT_LE(charged, 1002U);
    }
  }
}

TEST(Lower, ProveOffLeavesEverythingExplicit) {
  LowerOptions options = options_for_tests();
  options.prove = false;
  const auto lowered = lower_text("CALL f\nHALT\nFUNC f\nEND\n", options);
  for (const auto& entry : lowered.program->entries) {
    EXPECT_EQ(entry->code, nullptr);
    EXPECT_NE(entry->explicit_code, nullptr);
  }
}

// ---- Parallel moves

TEST(Moves, AtTheEndOfABlock) {
  expect_output(R"(PUSH_INT 1
PUSH_INT 2
PUSH_INT 3
PUSH_INT 0
STORE i
WHILE
LOAD i
PUSH_INT 4
LT
DO
ROT
SWAP
LOAD i
PUSH_INT 1
ADD
STORE i
ENDWHILE
PRINT
PRINT
PRINT
HALT
)",
                "3\n2\n1\n");
  expect_output("PUSH_INT 1\nPUSH_INT 2\nOVER\nJMP l\nl:\nPRINT\nPRINT\nPRINT\nHALT\n",
                "1\n2\n1\n");
}

TEST(Moves, BeforeAConditionalJump) {
  // The condition is in a register that the moves write.
  expect_output(
      "PUSH_INT 7\nLEN_OF:\nPUSH_INT 0\nSWAP\nJZ l\nPRINT\nHALT\nl:\nPUSH_STR \"no\"\n"
      "PRINT\nHALT\n",
      "0\n");
  // A comparison of two operands, with those below exchanged.
  expect_output(
      "PUSH_INT 4\nNEG\nPUSH_INT 5\nNEG\nOVER\nOVER\nSWAP\nROT\nLT\nJZ l\nPRINT\nPRINT\nHALT\nl:\n"
      "PRINT\nPRINT\nPUSH_STR \"l\"\nPRINT\nHALT\n",
      "-5\n-4\nl\n");
}

TEST(Moves, CyclesUseOneRegisterMore) {
  const std::string cycle = "SWAP\nTRUE\nJZ end\nROT\nTRUE\nJZ end\n";
  const std::string head = "MAKE_LIST 0\nLEN\nMAKE_LIST 0\nLEN\nMAKE_LIST 0\nLEN\n";
  const auto few = lower_text(head + repeated(cycle, 2) + "end:\nHALT\n");
  const auto many = lower_text(head + repeated(cycle, 200) + "end:\nHALT\n");
  ASSERT_NE(many.program->main().code, nullptr);
  EXPECT_EQ(few.program->main().code->frame_size, many.program->main().code->frame_size);
}

// ---- What is made to be large

std::size_t total_words(const Program& program) {
  std::size_t total = 0;
  for (const CodeObject& code : program.codes) total += code.words.size();
  return total;
}

std::size_t total_live(const Program& program) {
  std::size_t total = 0;
  for (const CodeObject& code : program.codes) {
    for (const Safepoint& safepoint : code.safepoints) total += safepoint.live_high.size();
  }
  return total;
}

std::unique_ptr<Program> lower_module(Module module) {
  auto verified = verify::verify(std::move(module));
  EXPECT_TRUE(verified.ok());
  return lower(*verified, options_for_tests());
}

Module module_of(std::size_t strings) {
  Module module;
  for (std::size_t i = 0; i < strings; ++i) module.strings.push_back("v" + std::to_string(i));
  return module;
}

std::uint32_t index(std::size_t i) { return static_cast<std::uint32_t>(i); }

TEST(Hostile, EachOfManyFunctionsReachesAllCode) {
  Module module = module_of(30'000);
  for (std::size_t i = 0; i < 30'000; ++i) {
    module.code.push_back({Op::kSelf, 0, 0});
    module.code.push_back({Op::kPop, 0, 0});
    module.functions.push_back({index(i), index(2 * i), {}, true});
  }
  const std::size_t size = module.code.size();
  EXPECT_LT(total_words(*lower_module(std::move(module))), 65536 + 64 * size);
}

TEST(Hostile, AFunctionOfManyInstructionsAndVariables) {
  constexpr std::size_t kVariables = 32'000;
  Module module = module_of(kVariables);
  for (std::size_t i = 0; i < kVariables; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kStore, index(i), 0});
  }
  for (std::size_t i = 0; i < 100'000; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kLen, 0, 0});
    module.code.push_back({Op::kPop, 0, 0});
  }
  const std::size_t size = module.code.size();
  const auto program = lower_module(std::move(module));
  EXPECT_LT(total_live(*program), 3 * size);
}

TEST(Hostile, ManyParameters) {
  Module module = module_of(30'000);
  bytecode::Function function{0, 0, {}, true};
  for (std::size_t i = 0; i < 30'000; ++i) function.params.push_back(index(i));
  for (int i = 0; i < 20; ++i) module.functions.push_back(function);
  module.code.push_back({Op::kRet, 0, 0});
  const auto program = lower_module(std::move(module));
  EXPECT_EQ(program->entries.back()->explicit_inputs.size(), 30'000U);
}

TEST(Hostile, ParametersGivenTwice) {
  Module module = module_of(2);
  module.functions.push_back({0, 0, {1, 1, 0}, true});
  module.code.push_back({Op::kRet, 0, 0});
  const auto program = lower_module(std::move(module));
  const auto& inputs = program->entries[1]->explicit_inputs;
  ASSERT_EQ(inputs.size(), 3U);
  EXPECT_NE(inputs[0], inputs[1]) << "the later one has the variable";
  EXPECT_NE(inputs[1], inputs[2]);
}

}  // namespace
}  // namespace ttvm::lower
