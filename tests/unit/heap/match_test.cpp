// Patterns need lists and objects to match, therefore these tests are with those of the heap.
#include "term/match.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"
#include "term/access.hpp"

namespace ttvm::heap {
namespace {

using term::matches;
using term::Type;

const Term kAny = Term::any_pattern();
Term type(Type t) { return Term::type_pattern(t); }
Term text(std::string_view t) { return term::static_string(t); }

using Fields = std::vector<std::pair<std::string_view, Term>>;

// Values made without a root are safe in a heap that had room for all of them at its start.
class Matching : public testing::Test {
 protected:
  void SetUp() override { h.gc(50000); }

  Term list(const std::vector<Term>& elements) { return make_list(h.heap, elements); }
  Term object(const Fields& fields) {
    Term result = term::empty_object();
    for (const auto& [name, value] : fields) {
      result = object_set(h.heap, result, term::intern(name), value);
    }
    return result;
  }
  // With a key that no code has: a dict.
  Term dict(const Fields& fields) {
    Term result = term::empty_object();
    for (const auto& [name, value] : fields) {
      result = object_set(h.heap, result, make_string(h.heap, name), value);
    }
    return result;
  }
  Term ref(std::uint64_t number, std::uint64_t owner = 0, std::uint64_t mark = 0) {
    return make_ref(h.heap, number, owner, mark);
  }

