// Whatever the text is, it assembles or it is refused; and large texts take linear time.
#include <chrono>

#include "base/random.hpp"
#include "bytecode/ttb.hpp"
#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

using namespace std::string_literals;
using ttvm::testing::errors;
using ttvm::testing::good;

void expect_sound(const std::string& text) {
  const auto result = assemble(text, "x.ttvm");
  if (!result) {
    ASSERT_LE(result.errors().size(), 101U);
    ASSERT_LT(base::format(result.errors()).size(), 200000U);
    return;
  }
  const auto read = bytecode::read_ttb(bytecode::write_ttb(*result), "x.ttb");
  ASSERT_TRUE(read) << base::format(read.errors()) << text;
  ASSERT_EQ(*read, *result) << text;
  const auto again = assemble(disassemble(*result), "y.ttvm");
  ASSERT_TRUE(again) << base::format(again.errors()) << text;
  ASSERT_EQ(*again, *result) << text;
}

TEST(Hostile, RandomWordsInRandomOrder) {
  const char* const words[] = {
      "PUSH_INT", "1",    "JMP",   "a",     "a:",    "LABEL",       "FUNC",    "END",
      "IF",       "ELSE", "ENDIF", "WHILE", "DO",    "ENDWHILE",    "BREAK",   "CONTINUE",
      "CALL",     "f",    "\n",    "\n",    "\n",    "\n",          "\"s\"",   "\"b\":",
      "TRY",      "0",    "HALT",  "RET",   "STORE", "MAKE_LAMBDA", "CAPTURE", "SEND"};
  base::Random random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint32_t i = random.below(30); i > 0; --i) {
      text += words[random.below(std::size(words))];
      text += random.below(3) == 0 ? '\n' : ' ';
    }
    expect_sound(text);
  }
}

TEST(Hostile, RandomLinesThatOftenFit) {
  const char* const lines[] = {"PUSH_INT 1", "JMP a",          "a:",     "b:",
                               "JZ b",       "FUNC f x",       "FUNC g", "END",
                               "IF",         "ELSE",           "ENDIF",  "WHILE",
                               "TRUE\nDO",   "ENDWHILE",       "CALL f", "CALL a y",
                               "RET",        "HALT",           "JMP 3",  "CALL 2 z",
                               "BREAK",      "MAKE_LAMBDA f q"};
  base::Random random(2);
  int assembled = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = "a:\nb:\nFUNC f x\nEND\n";
    for (std::uint32_t i = random.below(8); i > 0; --i)
      text += lines[random.below(std::size(lines))] + "\n"s;
    expect_sound(text);
    if (assemble(text, "x.ttvm")) ++assembled;
  }
  EXPECT_GT(assembled, 1000);
}

TEST(Hostile, RandomBytes) {
  base::Random random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint32_t i = random.below(200); i > 0; --i) {
      text += static_cast<char>(random.below(4) == 0 ? random.next() : 32 + random.below(96));
    }
    expect_sound(text);
  }
}

TEST(Hostile, MutatedProgram) {
  const std::string program =
      "PUSH_STR \"a\\n\\u{41}\"\nPRINT\nFUNC f a b\nWHILE\nLOAD a\nDO\nBREAK\nENDWHILE\nx:\nJMP "
      "x\nEND\n"
      "PUSH_INT -5\nPUSH_FLOAT 1e5\nCALL f\nIF\nSEND 3\nELSE\nREGISTER \"me\"\nENDIF\nHALT\n";
  base::Random random(4);
  for (int round = 0; round < 10000; ++round) {
    std::string text = program;
    for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
      const std::uint32_t at = random.below(static_cast<std::uint32_t>(text.size()));
      if (random.below(2) == 0) {
        text[at] = static_cast<char>(random.next());
      } else {
        text.erase(at, 1 + random.below(6));
      }
    }
    expect_sound(text);
  }
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Quadratic behaviour would take minutes to hours with these sizes, and run into ctest's time
// limit.
TEST(Hostile, LargeTextsTakeLinearTime) {
  constexpr std::size_t kMany = 200000;
  EXPECT_EQ(good(repeated("IF\n", kMany) + repeated("ENDIF\n", kMany)).code.size(), kMany);
  EXPECT_EQ(
      good(repeated("WHILE\nTRUE\nDO\nBREAK\n", kMany) + repeated("ENDWHILE\n", kMany)).code.size(),
      4 * kMany);
  EXPECT_EQ(good("WHILE\nTRUE\nDO\n" + repeated("IF\nBREAK\n", kMany) + repeated("ENDIF\n", kMany) +
                 "ENDWHILE")
                .code.size(),
            2 * kMany + 3);
  std::string labels;
  std::string functions;
  for (std::size_t i = 0; i < kMany; ++i) {
    const std::string number = std::to_string(i);
    labels += "JMP l" + std::to_string(kMany - 1 - i) + "\nl" + number + ":\nCALL l" + number +
              " p" + number + "\n";
    functions += "FUNC f" + number + " a\nx:\nJMP x\nEND\nCALL f" + number + " b\n";
  }
  EXPECT_EQ(good(labels).functions.size(), 2 * kMany);
  EXPECT_EQ(good(functions).functions.size(), 2 * kMany);
  EXPECT_EQ(errors(repeated("ELSE\n", kMany)).size(), 101U);
  EXPECT_EQ(errors(repeated("IF\n", kMany)).size(), 101U);
  EXPECT_EQ(errors(repeated("JMP x\n", kMany)).size(), 101U);
  EXPECT_EQ(errors(repeated("A", 20000000)).size(), 1U);
  EXPECT_EQ(errors(repeated("A ", 5000000)).size(), 1U);
  EXPECT_EQ(errors("PUSH_STR \"" + repeated("\\", 10000001)).size(), 1U);
  EXPECT_EQ(good("PUSH_STR \"" + repeated("\\n", 5000000) + "\"").strings[0].size(), 5000000U);
  EXPECT_EQ(errors("f:\nCALL f" + repeated(" a", 1000000)).size(), 1U);
}

}  // namespace
}  // namespace ttvm::assembler
