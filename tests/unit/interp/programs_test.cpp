// Programs through the whole machine: what needs options that the command line does not have, and
// the programs of tests/regress in the forms that it cannot choose.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/run_module.hpp"

namespace ttvm::testing {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Programs, RegressionsInAllForms) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TTVM_REGRESS)) {
    if (entry.path().extension() != ".ttvm") continue;
    std::filesystem::path expected = entry.path();
    const std::string text = read(expected.replace_extension(".expected"));
    constexpr std::string_view kHead = "flags: none\nstdout:\n";
    if (!text.starts_with(kHead)) continue;  // more than a sequential program's output
    SCOPED_TRACE(entry.path());
    expect_output(read(entry.path()), text.substr(kHead.size()));
    ++count;
  }
  EXPECT_GE(count, 4U);
}

vm::Options small_stack(bool prove) {
  vm::Options options;
  options.seed = 1;
  options.prove = prove;
  options.max_stack_bytes = std::size_t{64} << 10U;
  return options;
}

// A tail call runs for ever in constant memory, also from a handler that is never ended.
TEST(Programs, TailCallFromAHandlerNeedsNoStack) {
  constexpr std::string_view kText = R"(PUSH_INT 20000
CALL retry
PRINT
HALT
FUNC retry n
  LOAD n
  PUSH_INT 0
  EQ
  IF
    PUSH_STR "done"
    RET
  ENDIF
  TRY failed
  PUSH_STR "again"
  THROW
failed:
  CATCH e
  LOAD n
  PUSH_INT 1
  SUB
  CALL retry
END
)";
  for (const bool prove : {true, false}) {
    const RunOutput got = run_text(kText, small_stack(prove));
    EXPECT_EQ(got.out, "done\n") << got.err;
  }
}

TEST(Programs, StackOverflowIsCaught) {
  constexpr std::string_view kText = R"(TRY handler
CALL deeper
END_TRY
HALT
handler:
CATCH e
LOAD e
GET_FIELD message
PRINT
HALT
FUNC deeper
  CALL deeper
  PUSH_INT 1
  ADD
END
)";
  for (const bool prove : {true, false}) {
    const RunOutput got = run_text(kText, small_stack(prove));
    EXPECT_EQ(got.out, "Stack overflow\n") << got.err;
    EXPECT_EQ(got.status, 0);
  }
}

TEST(Programs, OperandStackOverflowIsCaught) {
  constexpr std::string_view kText = R"(TRY handler
again:
PUSH_INT 1
JMP again
handler:
CATCH
GET_FIELD message
PRINT
HALT
)";
  const RunOutput got = run_text(kText, small_stack(true));
  EXPECT_EQ(got.out, "Stack overflow\n") << got.err;
}

TEST(Programs, HeapLimitEndsTheProcessAlone) {
  constexpr std::string_view kText = R"(MAKE_FUNCTION eater
SPAWN
POP
PUSH_INT 5
SLEEP
PUSH_STR "alive"
PRINT
HALT
FUNC eater
  MAKE_LIST 0
more:
  PUSH_INT 1
  LIST_APPEND
  JMP more
END
)";
  vm::Options options;
  options.smp = true;
  options.seed = 1;
  options.max_heap_bytes = std::size_t{1} << 20U;
  const RunOutput got = run_text(kText, options);
  EXPECT_EQ(got.out, "alive\n") << got.err;
}

TEST(Programs, FilesCanBeSwitchedOff) {
  vm::Options options;
  options.seed = 1;
  options.files = false;
  const RunOutput got = run_text("PUSH_STR \"/etc/hostname\"\nREAD_FILE\nPRINT\nHALT\n", options);
  EXPECT_EQ(got.status, 1);
  EXPECT_NE(got.err.find("READ_FILE is switched off"), std::string::npos) << got.err;
}

// The logical clock comes to the end of its range, and stays there.
TEST(Programs, SleepsLongerThanTimeIs) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += "PUSH_INT 9000000000000\nSLEEP\n";
  text += "PUSH_FLOAT inf\nRECEIVE_AFTER late\nlate:\nPUSH_STR \"late\"\nPRINT\nHALT\n";
  expect_output(text, "late\n");
}

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// More results in one block than there are registers.
TEST(Programs, ManyOperandsInOneBlock) {
  const bytecode::Module module =
      assemble("PUSH_STR \"x\"\nSTORE x\n" + repeated("LOAD x\nLEN\n", 70'000) +
               "PRINT\nPUSH_STR \"end\"\nPRINT\nHALT\n");
  for (const bool prove : {true, false}) {
    vm::Options options;
    options.prove = prove;
    EXPECT_EQ(run_module(module, options).out, "1\nend\n");
  }
}

// Each needs a register to break a cycle; it must be the same one.
TEST(Programs, ManySwapsInOneFunction) {
  std::string text = "PUSH_INT 1\nPUSH_INT 2\nMAKE_LIST 2\nSTORE x\n";
  text += "LOAD x\nLEN\nLOAD x\nLEN\n";
  text += repeated("SWAP\nMAKE_LIST 2\nLEN\nLOAD x\nLEN\nSWAP\n", 70'000);
  expect_output(text + "PRINT\nHALT\n", "2\n");
}

}  // namespace
}  // namespace ttvm::testing
