#include "heap/list_grower.hpp"

#include <vector>

#include "base/random.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

class Grower : public WithStress {};
INSTANTIATE_TEST_SUITE_P(Modes, Grower, testing::Bool());

// Roots 0 and 1 are the edge and the leaf.
class Growing {
 public:
  explicit Growing(TestHeap& h) : h_(h) {
    h.keep(Term::unset());
    h.keep(Term::unset());
  }
  void add(Term immediate, std::uint64_t more) {
    GrowingList& list = state();
    if (!list.has_slot()) {
      h_.room(list.grow_need(more));
      list.grow(h_.heap, more);
      ASSERT_TRUE(list.has_slot());
    }
    list.add(immediate);
  }
  Term finish() {
    h_.room(state().finish_need());
    return state().finish(h_.heap);
  }
  std::uint64_t count() { return state().count(); }

 private:
  GrowingList& state() { return *reinterpret_cast<GrowingList*>(h_.roots.data()); }
  TestHeap& h_;
};

void expect_range(Term list, std::uint64_t count) {
  ASSERT_EQ(term::list_length(list), count);
  term::ListReader reader(list);
  for (std::uint64_t i = 0; i < count; ++i) {
    ASSERT_EQ(reader.next().as_small(), static_cast<std::int64_t>(i));
  }
  for (std::uint64_t i = 0; i < count; i += 1 + count / 9) {
    ASSERT_EQ(term::list_get(list, i).as_small(), static_cast<std::int64_t>(i));
  }
}

TEST_P(Grower, EverySizeGivesAList) {
  std::vector<std::uint64_t> sizes = {0,    1,    2,    31,    32,    33,   63,
                                      64,   65,   1023, 1024,  1025,  1055, 1056,
                                      1057, 2047, 2080, 32768, 32800, 32801};
  if (!GetParam()) sizes.insert(sizes.end(), {40000, 1048576 + 32, 1048576 + 33});
  for (const std::uint64_t size : sizes) {
    TestHeap h;
    Growing growing(h);
    for (std::uint64_t i = 0; i < size; ++i) {
      growing.add(Term::small(static_cast<std::int64_t>(i)), size - i);
    }
    ASSERT_EQ(growing.count(), size);
    const std::size_t list = h.keep(growing.finish());
    expect_range(h[list], size);
    h.gc();
    expect_range(h[list], size);
    // A list like those that grow by LIST_APPEND.
    h.append(list, Term::small(static_cast<std::int64_t>(size)));
    expect_range(h[list], size + 1);
  }
}

TEST_P(Grower, EqualsAListMadeAtOnce) {
  for (const std::uint64_t size : {7U, 32U, 33U, 1100U, 5000U}) {
    TestHeap h;
    Growing growing(h);
    std::vector<Term> elements;
    for (std::uint64_t i = 0; i < size; ++i) {
      elements.push_back(Term::small(static_cast<std::int64_t>(i)));
      growing.add(elements.back(), size);
    }
    const std::size_t grown = h.keep(growing.finish());
    const std::size_t made = h.keep(h.list(elements));
    EXPECT_TRUE(term::equal(h[grown], h[made]));
  }
}

// Collections at any moment take free slots away; what is said about what is still to come is only
// an upper bound.
TEST(GrowerAtRandom, CollectionsInBetween) {
  base::Random random(7);
  for (int round = 0; round < 40; ++round) {
    TestHeap h;
    Growing growing(h);
    const std::uint64_t size = 1 + random.below(4000);
    const std::uint64_t slack = random.below(3) == 0 ? 100'000 : 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      growing.add(Term::small(static_cast<std::int64_t>(i)), size - i + slack);
      if (random.below(20) == 0) h.gc();
    }
    const std::size_t list = h.keep(growing.finish());
    expect_range(h[list], size);
  }
}

TEST(TryAppend, OnlyWhereNothingElseHasBeenAppended) {
  TestHeap h;
  const std::size_t base = h.keep(h.string(std::string(100, 'x')));
  Term out;
  h.room(kAppendTextNeed);
  EXPECT_FALSE(try_append_text(h.heap, h[base], std::string(1000, 'y'), 1000, out));
  h.room(concat_text_need(h[base], "1"));
  const std::size_t longer = h.keep(concat_text(h.heap, h[base], "1"));
  h.room(2 * kAppendTextNeed);
  ASSERT_TRUE(try_append_text(h.heap, h[longer], "\xC3\xA9", 1, out));
  const std::size_t longest = h.keep(out);
  EXPECT_FALSE(try_append_text(h.heap, h[longer], "z", 1, out));
  EXPECT_EQ(term::text_of(h[longest]), std::string(100, 'x') + "1\xC3\xA9");
  EXPECT_EQ(term::string_length(h[longest]), 102U);
  EXPECT_EQ(term::text_of(h[longer]), std::string(100, 'x') + "1");
  // Small strings are copied.
  const std::size_t small = h.keep(h.string("abc"));
  h.room(kAppendTextNeed);
  EXPECT_FALSE(try_append_text(h.heap, h[small], "d", 1, out));
}

}  // namespace
}  // namespace ttvm::heap
