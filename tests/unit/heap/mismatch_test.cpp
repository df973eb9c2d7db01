// As for patterns: lists and objects are needed.
#include "term/mismatch.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support.hpp"
#include "term/match.hpp"

namespace ttvm::heap {
namespace {

using term::explain_mismatch;

class Mismatch : public testing::Test {
 protected:
  void SetUp() override { h.gc(50000); }

  static Term text(std::string_view t) { return term::intern(t); }
  Term list(const std::vector<Term>& elements) { return make_list(h.heap, elements); }
  Term object(const std::vector<std::pair<std::string_view, Term>>& fields) {
    Term result = term::empty_object();
    for (const auto& [name, value] : fields) {
      result = object_set(h.heap, result, text(name), value);
    }
    return result;
  }

  TestHeap h;
};

TEST_F(Mismatch, NothingToSayWhereItMatches) {
  EXPECT_EQ(explain_mismatch(Term::any_pattern(), Term::small(1)), "");
  EXPECT_EQ(explain_mismatch(object({{"a", Term::any_pattern()}}),
                             object({{"b", Term::small(1)}, {"a", Term::null()}})),
            "");
}

TEST_F(Mismatch, TellsTheFirstDifference) {
  EXPECT_EQ(explain_mismatch(Term::small(1), text("x")), "expected 1 but got \"x\"");
  EXPECT_EQ(explain_mismatch(Term::type_pattern(term::Type::kInt), text("x")),
            "expected TYPE_PATTERN int but got \"x\"");
  const Term pattern =
      object({{"type", text("reply")}, {"of", list({Term::small(1), Term::pid(2)})}});
  EXPECT_EQ(explain_mismatch(pattern, Term::null()),
            "expected {type: \"reply\", of: [1, 2]} but got null");
  EXPECT_EQ(explain_mismatch(pattern, object({{"type", text("request")}})),
            "field \"type\": expected \"reply\" but got \"request\"");
  EXPECT_EQ(explain_mismatch(pattern, object({{"type", text("reply")}})), "has no field \"of\"");
  const auto with = [&](Term of) { return object({{"type", text("reply")}, {"of", of}}); };
  EXPECT_EQ(explain_mismatch(pattern, with(list({Term::small(1)}))),
            "field \"of\": expected a list of 2 but got one of 1");
  EXPECT_EQ(explain_mismatch(pattern, with(list({Term::small(1), Term::small(3)}))),
            "field \"of\": element 1: expected 2 but got 3");
}

TEST_F(Mismatch, StaysShort) {
  Term pattern = Term::small(1);
  Term value = Term::small(2);
  for (int depth = 0; depth < 1000; ++depth) {
    pattern = list({pattern});
    value = list({value});
  }
  const std::string deep = explain_mismatch(pattern, value);
  EXPECT_TRUE(deep.starts_with("element 0: element 0: ")) << deep;
  EXPECT_LT(deep.size(), 1000U);
  const std::string wide = explain_mismatch(make_string(h.heap, std::string(5000, 'a')),
                                            make_string(h.heap, std::string(4999, 'a')));
  EXPECT_LT(wide.size(), 250U);
}

TEST_F(Mismatch, ShortTextsEndWithAWholeCharacter) {
  const Term value = make_string(h.heap, "aa\xC3\xA9\xC3\xA9");
  EXPECT_EQ(term::short_text(value, 100), "\"aa\xC3\xA9\xC3\xA9\"");
  EXPECT_EQ(term::short_text(value, 4), "\"aa...");
  EXPECT_EQ(term::short_text(value, 5), "\"aa\xC3\xA9...");
}

}  // namespace
}  // namespace ttvm::heap
