#include "term/term.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "term/access.hpp"
#include "term/compare.hpp"
#include "term/print.hpp"
#include "term/shape.hpp"
#include "term/symbols.hpp"

namespace ttvm::term {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST(Numbers, IntsSurvive) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, Term::kMinSmall, Term::kMaxSmall, Term::kMinSmall - 1,
        Term::kMaxSmall + 1, kMin, kMax}) {
    const Term t = static_int(value);
    EXPECT_EQ(t.is_small(), Term::fits_small(value));
    std::int64_t back = 0;
    ASSERT_TRUE(as_int64(t, back));
    EXPECT_EQ(back, value);
    EXPECT_EQ(type_of(t), Type::kInt);
    EXPECT_EQ(to_text(t), std::to_string(value));
  }
}

TEST(Numbers, FloatsSurviveBitForBit) {
  const double values[] = {0.0,       -0.0,    1.5,     -1.5,        1e-300,           1e300,
                           5e-324,    kInf,    -kInf,   1.72723e-77, 0x1p-256,         0x1p-255,
                           -0x1p-255, 0x1p255, 0x1p256, -0x1p256,    3.141592653589793};
  for (const double value : values) {
    const Term t = static_float(value);
    double back = 0;
    ASSERT_TRUE(as_double(t, back));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value)) << value;
    EXPECT_EQ(type_of(t), Type::kFloat);
  }
  EXPECT_TRUE(static_float(1.5).is_flonum());
  EXPECT_TRUE(static_float(0.0).is_flonum());
  EXPECT_TRUE(static_float(0x1p-255).is_flonum());
  EXPECT_FALSE(static_float(-0.0).is_flonum());
  EXPECT_FALSE(static_float(1e300).is_flonum());
}

TEST(Types, Names) {
  EXPECT_EQ(type_name(type_of(Term::null())), "null");
  EXPECT_EQ(type_name(type_of(Term::boolean(false))), "bool");
  EXPECT_EQ(type_name(type_of(Term::pid(7))), "pid");
  EXPECT_EQ(type_name(type_of(empty_list())), "list");
  EXPECT_EQ(type_name(type_of(empty_object())), "object");
  EXPECT_EQ(type_name(type_of(empty_bytes())), "bytes");
  EXPECT_EQ(type_display_name(type_of(empty_string())), "Str");
  EXPECT_EQ(type_display_name(Type::kException), "Exception");
}

TEST(Patterns, AreValues) {
  const Term any = Term::any_pattern();
  EXPECT_EQ(type_name(type_of(any)), "pattern");
  EXPECT_EQ(type_display_name(type_of(any)), "Pattern");
  EXPECT_EQ(to_text(any), "ANY");
  EXPECT_TRUE(any.truthy());
  for (int i = 0; i <= static_cast<int>(Type::kPattern); ++i) {
    const auto type = static_cast<Type>(i);
    const Term pattern = Term::type_pattern(type);
    EXPECT_EQ(type_of(pattern), Type::kPattern);
    EXPECT_EQ(pattern.pattern_type(), type);
    EXPECT_EQ(to_text(pattern), "TYPE_PATTERN " + std::string(type_name(type)));
    EXPECT_TRUE(pattern.truthy());
    EXPECT_TRUE(equal(pattern, Term::type_pattern(type)));
    EXPECT_FALSE(equal(pattern, any));
    EXPECT_FALSE(equal(any, pattern));
    EXPECT_FALSE(equal(pattern, Term::small(i)));
    EXPECT_FALSE(equal(pattern, Term::pid(static_cast<std::uint64_t>(i))));
    EXPECT_FALSE(equal(pattern, Term::null()));
  }
  EXPECT_FALSE(equal(Term::type_pattern(Type::kInt), Term::type_pattern(Type::kFloat)));
  Ordering order{};
  EXPECT_FALSE(try_order(any, any, order));
}

TEST(Truth, OnlyFalseNullAndIntZeroAreFalse) {
  EXPECT_FALSE(Term::null().truthy());
  EXPECT_FALSE(Term::boolean(false).truthy());
  EXPECT_FALSE(Term::small(0).truthy());
  EXPECT_TRUE(static_float(0.0).truthy());
  EXPECT_TRUE(empty_string().truthy());
  EXPECT_TRUE(empty_list().truthy());
  EXPECT_TRUE(Term::pid(0).truthy());
}

TEST(Equal, NumbersCompareExactly) {
  EXPECT_TRUE(equal(Term::small(2), static_float(2.0)));
  EXPECT_TRUE(equal(static_float(-0.0), Term::small(0)));
  EXPECT_FALSE(equal(static_int((std::int64_t{1} << 53) + 1), static_float(0x1p53)));
  EXPECT_TRUE(equal(static_int(std::int64_t{1} << 53), static_float(0x1p53)));
  EXPECT_FALSE(equal(static_int(kMax), static_float(0x1p63)));
  EXPECT_TRUE(equal(static_int(kMin), static_float(-0x1p63)));
  EXPECT_TRUE(equal(static_int(kMax), static_int(kMax)));
  EXPECT_FALSE(equal(static_int(kMax), static_int(kMax - 1)));
  EXPECT_FALSE(equal(static_float(kNan), static_float(kNan)));
  const Term nan = static_float(kNan);
  EXPECT_FALSE(equal(nan, nan));
  EXPECT_TRUE(equal(static_float(kInf), static_float(kInf)));
  const Term boxed = static_float(1e300);
  EXPECT_TRUE(equal(boxed, boxed));
}

