// Lines, tokens, strings and numbers.
#include <cmath>
#include <cstring>
#include <limits>

#include "asm/suggest.hpp"
#include "base/literals.hpp"
#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

using namespace std::string_literals;
using ttvm::testing::code;
using ttvm::testing::error;
using ttvm::testing::errors;
using ttvm::testing::good;

std::string string_of(const std::string& literal) {
  const auto module = good("PUSH_STR " + literal);
  return module.strings.empty() ? "?" : module.strings[0];
}

TEST(Text, CommentsBlanksAndLineEndsMeanNothing) {
  const std::string plain = "PUSH_INT 1\nPRINT\n";
  const std::string dressed =
      "; a comment\r\n\r\n  \t PUSH_INT\t 1 ;x\r\n\r\nPRINT;PRINT\r\n ;\xC3\xA9 \x07\n";
  EXPECT_EQ(code(plain), code(dressed));
  EXPECT_EQ(code("PUSH_INT 1\nPRINT"), code(plain));
  EXPECT_EQ(code("\xEF\xBB\xBFPUSH_INT 1\nPRINT"), code(plain));
  EXPECT_EQ(code(""), "");
  EXPECT_EQ(code("PUSH_STR \"a;b\" ; c"), "PUSH_STR a;b");
}

TEST(Text, TheSourceNameIsThatOfTheFile) {
  EXPECT_EQ(good("HALT").source_name, "test.ttvm");
  EXPECT_EQ(assemble("HALT", "a\nb.ttvm")->source_name, "a?b.ttvm");
  EXPECT_EQ(assemble("HALT", "x")->source_name, "x");
}

TEST(Text, EscapesAreDecoded) {
  EXPECT_EQ(string_of(R"("a\n\t\r\0\\\"z")"), "a\n\t\r\0\\\"z"s);
  EXPECT_EQ(string_of(R"("\x41\x7f\x80\xFF\xe9")"), "A\x7F\xC2\x80\xC3\xBF\xC3\xA9"s);
  EXPECT_EQ(string_of(R"("\u{E9}\u{1F600}\u{0}\u{10FFFF}")"),
            "\xC3\xA9\xF0\x9F\x98\x80\0\xF4\x8F\xBF\xBF"s);
  EXPECT_EQ(string_of("\"\""), "");
  EXPECT_EQ(string_of("\"\ta\""), "\ta");
  EXPECT_EQ(string_of("\"\xF0\x9F\x98\x80\""), "\xF0\x9F\x98\x80");
  const auto module =
      good("PUSH_STR \"a\\n\"\nPUSH_STR \"b\\n\"\nCALL f \"p\\n\" \"q\\n\"\nLABEL f");
  EXPECT_EQ(code(module), "PUSH_STR a\n; PUSH_STR b\n; CALL f@3,p\n,q\n");
}

