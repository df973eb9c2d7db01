// Every truncation and every single flipped bit of every example's bytecode, through the reader and
// the verifier in this process. What they let through is well-formed: writing it gives bytes that
// read back as the same module. (run_mutations runs a sample of them as programs.)

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include "asm/assembler.hpp"
#include "bytecode/ttb.hpp"
#include "verify/verify.hpp"

namespace ttvm {
namespace {

// Instrumented code is slow: there it is one mutation out of so many.
#ifdef TTVM_TEST_STRIDE
constexpr std::size_t kStride = TTVM_TEST_STRIDE;
#else
constexpr std::size_t kStride = 1;
#endif

// What is being tried, for the message of a crash.
char current_mutation[64] = "none";

void name_the_mutation(int signal) {
  (void)!write(STDERR_FILENO, "crashed on: ", 12);
  (void)!write(STDERR_FILENO, current_mutation, sizeof current_mutation);
  (void)!write(STDERR_FILENO, "\n", 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::filesystem::path> examples() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(TTVM_EXAMPLES)) {
    if (entry.path().extension() == ".ttvm") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Mutation : public testing::TestWithParam<std::filesystem::path> {
 protected:
  void SetUp() override {
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE}) {
      std::signal(signal, name_the_mutation);
    }
    std::ifstream file(GetParam(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto module = assembler::assemble(text, GetParam().filename().string());
    ASSERT_TRUE(module.ok()) << base::format(module.errors());
    original_ = bytecode::write_ttb(*module);
  }

  // True if reader and verifier let the bytes through.
  static bool judge(const std::vector<std::uint8_t>& bytes) {
    auto module = bytecode::read_ttb(bytes, "damaged.ttb");
    if (!module.ok()) return false;
    const auto written = bytecode::write_ttb(*module);
    const auto again = bytecode::read_ttb(written, "written.ttb");
    EXPECT_TRUE(again.ok() && *again == *module)
        << "does not survive writing: " << current_mutation;
    return verify::verify(std::move(*module)).ok();
  }

  std::vector<std::uint8_t> original_;
};

TEST_P(Mutation, TheProgramItselfIsGood) { EXPECT_TRUE(judge(original_)); }

TEST_P(Mutation, NoTruncationIsAProgram) {
  for (std::size_t length = 0; length < original_.size(); ++length) {
    std::snprintf(current_mutation, sizeof current_mutation, "the first %zu bytes", length);
    EXPECT_FALSE(
        judge({original_.begin(), original_.begin() + static_cast<std::ptrdiff_t>(length)}))
        << current_mutation;
  }
}

TEST_P(Mutation, EveryFlippedBitIsJudged) {
  std::vector<std::uint8_t> bytes = original_;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += kStride) {
    std::snprintf(current_mutation, sizeof current_mutation, "bit %zu of byte %zu", bit % 8,
                  bit / 8);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    judge(bytes);
    bytes[bit / 8] = original_[bit / 8];
  }
}

INSTANTIATE_TEST_SUITE_P(Examples, Mutation, testing::ValuesIn(examples()),
                         [](const auto& instance) {
                           std::string name = instance.param.stem().string();
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !isalnum(static_cast<unsigned char>(c)); }, '_');
                           return name;
                         });

}  // namespace
}  // namespace ttvm