TEST(Equal, TypesDiffer) {
  EXPECT_FALSE(equal(Term::small(0), Term::boolean(false)));
  EXPECT_FALSE(equal(Term::small(0), Term::null()));
  EXPECT_FALSE(equal(Term::null(), Term::boolean(false)));
  EXPECT_FALSE(equal(empty_list(), empty_object()));
  EXPECT_FALSE(equal(empty_string(), empty_bytes()));
  EXPECT_FALSE(equal(static_string("1"), Term::small(1)));
}

TEST(Equal, PidEqualsItsNumber) {
  EXPECT_TRUE(equal(Term::pid(3), Term::small(3)));
  EXPECT_TRUE(equal(Term::small(3), Term::pid(3)));
  EXPECT_FALSE(equal(Term::pid(3), Term::small(4)));
  EXPECT_FALSE(equal(Term::pid(3), static_float(3.0)));
  EXPECT_FALSE(equal(Term::small(-1), Term::pid(3)));
}

TEST(Order, NumbersAndStrings) {
  Ordering order{};
  ASSERT_TRUE(try_order(static_int(kMax), static_float(0x1p63), order));
  EXPECT_EQ(order, Ordering::kLess);
  ASSERT_TRUE(try_order(static_float(-0x1p64), static_int(kMin), order));
  EXPECT_EQ(order, Ordering::kLess);
  ASSERT_TRUE(try_order(Term::small(2), static_float(2.5), order));
  EXPECT_EQ(order, Ordering::kLess);
  ASSERT_TRUE(try_order(Term::small(-2), static_float(-2.5), order));
  EXPECT_EQ(order, Ordering::kGreater);
  ASSERT_TRUE(try_order(static_float(kNan), Term::small(1), order));
  EXPECT_EQ(order, Ordering::kUnordered);
  ASSERT_TRUE(try_order(static_string("ab"), static_string("b"), order));
  EXPECT_EQ(order, Ordering::kLess);
  ASSERT_TRUE(try_order(static_string("b\x80"), static_string("bz"), order));
  EXPECT_EQ(order, Ordering::kGreater);  // bytes are unsigned
  EXPECT_FALSE(try_order(static_string("1"), Term::small(1), order));
  EXPECT_FALSE(try_order(Term::pid(1), Term::small(1), order));
  bool less = true;
  ASSERT_TRUE(try_less(static_float(kNan), static_float(kNan), less));
  EXPECT_FALSE(less);
  ASSERT_TRUE(try_less_or_equal(Term::small(1), static_float(1.0), less));
  EXPECT_TRUE(less);
}