  TestHeap h;
};

TEST_F(Matching, AnyMatchesAll) {
  static const term::FunctionInfo kInfo{"f", 0};
  for (const Term value : {Term::small(1), Term::null(), Term::boolean(false), Term::pid(3), kAny,
                           type(Type::kInt), ref(1), text("x"), term::empty_list(),
                           term::empty_object(), term::static_function(&kInfo)}) {
    EXPECT_TRUE(matches(kAny, value)) << term::to_text(value);
  }
}

TEST_F(Matching, TypePatternsMatchTheirTypeAlone) {
  static const term::FunctionInfo kInfo{"f", 0};
  const std::vector<std::pair<Type, Term>> values = {
      {Type::kInt, Term::small(1)},
      {Type::kInt, term::static_int(std::numeric_limits<std::int64_t>::max())},
      {Type::kFloat, term::static_float(1.0)},
      {Type::kFloat, term::static_float(1e300)},
      {Type::kStr, text("s")},
      {Type::kStr, make_string(h.heap, std::string(100, 's'))},
      {Type::kBool, Term::boolean(false)},
      {Type::kNull, Term::null()},
      {Type::kList, list({Term::small(1)})},
      {Type::kObject, object({{"a", Term::small(1)}})},
      {Type::kObject, dict({{"never a key in code", Term::small(1)}})},
      {Type::kBytes, term::empty_bytes()},
      {Type::kPid, Term::pid(1)},
      {Type::kRef, ref(1)},
      {Type::kFunction, term::static_function(&kInfo)},
      {Type::kException, make_exception(h.heap, text("m"), Term::null(), term::empty_list())},
      {Type::kPattern, kAny},
  };
  for (const auto& [of, value] : values) {
    for (int i = 0; i <= static_cast<int>(Type::kPattern); ++i) {
      const auto wanted = static_cast<Type>(i);
      EXPECT_EQ(matches(type(wanted), value), wanted == of)
          << term::type_name(wanted) << " and " << term::to_text(value);
    }
  }
}

TEST_F(Matching, OtherValuesMatchWhatTheyEqual) {
  EXPECT_TRUE(matches(Term::small(1), term::static_float(1.0)));
  EXPECT_TRUE(matches(term::static_float(1.0), Term::small(1)));
  EXPECT_FALSE(matches(Term::small(1), term::static_float(1.5)));
  EXPECT_TRUE(matches(Term::pid(3), Term::small(3)));
  EXPECT_TRUE(matches(Term::small(3), Term::pid(3)));
  EXPECT_FALSE(matches(Term::pid(3), Term::pid(4)));
  EXPECT_TRUE(matches(Term::null(), Term::null()));
  EXPECT_FALSE(matches(Term::null(), Term::boolean(false)));
  EXPECT_TRUE(matches(text("x"), make_string(h.heap, "x")));
  EXPECT_FALSE(matches(text("x"), term::empty_bytes()));
  EXPECT_FALSE(matches(text("1"), Term::small(1)));
  EXPECT_TRUE(matches(ref(7, 1, 1), ref(7, 2, 2)));
  EXPECT_FALSE(matches(ref(7), ref(8)));
  const Term nan = term::static_float(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(matches(nan, nan));
  EXPECT_FALSE(matches(Term::small(1), kAny));
  static const term::FunctionInfo kF{"f", 0};
  static const term::FunctionInfo kG{"g", 0};
  const Term captured[] = {list({Term::small(1)})};
  const Term same[] = {list({Term::small(1)})};
  const Term other[] = {list({Term::small(2)})};
  const Term closure = make_closure(h.heap, &kF, captured);
  EXPECT_TRUE(matches(closure, make_closure(h.heap, &kF, same)));
  EXPECT_FALSE(matches(closure, make_closure(h.heap, &kF, other)));
  EXPECT_FALSE(matches(closure, make_closure(h.heap, &kG, same)));
}

// What a closure has captured is compared, not matched.
TEST_F(Matching, FunctionsHoldNoPatterns) {
  static const term::FunctionInfo kF{"f", 0};
  const Term pattern[] = {kAny};
  const Term one[] = {Term::small(1)};
  EXPECT_FALSE(matches(make_closure(h.heap, &kF, pattern), make_closure(h.heap, &kF, one)));
}

TEST_F(Matching, Lists) {
  const Term pattern = list({Term::small(1), type(Type::kStr), kAny});
  EXPECT_TRUE(matches(pattern, list({term::static_float(1.0), text("a"), Term::null()})));
  EXPECT_FALSE(matches(pattern, list({Term::small(2), text("a"), Term::null()})));
  EXPECT_FALSE(matches(pattern, list({Term::small(1), Term::small(1), Term::null()})));
  EXPECT_FALSE(matches(pattern, list({Term::small(1), text("a")})));
  EXPECT_FALSE(matches(pattern, list({Term::small(1), text("a"), kAny, kAny})));
  EXPECT_FALSE(matches(pattern, Term::small(1)));
  EXPECT_FALSE(matches(pattern, term::empty_object()));
  EXPECT_TRUE(matches(term::empty_list(), term::empty_list()));
  EXPECT_FALSE(matches(term::empty_list(), list({kAny})));
  // An int pattern is no int: such a list does not match itself.
  const Term ints = list({type(Type::kInt)});
  EXPECT_FALSE(matches(ints, ints));
}

TEST_F(Matching, LongListsInAnyForm) {
  std::vector<Term> elements;
  std::vector<Term> patterns;
  for (int i = 0; i < 1000; ++i) {
    elements.push_back(Term::small(i));
    patterns.push_back(i % 3 == 0 ? kAny : i % 3 == 1 ? type(Type::kInt) : Term::small(i));
  }
  const Term whole = list(elements);
  EXPECT_TRUE(matches(list(patterns), whole));
  patterns.back() = Term::small(-1);
  EXPECT_FALSE(matches(list(patterns), whole));
  const Term grown = list_append(h.heap, list({Term::small(1)}), text("x"));
  EXPECT_TRUE(matches(list({Term::small(1), kAny}), grown));
  EXPECT_TRUE(matches(grown, list({Term::small(1), text("x")})));
  EXPECT_FALSE(matches(grown, list({Term::small(1), text("y")})));
}

TEST_F(Matching, ObjectsMayHaveMoreFields) {
  const Term message = object({{"type", text("DOWN")}, {"ref", ref(5)}, {"pid", Term::pid(2)}});
  EXPECT_TRUE(matches(term::empty_object(), message));
  EXPECT_TRUE(matches(message, message));
  EXPECT_TRUE(matches(object({{"type", text("DOWN")}}), message));
  EXPECT_TRUE(matches(object({{"type", text("DOWN")}, {"ref", ref(5)}}), message));
  EXPECT_TRUE(matches(object({{"pid", type(Type::kPid)}, {"type", kAny}}), message));
  EXPECT_FALSE(matches(object({{"type", text("EXIT")}}), message));
  EXPECT_FALSE(matches(object({{"type", text("DOWN")}, {"ref", ref(6)}}), message));
  EXPECT_FALSE(matches(object({{"pid", type(Type::kInt)}}), message));
  EXPECT_FALSE(matches(message, object({{"type", text("DOWN")}})));
  EXPECT_FALSE(matches(term::empty_object(), term::empty_list()));
  EXPECT_FALSE(matches(term::empty_object(), Term::null()));
}

TEST_F(Matching, AMissingFieldMatchesNothing) {
  const Term with_null = object({{"a", Term::null()}, {"c", Term::small(1)}});
  const Term without = object({{"b", Term::small(1)}, {"c", Term::small(1)}});
  for (const Term wanted : {Term::null(), kAny, type(Type::kNull)}) {
    EXPECT_TRUE(matches(object({{"a", wanted}}), with_null));
    EXPECT_FALSE(matches(object({{"a", wanted}}), without));
    EXPECT_FALSE(matches(dict({{"a key without code", wanted}}), with_null));
  }
}

TEST_F(Matching, ObjectsOfEveryForm) {
  Fields many;
  std::vector<std::string> names;
  names.reserve(100);  // the fields point into it
  for (int i = 0; i < 100; ++i) names.push_back("match" + std::to_string(i));
  for (int i = 0; i < 100; ++i) many.emplace_back(names[i], Term::small(i));
  const Term large = object(many);
  ASSERT_TRUE(term::is_kind(large, term::Kind::kDict));
  EXPECT_TRUE(matches(large, large));
  EXPECT_TRUE(matches(object({{"match77", Term::small(77)}, {"match3", kAny}}), large));
  EXPECT_FALSE(matches(object({{"match77", Term::small(78)}}), large));
  EXPECT_FALSE(matches(object({{"match100", kAny}}), large));
  EXPECT_FALSE(matches(large, object({{"match77", Term::small(77)}})));
  // Keys that are not interned, on either side.
  const Term dynamic = dict({{"dyn key 1", Term::small(1)}, {"match5", Term::small(5)}});
  ASSERT_TRUE(term::is_kind(dynamic, term::Kind::kDict));
  EXPECT_TRUE(matches(object({{"match5", type(Type::kInt)}}), dynamic));
  EXPECT_TRUE(matches(dict({{"dyn key 1", kAny}}), dynamic));
  EXPECT_FALSE(matches(dict({{"dyn key 2", kAny}}), dynamic));
  EXPECT_FALSE(matches(dict({{"dyn key 1", kAny}}), object({{"match5", kAny}})));
  // Deleted entries of a pattern ask for nothing.
  const Term fewer = object_delete(h.heap, large, term::intern("match0"));
  EXPECT_TRUE(matches(fewer, large));
  EXPECT_TRUE(matches(fewer, fewer));
  EXPECT_FALSE(matches(large, fewer));
}

TEST_F(Matching, Nested) {
  const Term pattern =
      object({{"type", text("reply")},
              {"body", object({{"items", list({kAny, object({{"id", type(Type::kInt)}})})}})}});
  const auto message = [&](Term id) {
    const Term items = list({Term::null(), object({{"x", Term::null()}, {"id", id}})});
    return object(
        {{"body", object({{"n", Term::small(2)}, {"items", items}})}, {"type", text("reply")}});
  };
  EXPECT_TRUE(matches(pattern, message(Term::small(4))));
  EXPECT_FALSE(matches(pattern, message(text("4"))));
}

constexpr int kDeep = 100000;

// kDeep values around `t`: lists, or objects with one field more than a pattern asks for.
Term nest(TestHeap& h, Term t, bool objects, bool extra) {
  const Term key = term::intern("next");
  const Term other = term::intern("other");
  for (int i = 0; i < kDeep; ++i) {
    if (!objects) {
      t = make_list(h.heap, std::vector<Term>{t});
      continue;
    }
    t = object_set(h.heap, term::empty_object(), key, t);
    if (extra) t = object_set(h.heap, t, other, Term::null());
  }
  return t;
}

TEST(MatchingDeep, NestingNeedsNoCallStack) {
  TestHeap h;
  h.gc(std::size_t{kDeep} * 40);
  const Term lists = nest(h, Term::small(1), false, false);
  EXPECT_TRUE(matches(nest(h, type(Type::kInt), false, false), lists));
  EXPECT_FALSE(matches(nest(h, type(Type::kStr), false, false), lists));
  const Term objects = nest(h, Term::small(1), true, true);
  EXPECT_TRUE(matches(nest(h, kAny, true, false), objects));
  EXPECT_FALSE(matches(nest(h, Term::small(2), true, false), objects));
  EXPECT_FALSE(matches(lists, objects));
}

// 2^60 ways through each of the two values, but 60 boxes.
TEST(MatchingDeep, SharingIsNotUnfolded) {
  TestHeap h;
  h.gc(10000);
  Term pattern = kAny;
  Term value = Term::small(1);
  static const term::FunctionInfo kF{"f", 0};
  Term captured = Term::small(1);
  Term same = Term::small(1);
  for (int i = 0; i < 60; ++i) {
    pattern = make_list(h.heap, std::vector<Term>{pattern, pattern});
    value = make_list(h.heap, std::vector<Term>{value, value});
    const Term twice[] = {captured, captured};
    const Term twice_same[] = {same, same};
    captured = make_closure(h.heap, &kF, twice);
    same = make_closure(h.heap, &kF, twice_same);
  }
  EXPECT_TRUE(matches(pattern, value));
  EXPECT_TRUE(matches(captured, same));
}

TEST_F(Matching, RefsKeepOwnerAndMarkThroughCollections) {
  const std::size_t at = h.keep(ref(7, 12, 34));
  const std::size_t asked = h.keep(ref(8, 12, term::kAskMark | 35));
  for (int i = 0; i < 3; ++i) {
    h.gc(100);
    EXPECT_EQ(term::ref_number(h[at]), 7U);
    EXPECT_EQ(term::ref_owner(h[at]), 12U);
    EXPECT_EQ(term::ref_mark(h[at]), 34U);
    EXPECT_FALSE(term::ref_is_ask(h[at]));
    EXPECT_EQ(term::ref_mark(h[asked]), 35U);
    EXPECT_TRUE(term::ref_is_ask(h[asked]));
    EXPECT_EQ(h.text(asked), "#Ref<8>");
  }
}

TEST_F(Matching, NewestOwnRef) {
  std::uint64_t mark = 99;
  const auto newest = [&](Term pattern) { return newest_own_ref(pattern, 3, mark); };
  EXPECT_FALSE(newest(kAny));
  EXPECT_FALSE(newest(ref(1, 4, 10)));
  EXPECT_FALSE(newest(object({{"ref", ref(1, 4, 10)}})));
  EXPECT_EQ(mark, 99U);
  ASSERT_TRUE(newest(ref(1, 3, 10)));
  EXPECT_EQ(mark, 10U);
  ASSERT_TRUE(newest(ref(1, 3, term::kAskMark | 11)));
  EXPECT_EQ(mark, 11U);
  ASSERT_TRUE(newest(ref(1, 3, 0)));
  EXPECT_EQ(mark, 0U);
  const Term nested = object({{"type", text("x")}, {"ref", ref(2, 3, 20)}});
  ASSERT_TRUE(newest(list({ref(1, 3, 10), nested, ref(4, 3, 15), ref(5, 4, 50)})));
  EXPECT_EQ(mark, 20U);
  ASSERT_TRUE(newest(dict({{"a key without code", nested}})));
  EXPECT_EQ(mark, 20U);
}

TEST_F(Matching, NewestOwnRefGivesUpOnLargePatterns) {
  std::uint64_t mark = 99;
  // The list itself is looked at as well.
  std::vector<Term> elements(term::kMaxRefSearch - 2, Term::null());
  elements.push_back(ref(1, 3, 10));
  EXPECT_TRUE(term::newest_own_ref(list(elements), 3, mark));
  EXPECT_EQ(mark, 10U);
  elements.push_back(Term::null());
  mark = 99;
  EXPECT_FALSE(term::newest_own_ref(list(elements), 3, mark));
  EXPECT_EQ(mark, 99U);
  Term deep = ref(1, 3, 10);
  for (int i = 0; i < 31; ++i) deep = list({deep});
  EXPECT_TRUE(term::newest_own_ref(deep, 3, mark));
  EXPECT_FALSE(term::newest_own_ref(list({deep}), 3, mark));
}

}  // namespace
}  // namespace ttvm::heap
