#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace ttvm::base {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsEveryScalarValueThatItWrites) {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (!is_scalar_value(code_point)) continue;
    std::string text;
    append_utf8(text, code_point);
    ASSERT_TRUE(is_utf8(text)) << code_point;
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      ASSERT_EQ(valid_utf8_prefix(std::string_view(text).substr(0, cut)), 0U) << code_point;
    }
  }
}

TEST(Utf8, RejectsWhatIsNotInTheStandard) {
  EXPECT_FALSE(is_utf8("\x80"sv));
  EXPECT_FALSE(is_utf8("\xBF"sv));
  EXPECT_FALSE(is_utf8("\xC0\x80"sv));          // overlong
  EXPECT_FALSE(is_utf8("\xC1\xBF"sv));          // overlong
  EXPECT_FALSE(is_utf8("\xE0\x9F\xBF"sv));      // overlong
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"sv));  // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"sv));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"sv));  // past U+10FFFF
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80"sv));
  EXPECT_FALSE(is_utf8("\xFF"sv));
  EXPECT_FALSE(is_utf8("\xE2\x28\xA1"sv));
  EXPECT_FALSE(is_utf8("\xE2\x82\x28"sv));
}

TEST(Utf8, FindsTheFirstBadByteWhereverItIs) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    text[at] = '\xFE';
    EXPECT_EQ(valid_utf8_prefix(text), at);
  }
  EXPECT_EQ(valid_utf8_prefix("abc\xC3\xA9\xC3"sv), 5U);
  EXPECT_EQ(valid_utf8_prefix(""), 0U);
}

TEST(Utf8, KnowsSurrogates) {
  EXPECT_TRUE(is_scalar_value(0xD7FF));
  EXPECT_FALSE(is_scalar_value(0xD800));
  EXPECT_FALSE(is_scalar_value(0xDFFF));
  EXPECT_TRUE(is_scalar_value(0xE000));
  EXPECT_TRUE(is_scalar_value(0x10FFFF));
  EXPECT_FALSE(is_scalar_value(0x110000));
}

}  // namespace
}  // namespace ttvm::base
