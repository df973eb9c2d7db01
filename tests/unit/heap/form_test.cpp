// Keys must agree with matching: what matches has the pattern's key.
#include "term/form.hpp"

#include <random>
#include <string>
#include <vector>

#include "support.hpp"
#include "term/match.hpp"

namespace ttvm::heap {
namespace {

using term::Form;

// All that may stand at a place, in several guises of the same value.
class FormValues {
 public:
  FormValues() { h_.gc(500000); }

  std::vector<Term> simple() {
    Heap& heap = h_.heap;
    const std::string long_text(100, 'x');
    std::vector<Term> all = {Term::null(),
                             Term::boolean(true),
                             Term::boolean(false),
                             term::intern("tag"),
                             make_string(heap, "tag"),
                             make_string(heap, long_text),
                             make_string(heap, long_text),
                             make_string(heap, std::string(101, 'x')),
                             make_bytes(heap, "tag"),
                             make_bytes(heap, long_text),
                             term::empty_string(),
                             term::empty_bytes(),
                             make_ref(heap, 1),
                             make_ref(heap, 1, 5, 6),
                             make_ref(heap, 2)};
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{-1},
          std::int64_t{1} << 53, (std::int64_t{1} << 53) + 1, std::int64_t{1} << 62, INT64_MAX,
          INT64_MIN}) {
      all.push_back(make_int(heap, number));
      all.push_back(make_float(heap, static_cast<double>(number)));
      if (number >= 0 && number < 3) all.push_back(Term::pid(static_cast<std::uint64_t>(number)));
    }
    for (const double number :
         {-0.0, 0.5, 1e300, -1e300, 1e-300, 0x1p64, std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()}) {
      all.push_back(make_float(heap, number));
    }
    return all;
  }

  // Lists and objects with two parts of `all`, flat and not.
  std::vector<Term> compound(const std::vector<Term>& all, std::mt19937& random, int count) {
    Heap& heap = h_.heap;
    const Term dynamic = make_string(heap, "a key that no code has");
    std::vector<Term> made;
    for (int i = 0; i < count; ++i) {
      const Term a = all[random() % all.size()];
      const Term b = all[random() % all.size()];
      const Term list = make_list(heap, std::vector<Term>{a, b});
      made.push_back(list);
      made.push_back(list_append(heap, make_list(heap, std::vector<Term>{a}), b));
      const Term ab =
          object_set(heap, object_set(heap, term::empty_object(), key_a_, a), key_b_, b);
      made.push_back(ab);
      made.push_back(
          object_set(heap, object_set(heap, term::empty_object(), key_b_, b), key_a_, a));
      made.push_back(object_set(heap, ab, dynamic, b));
      made.push_back(make_list(heap, std::vector<Term>{a, list}));
      made.push_back(make_list(heap, std::vector<Term>(40, a)));
    }
    return made;
  }

 private:
  TestHeap h_;
  Term key_a_ = term::intern("a");
  Term key_b_ = term::intern("b");
};

// How many pairs matched and had a form.
int check_all(const std::vector<Term>& patterns, const std::vector<Term>& values) {
  int matched = 0;
  for (const Term pattern : patterns) {
    Form form;
    if (!Form::of(pattern, form)) continue;
    std::uint64_t wanted = 0;
    EXPECT_TRUE(form.key(pattern, wanted)) << term::to_text(pattern);
    for (const Term value : values) {
      if (!term::matches(pattern, value)) continue;
      ++matched;
      std::uint64_t key = 0;
      EXPECT_TRUE(form.key(value, key));
      EXPECT_EQ(key, wanted) << term::to_text(pattern) << " and " << term::to_text(value);
    }
  }
  return matched;
}

TEST(Form, SimpleValuesThatAreEqualHaveOneKey) {
  FormValues values;
  const std::vector<Term> all = values.simple();
  EXPECT_GT(check_all(all, all), static_cast<int>(all.size()));
}

TEST(Form, WhatMatchesHasThePatternsKey) {
  FormValues values;
  std::mt19937 random(7);
  const std::vector<Term> simple = values.simple();
  std::vector<Term> parts = simple;
  for (int i = 0; i < 8; ++i) parts.push_back(Term::any_pattern());
  parts.push_back(Term::type_pattern(term::Type::kInt));
  std::vector<Term> all = values.compound(simple, random, 150);
  const std::vector<Term> patterns = values.compound(parts, random, 150);
  all.insert(all.end(), patterns.begin(), patterns.end());  // patterns are values too
  EXPECT_GT(check_all(patterns, all), 1000);
}

TEST(Form, TellsValuesApart) {
  TestHeap h;
  h.gc(10000);
  Form form;
  const Term any = Term::any_pattern();
  EXPECT_FALSE(Form::of(any, form));
  EXPECT_FALSE(Form::of(term::empty_list(), form));
  EXPECT_FALSE(Form::of(make_list(h.heap, std::vector<Term>{any, term::empty_list()}), form));
  ASSERT_TRUE(Form::of(make_list(h.heap, std::vector<Term>{Term::small(1), any}), form));
  Form other;
  ASSERT_TRUE(Form::of(make_list(h.heap, std::vector<Term>{term::intern("x"), any}), other));
  EXPECT_TRUE(form == other);
  ASSERT_TRUE(Form::of(make_list(h.heap, std::vector<Term>{any, term::intern("x")}), other));
  EXPECT_FALSE(form == other);
  const Term a = term::intern("a");
  const Term b = term::intern("b");
  Form ab;
  Form ba;
  const Term with_a = object_set(h.heap, term::empty_object(), a, a);
  const Term with_b = object_set(h.heap, term::empty_object(), b, a);
  ASSERT_TRUE(Form::of(object_set(h.heap, with_a, b, b), ab));
  ASSERT_TRUE(Form::of(object_set(h.heap, with_b, a, b), ba));
  EXPECT_TRUE(ab == ba);  // in whichever order they were set
  std::uint64_t one = 0;
  std::uint64_t two = 0;
  EXPECT_TRUE(form.key(make_list(h.heap, std::vector<Term>{Term::small(1), any}), one));
  EXPECT_TRUE(form.key(make_list(h.heap, std::vector<Term>{Term::small(2), any}), two));
  EXPECT_NE(one, two);
  EXPECT_FALSE(form.key(Term::small(1), one));
  EXPECT_FALSE(form.key(make_list(h.heap, std::vector<Term>{Term::small(1)}), one));
  EXPECT_FALSE(form.key(make_list(h.heap, std::vector<Term>{term::empty_list(), any}), one));
}

}  // namespace
}  // namespace ttvm::heap
