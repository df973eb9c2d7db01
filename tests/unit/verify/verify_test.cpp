#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/run_module.hpp"

namespace ttvm::verify {
namespace {

using bytecode::Instruction;
using bytecode::Module;
using isa::Op;
using testing::verify_text;

// All instances of the functions of that name, named or not.
std::vector<const Instance*> instances_of(const VerifiedModule& module, std::string_view name) {
  std::vector<const Instance*> found;
  for (const Instance& instance : module.instances()) {
    if (instance.function == kNone) continue;
    const auto& function = module.module().functions[instance.function];
    if (module.module().strings[function.name] == name) found.push_back(&instance);
  }
  return found;
}

// The judgement on the one of them that has been called with so many parameters.
const Instance& judged(const VerifiedModule& module, std::string_view name, std::size_t params) {
  for (const Instance* instance : instances_of(module, name)) {
    if (instance->params.size() == params) return *instance;
  }
  ADD_FAILURE() << "no " << name << " with " << params << " parameters";
  return module.instances().front();
}

const Instance& main_of(const VerifiedModule& module) { return module.instances()[kMainInstance]; }

TEST(Proof, StraightLine) {
  const auto module = verify_text("PUSH_INT 1\nDUP\nADD\nPRINT\nHALT\n");
  EXPECT_TRUE(main_of(*module).proven);
  EXPECT_EQ(main_of(*module).max_depth, 2);
  EXPECT_FALSE(main_of(*module).returns);
}

TEST(Proof, LabelsTakeOperandsFromBelow) {
  const auto module =
      verify_text("PUSH_INT 1\nPUSH_INT 2\nCALL sum\nPRINT\nHALT\nsum:\nADD\nRET\n");
  const Instance& sum = judged(*module, "sum", 0);
  EXPECT_TRUE(sum.proven);
  EXPECT_EQ(sum.extras, 2U);
  EXPECT_EQ(sum.results, 1U);
  EXPECT_TRUE(main_of(*module).proven);
}

// An operand that one way consumes and the other does not is among the results of the other.
TEST(Proof, ExtrasThatStayAreResults) {
  const auto module = verify_text(
      "PUSH_INT 1\nPUSH_INT 2\nCALL pick x\nPRINT\nHALT\n"
      "pick:\nLOAD x\nJZ other\nPOP\nPUSH_INT 7\nRET\nother:\nRET\n");
  const Instance& pick = judged(*module, "pick", 1);
  EXPECT_TRUE(pick.proven);
  EXPECT_EQ(pick.extras, 1U);
  EXPECT_EQ(pick.results, 1U);
}

TEST(Proof, TwoNameSetsAreTwoInstances) {
  const auto module = verify_text(
      "PUSH_INT 1\nPUSH_INT 2\nCALL f a b\nPUSH_INT 1\nPUSH_INT 2\nCALL f b a\nSUB\nPRINT\nHALT\n"
      "f:\nLOAD a\nLOAD b\nSUB\nRET\n");
  std::size_t with_two = 0;
  for (const Instance* instance : instances_of(*module, "f")) {
    if (instance->params.size() != 2) continue;
    ++with_two;
    EXPECT_TRUE(instance->proven);
    EXPECT_EQ(instance->results, 1U);
  }
  EXPECT_EQ(with_two, 2U);
}

TEST(Proof, Recursion) {
  const auto module = verify_text(R"(PUSH_INT 5
CALL even
PRINT
HALT
FUNC even n
  LOAD n
  IF
    LOAD n
    PUSH_INT 1
    SUB
    CALL odd
  ELSE
    TRUE
  ENDIF
END
FUNC odd n
  LOAD n
  IF
    LOAD n
    PUSH_INT 1
    SUB
    CALL even
  ELSE
    FALSE
  ENDIF
END
)");
  for (const char* name : {"even", "odd"}) {
    const Instance& instance = judged(*module, name, 1);
    EXPECT_TRUE(instance.proven);
    EXPECT_TRUE(instance.returns);
    EXPECT_EQ(instance.results, 1U);
    EXPECT_EQ(instance.extras, 0U);
  }
  EXPECT_TRUE(main_of(*module).proven);
}

// What CALL_FUNCTION and SPAWN_WITH of an unknown function take is unknown.
TEST(Proof, SpawnApplyHasAFixedEffect) {
  const std::string start = "FUNC start f args\nLOAD args\nLOAD f\nNEW_OBJECT\n";
  EXPECT_TRUE(judged(*verify_text(start + "SPAWN_APPLY\nEND\n"), "start", 2).proven);
  EXPECT_FALSE(judged(*verify_text(start + "SPAWN_WITH\nEND\n"), "start", 2).proven);
}

// Each call leaves one operand more than the one below it: there is no number of results.
TEST(Proof, RecursionThatPilesUpIsNotProven) {
  const auto module = verify_text(
      "PUSH_INT 3\nCALL pile\nHALT\n"
      "FUNC pile n\nLOAD n\nIF\nPUSH_INT 1\nLOAD n\nPUSH_INT 1\nSUB\nCALL pile\nENDIF\nEND\n");
  EXPECT_FALSE(judged(*module, "pile", 1).proven);
  EXPECT_FALSE(main_of(*module).proven) << "its callee is not";
}

TEST(Proof, WhatDoesNotReturn) {
  const auto module =
      verify_text("CALL forever\nADD\nADD\nHALT\nFUNC forever\nagain:\nJMP again\nEND\n");
  const Instance& forever = judged(*module, "forever", 0);
  EXPECT_TRUE(forever.proven);
  EXPECT_FALSE(forever.returns);
  EXPECT_TRUE(main_of(*module).proven) << "the ADDs are never reached";
  EXPECT_EQ(main_of(*module).extras, 0U);
}

TEST(Proof, DifferentDepthsAtAMeetingAreNotProven) {
  EXPECT_FALSE(main_of(*verify_text("TRUE\nJZ over\nPUSH_INT 1\nover:\nHALT\n")).proven);
  EXPECT_FALSE(main_of(*verify_text("again:\nPUSH_INT 1\nJMP again\n")).proven);
  EXPECT_TRUE(main_of(*verify_text("TRUE\nJZ over\nPUSH_INT 1\nPOP\nover:\nHALT\n")).proven);
}

TEST(Proof, TryContexts) {
  const auto module = verify_text(
      "PUSH_INT 1\nTRY handler\nPUSH_INT 2\nPOP\nEND_TRY\nJMP end\n"
      "handler:\nCATCH e\nend:\nPOP\nHALT\n");
  const Instance& main = main_of(*module);
  ASSERT_TRUE(main.proven);
  const BlockEntry& handler = main.blocks.at(6);
  EXPECT_EQ(handler.depth, 2);
  ASSERT_EQ(handler.tries.size(), 1U);
  EXPECT_EQ(handler.tries[0], (TryContext{1, 1, true}));
  const BlockEntry& inside = main.blocks.at(2);
  ASSERT_EQ(inside.tries.size(), 1U);
  EXPECT_FALSE(inside.tries[0].handling);
  EXPECT_TRUE(main.blocks.at(7).tries.empty()) << "the handler has run its course";
}

TEST(Proof, AHandlerNotEndedInsideOfATryIsNotProven) {
  constexpr std::string_view kText =
      "TRY outer\nTRY inner\nEND_TRY\nJMP after\ninner:\nCATCH e\nafter:\nEND_TRY\nHALT\n"
      "outer:\nCATCH e\nHALT\n";
  EXPECT_FALSE(main_of(*verify_text(kText)).proven);
  std::string ended(kText);
  ended.insert(ended.find("after:\n"), "END_TRY\n");
  EXPECT_TRUE(main_of(*verify_text(ended)).proven);
}

TEST(Proof, OperandsBelowATryStayInPlace) {
  const auto protects = [](const char* code) {
    return main_of(*verify_text(std::string("PUSH_INT 1\nPUSH_INT 2\nTRY handler\n") + code +
                                "END_TRY\nHALT\nhandler:\nPOP\nHALT\n"))
        .proven;
  };
  EXPECT_TRUE(protects("DUP\nPRINT\n"));
  EXPECT_TRUE(protects("OVER\nPRINT\n"));
  EXPECT_TRUE(protects("PUSH_INT 3\nPOP\n"));
  EXPECT_FALSE(protects("SWAP\n"));
  EXPECT_FALSE(protects("POP\n"));
  EXPECT_FALSE(protects("POP\nPUSH_INT 2\n"));
  EXPECT_FALSE(protects("NEG\n"));
  EXPECT_FALSE(protects("PUSH_INT 3\nROT\nPRINT\n"));
}

TEST(Proof, CalleesOfAProtectedCallLeaveTheOperandsAlone) {
  const auto module = verify_text(
      "PUSH_INT 1\nTRY handler\nCALL negate\nEND_TRY\nHALT\nhandler:\nPOP\nHALT\n"
      "negate:\nNEG\nRET\n");
  EXPECT_TRUE(judged(*module, "negate", 0).proven);
  EXPECT_FALSE(main_of(*module).proven);
}

TEST(Proof, FunctionsInVariablesAreResolved) {
  const auto module = verify_text(
      "MAKE_FUNCTION f\nSTORE g\nPUSH_INT 1\nLOAD g\nCALL_FUNCTION\nPRINT\nHALT\n"
      "FUNC f a\nLOAD a\nEND\n");
  const Instance& main = main_of(*module);
  ASSERT_TRUE(main.proven);
  const auto found = main.resolutions.find(4);
  ASSERT_NE(found, main.resolutions.end());
  EXPECT_EQ(&module->instances()[found->second.instance], &judged(*module, "f", 1));
}

TEST(Proof, AFunctionThatMayBeOneOfTwoIsNotResolved) {
  const auto module = verify_text(
      "MAKE_FUNCTION f\nSTORE g\nTRUE\nJZ over\nMAKE_FUNCTION h\nSTORE g\nover:\nLOAD g\n"
      "CALL_FUNCTION\nHALT\nFUNC f\nEND\nFUNC h\nEND\n");
  EXPECT_FALSE(main_of(*module).proven);
}

TEST(Proof, SpawnKnowsItsArguments) {
  const auto module = verify_text(
      "MAKE_FUNCTION f\nSTORE g\nPUSH_INT 1\nPUSH_INT 2\nLOAD g\nSPAWN\nPOP\nPUSH_INT 1\n"
      "PUSH_INT 2\nPUSH_STR \"f\"\nSPAWN\nPOP\nPUSH_STR \"none\"\nSPAWN\nPOP\nHALT\n"
      "FUNC f a b\nEND\n");
  const Instance& main = main_of(*module);
  ASSERT_TRUE(main.proven);
  EXPECT_EQ(main.resolutions.at(5).arguments, 2U);
  EXPECT_EQ(main.resolutions.at(10).arguments, 2U);
  EXPECT_EQ(main.resolutions.at(13).instance, kNone);
  EXPECT_EQ(main.extras, 0U);
}

TEST(Regions, FunctionsAreApartAndLabelsAreLeaders) {
  const auto module = verify_text("CALL f\nHALT\nFUNC f\nTRUE\nJZ out\nNULL\nPOP\nout:\nEND\n");
  const auto& code = module->module().code;
  const std::uint32_t entry = judged(*module, "f", 0).entry;
  EXPECT_NE(module->region_of(0), module->region_of(entry));
  EXPECT_EQ(code.back().op, Op::kHalt) << "control that runs off the end finds it";
  std::size_t total = 0;
  for (const Region& region : module->regions()) {
    EXPECT_TRUE(std::is_sorted(region.instructions.begin(), region.instructions.end()));
    EXPECT_TRUE(module->is_leader(region.instructions.front()));
    total += region.instructions.size();
  }
  EXPECT_EQ(total, code.size());
}

// ---- Captures

std::set<std::string> captured(const VerifiedModule& module, std::uint32_t lambda) {
  std::set<std::string> names;
  for (const std::uint32_t name : module.pending_captures(lambda)) {
    names.insert(module.module().strings[name]);
  }
  return names;
}

TEST(Captures, AreTakenByTheNextLambda) {
  const auto module = verify_text(
      "PUSH_INT 1\nSTORE a\nCAPTURE a\nMAKE_LAMBDA f\nPOP\nMAKE_LAMBDA f\nPOP\nHALT\n"
      "FUNC f\nLOAD a\nEND\n");
  EXPECT_EQ(captured(*module, 3), (std::set<std::string>{"a"}));
  EXPECT_EQ(captured(*module, 5), std::set<std::string>{});
  EXPECT_NE(module->instance_of_lambda(3), module->instance_of_lambda(5));
  EXPECT_EQ(module->instances()[module->instance_of_lambda(3)].captures.size(), 1U);
}

TEST(Captures, UniteWherePathsMeet) {
  const auto module = verify_text(
      "PUSH_INT 1\nSTORE a\nPUSH_INT 1\nSTORE b\nTRUE\nJZ over\nCAPTURE a\nover:\nCAPTURE b\n"
      "MAKE_LAMBDA f\nPOP\nHALT\nFUNC f\nEND\n");
  EXPECT_EQ(captured(*module, 8), (std::set<std::string>{"a", "b"}));
}

TEST(Captures, OfProtectedCodeMayBePendingInItsHandler) {
  const auto module = verify_text(
      "PUSH_INT 1\nSTORE a\nTRY handler\nCAPTURE a\nNULL\nTHROW\nhandler:\nCATCH e\n"
      "MAKE_LAMBDA f\nPOP\nHALT\nFUNC f\nEND\n");
  EXPECT_EQ(captured(*module, 7), (std::set<std::string>{"a"}));
}

// ---- What is made to take long, or much memory

Module module_of(std::size_t strings) {
  Module module;
  for (std::size_t i = 0; i < strings; ++i) module.strings.push_back("v" + std::to_string(i));
  return module;
}

std::uint32_t index(std::size_t i) { return static_cast<std::uint32_t>(i); }

std::size_t proven_blocks(const VerifiedModule& module) {
  std::size_t total = 0;
  for (const Instance& instance : module.instances()) total += instance.blocks.size();
  return total;
}

TEST(Hostile, EachOfManyFunctionsReachesAllCode) {
  constexpr std::size_t kCount = 50'000;
  Module module = module_of(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kPop, 0, 0});
    module.functions.push_back({index(i), index(2 * i), {}, true});
  }
  const auto verified = verify(module);
  ASSERT_TRUE(verified.ok());
  EXPECT_LE(proven_blocks(**verified), 65536 + 8 * module.code.size());
}