TEST(Print, Floats) {
  const std::pair<double, const char*> cases[] = {
      {2.5, "2.5"},           {10.0, "10.0"},
      {1e21, "1e+21"},        {kInf, "inf"},
      {-kInf, "-inf"},        {kNan, "nan"},
      {-kNan, "nan"},         {-0.0, "-0.0"},
      {0.1, "0.1"},           {0.1 + 0.2, "0.30000000000000004"},
      {1e300, "1e+300"},      {-3.0, "-3.0"},
      {5e-324, "5e-324"},     {123456.0, "123456.0"},
      {100000.0, "100000.0"}, {1e20, "100000000000000000000.0"},
      {1e-6, "0.000001"},     {1e-7, "1e-7"},
      {-1.5e-9, "-1.5e-9"},   {0.001, "0.001"},
      {123.456, "123.456"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(to_text(static_float(value)), text);
}

TEST(Print, Scalars) {
  EXPECT_EQ(to_text(Term::null()), "null");
  EXPECT_EQ(to_text(Term::boolean(true)), "true");
  EXPECT_EQ(to_text(Term::boolean(false)), "false");
  EXPECT_EQ(to_text(Term::pid(2)), "2");
  EXPECT_EQ(to_text(static_string("a\n\"b\"")), "a\n\"b\"");
  EXPECT_EQ(to_text(empty_bytes()), "<<>>");
  EXPECT_EQ(to_text(empty_list()), "[]");
  EXPECT_EQ(to_text(empty_object()), "{}");
  static const FunctionInfo kAdd{"add", 2};
  EXPECT_EQ(to_text(static_function(&kAdd)), "function add/2");
  EXPECT_TRUE(equal(static_function(&kAdd), static_function(&kAdd)));
}

TEST(Print, NestedStringsAreQuoted) {
  std::string out;
  print(static_string(std::string_view("\n\t\r\0\\\"\x01\x7F\xC3\xA4", 10)), out, true);
  EXPECT_EQ(out, "\"\\n\\t\\r\\0\\\\\\\"\\x01\\x7F\xC3\xA4\"");
}

TEST(Strings, CodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("h\xC3\xA4llo \xE2\x82\xAC \xF0\x9F\x98\x80!"), 10U);
  const Term t = static_string("h\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80!");
  ASSERT_EQ(string_length(t), 5U);
  EXPECT_EQ(string_at(t, 0), "h");
  EXPECT_EQ(string_at(t, 1), "\xC3\xA4");
  EXPECT_EQ(string_at(t, 2), "\xE2\x82\xAC");
  EXPECT_EQ(string_at(t, 3), "\xF0\x9F\x98\x80");
  EXPECT_EQ(string_at(t, 4), "!");
  const Term broken = static_string(
      "\x80"
      "a\x80\x80\x80\x80\x80"
      "b");
  ASSERT_EQ(string_length(broken), 2U);
  EXPECT_EQ(string_at(broken, 0), "a\x80\x80\x80");
  EXPECT_EQ(string_at(broken, 1), "b");
}

TEST(Symbols, OneBoxForEachText) {
  const Term a = intern("some symbol");
  EXPECT_TRUE(a.same(intern(std::string("some ") + "symbol")));
  EXPECT_FALSE(a.same(intern("some symbol ")));
  EXPECT_EQ(interned_hash(a), hash_string("some symbol"));
  Term found;
  EXPECT_TRUE(find_interned("some symbol", found));
  EXPECT_TRUE(found.same(a));
  EXPECT_FALSE(find_interned("never interned anywhere", found));
  const std::string longest(kMaxInlineBytes, 'x');
  EXPECT_EQ(text_of(intern(longest)), longest);
  const std::string longer = longest + "\xC3\xA4";
  const Term big = static_string(longer);
  EXPECT_EQ(text_of(big), longer);
  EXPECT_EQ(string_length(big), 65U);
  EXPECT_FALSE(is_interned(big));
  EXPECT_TRUE(equal(big, static_string(longer)));
}

TEST(Symbols, ThreadsAgree) {
  constexpr int kThreads = 4;
  constexpr int kTexts = 5000;
  std::vector<std::vector<Term>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([n, &seen] {
      for (int i = 0; i < kTexts; ++i) seen[n].push_back(intern("thread " + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTexts; ++i) {
    EXPECT_EQ(text_of(seen[0][i]), "thread " + std::to_string(i));
    for (int n = 1; n < kThreads; ++n) ASSERT_TRUE(seen[n][i].same(seen[0][i]));
  }
}

TEST(Shapes, TransitionsAreShared) {
  const Term a = intern("a");
  const Term b = intern("b");
  const Term c = intern("c");
  const Shape* ab = shape_with(shape_with(root_shape(), a), b);
  EXPECT_EQ(ab, shape_with(shape_with(root_shape(), a), b));
  EXPECT_NE(ab, shape_with(shape_with(root_shape(), b), a));
  EXPECT_EQ(shape_of_id(ab->id), ab);
  EXPECT_EQ(ab->slot_of(a), 0);
  EXPECT_EQ(ab->slot_of(b), 1);
  EXPECT_EQ(ab->slot_of(c), -1);
  const Shape* abc = shape_with(ab, c);
  EXPECT_EQ(shape_without(abc, 2), ab);
  EXPECT_EQ(shape_without(abc, 0)->slot_of(c), 1);
  EXPECT_EQ(shape_without(shape_with(root_shape(), a), 0), root_shape());
}

TEST(Shapes, BoundedKeys) {
  const Shape* shape = root_shape();
  for (std::uint32_t i = 0; i < kMaxShapeKeys; ++i) {
    shape = shape_with(shape, intern("key" + std::to_string(i)));
    ASSERT_NE(shape, nullptr);
  }
  EXPECT_EQ(shape_with(shape, intern("one too many")), nullptr);
}

TEST(Shapes, ThreadsAgree) {
  constexpr int kThreads = 4;
  std::vector<std::vector<const Shape*>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([n, &seen] {
      const Term key = intern("shared");
      for (int i = 0; i < 2000; ++i) {
        const Shape* first = shape_with(root_shape(), intern("s" + std::to_string(i)));
        seen[n].push_back(shape_with(first, key));
        EXPECT_EQ(shape_of_id(seen[n].back()->id)->slot_of(key), 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int n = 1; n < kThreads; ++n) EXPECT_EQ(seen[n], seen[0]);
}

TEST(Hash, SpreadsAndDependsOnLength) {
  EXPECT_NE(hash_string(""), hash_string(std::string_view("\0", 1)));
  EXPECT_NE(hash_string("aaaaaaaaaaaaaaaaa"), hash_string("aaaaaaaaaaaaaaaaaa"));
  std::vector<int> buckets(64);
  for (int i = 0; i < 64000; ++i) ++buckets[hash_string(std::to_string(i)) & 63U];
  for (const int count : buckets) EXPECT_NEAR(count, 1000, 200);
}

}  // namespace
}  // namespace ttvm::term