TEST(Text, BadEscapesAreErrors) {
  EXPECT_EQ(error(R"(PUSH_STR "a\q")"),
            R"(1:12: unknown escape \q; known are \n \t \r \0 \\ \" \xHH \u{H...})");
  EXPECT_EQ(error(R"(PUSH_STR "\x4")"), R"(1:11: \x wants two hexadecimal digits)");
  EXPECT_EQ(error(R"(PUSH_STR "\xg0")"), R"(1:11: \x wants two hexadecimal digits)");
  for (const char* text : {R"("\u41")", R"("\u{}")", R"("\u{12")", R"("\u{G}")", R"("\u")"}) {
    EXPECT_EQ(error("PUSH_STR "s + text),
              R"(1:11: \u wants hexadecimal digits in braces, as in \u{E9})");
  }
  EXPECT_EQ(error(R"(PUSH_STR "\u{D800}")"), R"(1:11: \u{D800} is no Unicode character)");
  EXPECT_EQ(error(R"(PUSH_STR "\u{110000}")"), R"(1:11: \u{110000} is no Unicode character)");
  EXPECT_EQ(error(R"(PUSH_STR "\u{FFFFFFFFFFFFFFFFFF}")"),
            R"(1:11: \u{FFFFFFFFFFFFFFFFFF} is no Unicode character)");
}

TEST(Text, UnclosedStringsAreErrors) {
  for (const char* text :
       {"PUSH_STR \"abc", "PUSH_STR \"abc\\", "PUSH_STR \"abc\\\"", "PUSH_STR \""}) {
    EXPECT_EQ(error(text), "1:10: this string is not closed before the end of the line");
  }
  EXPECT_EQ(error("PUSH_STR \"a\nPRINT"),
            "1:10: this string is not closed before the end of the line");
}

TEST(Text, StringsStandApart) {
  EXPECT_EQ(error("PUSH_STR \"a\"\"b\""), "1:13: a space is missing before this");
  EXPECT_EQ(error("PUSH_STR\"a\""), "1:9: a space is missing before this");
  EXPECT_EQ(error("PUSH_STR \"a\"b"), "1:13: a space is missing before this");
  EXPECT_EQ(error("PUSH_STR \"a\":"), "1:10: a label must be the first word of its line");
}

TEST(Text, ControlCharactersAreErrors) {
  EXPECT_EQ(error("PRINT\x01"), "1:6: control character 0x01 outside of a string");
  EXPECT_EQ(error("PRINT\rPRINT"), "1:6: control character 0x0D outside of a string");
  EXPECT_EQ(error("PUSH_STR \"a\x1B[0m\""),
            "1:12: control character 0x1B in a string; write it as an escape");
}

TEST(Text, BadBytesAreErrorsEverywhere) {
  EXPECT_EQ(error("PRINT\nPRINT ; \xFF\n"), "2:9: the text is not valid UTF-8 here");
  EXPECT_EQ(error("PUSH_STR \"\xC3\""), "1:11: the text is not valid UTF-8 here");
  EXPECT_EQ(error("PRINT ; \0"s), "1:9: NUL byte in the program text");
  EXPECT_EQ(error("PR\0INT\xFF"s), "1:3: NUL byte in the program text");
  // The rest of the file is read all the same, and the bad line still has its meaning.
  EXPECT_EQ(
      errors("loop: ; \xFF\nJMP loop\nFOO"),
      (std::vector{"1:9: the text is not valid UTF-8 here"s, "3:1: unknown instruction FOO"s}));
}

TEST(Text, DiagnosticsShowTheLineWithoutItsBadBytes) {
  const auto result = assemble("PUSH_STR \"\x1B\xFF\t\" ; \xC3\xA9\r\n", "x.ttvm");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors()[0].source, "PUSH_STR \"??\t\" ; \xC3\xA9");
}

TEST(Text, WidthsCountCharacters) {
  const auto result = assemble("  STORE \xC3\xA9\xC3\xA9 x12345", "x.ttvm");
  ASSERT_FALSE(result);
  EXPECT_EQ(base::format(result.errors()),
            "x.ttvm:1:14: error: STORE takes one operand only\n"
            "    STORE \xC3\xA9\xC3\xA9 x12345\n"
            "             ^~~~~~\n");
  EXPECT_EQ(assemble("PUSH_INT \xC3\xA9\xC3\xA9", "x.ttvm").errors()[0].width, 2U);
}

TEST(Text, LongLinesAreShownInPart) {
  const std::string word(5000, 'A');
  auto result = assemble("PRINT " + word, "x.ttvm");
  ASSERT_FALSE(result);
  EXPECT_LT(result.errors()[0].source.size(), 500U);
  EXPECT_LT(result.errors()[0].width, 500U);
  result = assemble(word, "x.ttvm");
  EXPECT_EQ(result.errors()[0].message, "unknown instruction " + word.substr(0, 40) + "...");
  result = assemble("PRINT " + std::string(5000, ' ') + "x", "x.ttvm");
  EXPECT_EQ(result.errors()[0].column, 5007U);
  EXPECT_EQ(result.errors()[0].source, "");
}