TEST(Hostile, ManyNameSetsForOneLongBlock) {
  constexpr std::size_t kCount = 20'000;
  Module module = module_of(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kPop, 0, 0});
    module.functions.push_back({0, 0, {index(i)}, false});
  }
  const auto verified = verify(module);
  ASSERT_TRUE(verified.ok());
  std::size_t proven = 0;
  for (const Instance& instance : (*verified)->instances()) proven += instance.proven ? 1 : 0;
  EXPECT_LT(proven, 100U) << "lowering would repeat the block for each";
}

TEST(Hostile, DeepOperands) {
  Module module;
  for (std::size_t i = 0; i < 60'000; ++i) module.code.push_back({Op::kNull, 0, 0});
  module.code.push_back({Op::kMakeList, 0, 60'000});
  const auto verified = verify(module);
  ASSERT_TRUE(verified.ok());
  EXPECT_FALSE(main_of(**verified).proven);
}

TEST(Hostile, TooManyVariablesAreRefused) {
  Module module = module_of(40'000);
  for (std::size_t i = 0; i < 40'000; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kStore, index(i), 0});
  }
  const auto verified = verify(module);
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.errors().front().message,
            "this function has more than 32768 variables and captures");
}

// Each captured variable needs a second register.
TEST(Hostile, ManyVariablesAllCapturedAreRefused) {
  Module module = module_of(30'000);
  module.functions.push_back({0, 0, {}, true});
  for (std::size_t i = 0; i < 30'000; ++i) {
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kStore, index(i), 0});
    module.code.push_back({Op::kCapture, index(i), 0});
    module.code.push_back({Op::kMakeLambda, 0, 0});
    module.code.push_back({Op::kPop, 0, 0});
  }
  EXPECT_FALSE(verify(module).ok());
}

TEST(Hostile, TooManyPendingCapturesAreRefused) {
  Module module = module_of(2000);
  module.functions.push_back({0, 0, {}, true});
  for (std::size_t i = 0; i < 2000; ++i) module.code.push_back({Op::kCapture, index(i), 0});
  module.code.push_back({Op::kMakeLambda, 0, 0});
  const auto verified = verify(module);
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.errors().front().message, "more than 1024 captures are pending");
}

// Every block hands its names to all blocks before it: the flow gives up and takes them all.
TEST(Hostile, CapturesThatGoInCircles) {
  constexpr std::size_t kBlocks = 1000;
  Module module = module_of(kBlocks);
  module.functions.push_back({0, 0, {}, true});
  for (std::size_t i = 0; i < kBlocks; ++i) {
    module.code.push_back({Op::kCapture, index(i), 0});
    module.code.push_back({Op::kNull, 0, 0});
    module.code.push_back({Op::kJz, index(4 * ((i * 7919) % kBlocks)), 0});
    module.code.push_back({Op::kNull, 0, 0});
  }
  module.code.push_back({Op::kMakeLambda, 0, 0});
  const auto verified = verify(module);
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ((*verified)->pending_captures(4 * kBlocks).size(), kBlocks);
}

TEST(Hostile, ManyTriesInEachOther) {
  Module module;
  for (std::size_t i = 0; i < 100'000; ++i) {
    module.code.push_back({Op::kTry, 100'000, 0});
  }
  module.code.push_back({Op::kPop, 0, 0});
  ASSERT_TRUE(verify(module).ok());
}

TEST(Hostile, NoCodeAtAll) {
  const auto verified = verify(Module{});
  ASSERT_TRUE(verified.ok());
  EXPECT_TRUE(main_of(**verified).proven);
}

}  // namespace
}  // namespace ttvm::verify