TEST(Literals, Integers) {
  const auto value = [](std::string_view text) {
    std::int64_t out = 0;
    return base::parse_int(text, out) == base::Parsed::kOk ? out : -77;
  };
  EXPECT_EQ(value("42"), 42);
  EXPECT_EQ(value("+42"), 42);
  EXPECT_EQ(value("-0"), 0);
  EXPECT_EQ(value("007"), 7);
  EXPECT_EQ(value("0xFf_00"), 0xFF00);
  EXPECT_EQ(value("-0x10"), -16);
  EXPECT_EQ(value("0b1010_1010"), 0xAA);
  EXPECT_EQ(value("1_000_000"), 1000000);
  EXPECT_EQ(value("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(value("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(value("0x7FFFFFFFFFFFFFFF"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(value("-0x8000000000000000"), std::numeric_limits<std::int64_t>::min());
}

TEST(Literals, BadIntegers) {
  std::int64_t out = 0;
  for (const char* text : {"", "-", "+", "--1", "_1", "1_", "1__2", "0x", "0b", "0b2", "0x_1",
                           "1.0", "1e3", "abc", "0X10", "12a", "0xg", "- 1", "\xD9\xA1"}) {
    EXPECT_EQ(base::parse_int(text, out), base::Parsed::kMalformed) << text;
  }
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "0x8000000000000000",
                           "18446744073709551616", "99999999999999999999999999999999999999999"}) {
    EXPECT_EQ(base::parse_int(text, out), base::Parsed::kOutOfRange) << text;
  }
}

double float_of(std::string_view text) {
  std::uint64_t bits = 0;
  EXPECT_EQ(base::parse_float(text, bits), base::Parsed::kOk) << text;
  double out = 0;
  std::memcpy(&out, &bits, sizeof out);
  return out;
}

TEST(Literals, Floats) {
  EXPECT_EQ(float_of("2.5"), 2.5);
  EXPECT_EQ(float_of("-2.5e-3"), -2.5e-3);
  EXPECT_EQ(float_of("+1E+2"), 100.0);
  EXPECT_EQ(float_of("5"), 5.0);
  EXPECT_EQ(float_of(".5"), 0.5);
  EXPECT_EQ(float_of("5."), 5.0);
  EXPECT_TRUE(std::signbit(float_of("-0.0")));
  EXPECT_EQ(float_of("inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(float_of("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(float_of("nan")));
  EXPECT_EQ(float_of("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(float_of("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(float_of("0e999"), 0.0);
}

TEST(Literals, BadFloats) {
  std::uint64_t bits = 0;
  for (const char* text : {"", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "+inf", "INF",
                           "infinity", "-nan", "1_0", "1f", "--1", "1e5.5", "+-1"}) {
    EXPECT_EQ(base::parse_float(text, bits), base::Parsed::kMalformed) << text;
  }
  for (const char* text : {"1e309", "-1e309", "1e-400", "1e99999999999999999999"}) {
    EXPECT_EQ(base::parse_float(text, bits), base::Parsed::kOutOfRange) << text;
  }
}

TEST(Literals, FloatTextReadsBack) {
  EXPECT_EQ(base::float_text(0), "0.0");
  EXPECT_EQ(base::float_text(0x8000000000000000ULL), "-0.0");
  EXPECT_EQ(base::float_text(0x4024000000000000ULL), "10.0");
  EXPECT_EQ(base::float_text(0x7FF0000000000000ULL), "inf");
  EXPECT_EQ(base::float_text(0xFFF0000000000000ULL), "-inf");
  EXPECT_EQ(base::float_text(0x7FF8000000000000ULL), "nan");
  EXPECT_EQ(float_of(base::float_text(0x444B1AE4D6E2EF50ULL)), 1e21);
}

TEST(Suggest, TheNearestWins) {
  const auto nearest = [](std::string_view word) {
    Nearest search(word);
    for (const char* candidate : {"PRINT", "PUSH_INT", "PUSH_STR", "POP"})
      search.consider(candidate);
    return std::string(search.best());
  };
  EXPECT_EQ(nearest("PRNT"), "PRINT");
  EXPECT_EQ(nearest("PIRNT"), "PRINT");
  EXPECT_EQ(nearest("PUSHINT"), "PUSH_INT");
  EXPECT_EQ(nearest("PUSHSTRING"), "");
  EXPECT_EQ(nearest("PO"), "POP");
  EXPECT_EQ(nearest("GOTO"), "");
  EXPECT_EQ(nearest("X"), "");
  EXPECT_EQ(nearest(std::string(100, 'P')), "");
}

}  // namespace
}  // namespace ttvm::assembler
