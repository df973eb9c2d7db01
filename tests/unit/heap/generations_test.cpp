// Heaps with an old and a young generation: what minor collections keep, leave alone and give back.
#include <random>

#include "heap/blob.hpp"
#include "heap/collector.hpp"
#include "heap/copy.hpp"
#include "support.hpp"
#include "term/compare.hpp"

namespace ttvm::heap {
namespace {

constexpr std::size_t kLarge = Collector::kGenerationalWords;

// A list long enough for its heap to have generations after the next two collections.
std::size_t keep_large(TestHeap& h, std::size_t words = 2 * kLarge) {
  const std::size_t at = h.keep(term::empty_list());
  for (std::size_t i = 0; i < words; ++i) h.append(at, Term::small(static_cast<std::int64_t>(i)));
  h.gc();
  h.gc();
  EXPECT_TRUE(h.heap.has_generations());
  return at;
}

// Collects, and tells whether only the young generation was.
bool collects_minor(TestHeap& h, std::size_t need = 0) {
  Collector collector(h.heap, need);
  const bool minor = !collector.is_full();
  collector.root_range(h.roots.data(), h.roots.size());
  EXPECT_TRUE(collector.finish());
  return minor;
}

Term pair(TestHeap& h, Term a, Term b) {
  const std::size_t at = h.keep(a);
  h.keep(b);
  h.room(make_list_need(2));
  const Term list = make_list(h.heap, std::span<const Term>(&h.roots[at], 2));
  h.roots.resize(at);
  return list;
}

TEST(Generations, SmallHeapsHaveNone) {
  TestHeap h;
  const std::size_t at = h.keep(term::empty_list());
  for (int i = 0; i < 1000; ++i) h.append(at, Term::small(i));
  EXPECT_FALSE(collects_minor(h));
  EXPECT_FALSE(h.heap.has_generations());
}

TEST(Generations, WhatIsOldStaysWhereItIs) {
  TestHeap h;
  const std::size_t at = keep_large(h);
  const Term before = h[at];
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(collects_minor(h, 100));
    EXPECT_TRUE(h[at].same(before));
    EXPECT_EQ(term::list_get(h[at], 12345).as_small(), 12345);
  }
}

TEST(Generations, ABoxGrowsOldInTwoCollections) {
  TestHeap h;
  keep_large(h);
  const std::size_t at = h.keep(pair(h, Term::small(1), Term::small(2)));
  EXPECT_EQ(term::header_of(h[at]).flags(), 0);
  ASSERT_TRUE(collects_minor(h));
  EXPECT_EQ(term::header_of(h[at]).flags(), term::kAged);
  ASSERT_TRUE(collects_minor(h));
  EXPECT_EQ(term::header_of(h[at]).flags(), term::kOld);
  const Term old = h[at];
  ASSERT_TRUE(collects_minor(h));
  EXPECT_TRUE(h[at].same(old));
  EXPECT_EQ(h.text(at), "[1, 2]");
}

TEST(Generations, YoungGarbageCostsNothing) {
  TestHeap h;
  keep_large(h);
  const std::size_t live = h.heap.live_words();
  for (int i = 0; i < 100; ++i) {
    for (int k = 0; k < 1000; ++k) pair(h, Term::small(k), Term::small(i));
    Collector collector(h.heap, 0);
    collector.root_range(h.roots.data(), h.roots.size());
    EXPECT_TRUE(collector.finish());
    EXPECT_EQ(collector.copied_words(), 0U);
  }
  EXPECT_EQ(h.heap.live_words(), live);
}

TEST(Generations, OldGarbageGoesWhenTheOldGenerationHasDoubled) {
  TestHeap h;
  keep_large(h);
  const std::size_t kept = h.keep(Term::null());
  std::size_t most = 0;
  int full = 0;
  for (int i = 0; i < 400; ++i) {
    h[kept] = term::empty_list();
    for (int k = 0; k < 3000; ++k) h.append(kept, Term::small(k));
    full += collects_minor(h) ? 0 : 1;
    full += collects_minor(h) ? 0 : 1;  // now it is old, and soon dead
    most = std::max(most, h.heap.block_words() + h.heap.fragment_words());
  }
  EXPECT_GT(full, 2);
  EXPECT_LT(full, 100);
  EXPECT_LT(most, 16 * kLarge);
}

TEST(Generations, AHeapWhoseDataDiedBecomesSmallAgain) {
  TestHeap h;
  const std::size_t at = keep_large(h, 8 * kLarge);
  h[at] = Term::null();
  for (int i = 0; i < 300 && h.heap.has_generations(); ++i) {
    for (int k = 0; k < 10000; ++k) h[at] = pair(h, Term::small(k), Term::small(i));
    const std::size_t rest = h.keep(term::empty_list());
    for (int k = 0; k < 3000; ++k) h.append(rest, Term::small(k));
    collects_minor(h);
    collects_minor(h);
    h.roots.resize(rest);
  }
  EXPECT_FALSE(h.heap.has_generations());
  EXPECT_LE(h.heap.block_words() + h.heap.fragment_words(), kLarge);
}

TEST(Generations, LargeStringsOfEitherGenerationAreReleased) {
  TestHeap h;
  keep_large(h);
  h.keep(h.string(std::string(1000, 'o')));
  collects_minor(h);
  collects_minor(h);
  const std::size_t old = h.roots.size() - 1;
  ASSERT_EQ(term::header_of(h[old]).flags(), term::kOld);
  h.keep(h.string(std::string(1000, 'y')));
  term::Blob* old_blob = term::blob_of(h[old]);
  term::Blob* young_blob = term::blob_of(h[old + 1]);
  retain(old_blob);
  retain(young_blob);
  EXPECT_EQ(h.heap.off_heap_bytes(), 2000U);
  h.roots.resize(old);
  ASSERT_TRUE(collects_minor(h));
  EXPECT_EQ(young_blob->references.load(), 1U);
  EXPECT_EQ(old_blob->references.load(), 2U);
  h.gc();
  EXPECT_EQ(old_blob->references.load(), 1U);
  EXPECT_EQ(h.heap.off_heap_bytes(), 0U);
  release(old_blob);
  release(young_blob);
}

TEST(Generations, OldLargeStringsMakeACollectionFull) {
  TestHeap h;
  keep_large(h);
  bool full = false;
  for (int i = 0; i < 40 && !full; ++i) {
    h.keep(h.string(std::string(100000, 's')));
    full = !collects_minor(h);
    full = !collects_minor(h) || full;
    h.roots.pop_back();
  }
  EXPECT_TRUE(full);
  h.gc();
  EXPECT_EQ(h.heap.off_heap_bytes(), 0U);
}

TEST(Generations, AWeakRootThatIsOldStays) {
  TestHeap h;
  keep_large(h);
  const std::size_t at = h.keep(pair(h, Term::small(1), Term::small(2)));
  collects_minor(h);
  collects_minor(h);
  Term weak = h[at];
  h.roots.resize(at);
  const auto collect_weakly = [&](Collector::Extent extent) {
    Collector collector(h.heap, 0, 0, extent);
    collector.root_range(h.roots.data(), h.roots.size());
    collector.weak_root(weak);
    EXPECT_TRUE(collector.finish());
  };
  const Term before = weak;
  collect_weakly(Collector::Extent::kAsNeeded);
  EXPECT_TRUE(weak.same(before));
  EXPECT_EQ(term::to_text(weak), "[1, 2]");
  collect_weakly(Collector::Extent::kFull);
  EXPECT_TRUE(weak.is_unset());
}

// A minor collection could not tell that most of it is dead.
TEST(Generations, NearTheLimitACollectionIsFull) {
  TestHeap h;
  keep_large(h);
  h.heap.set_max_bytes(4 * kLarge * sizeof(Word));
  for (int i = 0; i < 100; ++i) {
    h.keep(term::empty_list());
    for (std::size_t k = 0; k < kLarge / 4; ++k) h.append(h.roots.size() - 1, Term::small(0));
    collects_minor(h);
    collects_minor(h);
    h.roots.pop_back();
  }
  h.keep(Term::null());
  EXPECT_FALSE(collect(h.heap, 4 * kLarge, h.roots, Collector::Extent::kAsNeeded));
  EXPECT_EQ(term::list_get(h[0], 777).as_small(), 777);
}

// Copies of old boxes are young: elsewhere, and in messages to a heap with generations.
TEST(Generations, AMessageOfOldValuesIsYoung) {
  TestHeap sender;
  TestHeap receiver;
  const std::size_t list = keep_large(sender, 3 * kLarge);
  keep_large(receiver);
  const std::size_t at = sender.keep(pair(sender, sender[list], Term::small(1)));
  collects_minor(sender);
  collects_minor(sender);
  Fragment* fragment = nullptr;
  const std::size_t got = receiver.keep(copy_message(sender[at], fragment));
  EXPECT_EQ(term::header_of(receiver[got]).flags(), 0);
  receiver.heap.adopt(fragment);
  sender.heap.release();
  for (int i = 0; i < 3; ++i) {
    collects_minor(receiver);
    EXPECT_EQ(term::list_length(term::list_get(receiver[got], 0)), 3 * kLarge);
    EXPECT_EQ(term::list_get(term::list_get(receiver[got], 0), kLarge).as_small(),
              static_cast<std::int64_t>(kLarge));
  }
}

// Persistent lists and objects of all ages are changed at random beside a model of plain vectors;
// both kinds of collections come in between, at every step under stress.
class GenerationsAtRandom : public WithStress {};
INSTANTIATE_TEST_SUITE_P(Modes, GenerationsAtRandom, testing::Bool());

TEST_P(GenerationsAtRandom, AgreesWithAModel) {
  std::mt19937 random(7);
  TestHeap h;
  constexpr std::size_t kLists = 8;
  std::vector<std::vector<std::int64_t>> model(kLists);
  for (std::size_t i = 0; i < kLists; ++i) h.keep(term::empty_list());
  if (!GetParam()) keep_large(h);
  int minor = 0;
  const int steps = GetParam() ? 4000 : 200000;
  for (int step = 0; step < steps; ++step) {
    const std::size_t i = random() % kLists;
    const auto value = static_cast<std::int64_t>(random() % 1000);
    switch (random() % 16) {
      case 0:  // an older version lives on
        h[i] = h[(i + 1) % kLists];
        model[i] = model[(i + 1) % kLists];
        break;
      case 1:
        if (model[i].empty()) break;
        h.room(list_set_need(h[i], model[i].size() / 2));
        h[i] = list_set(h.heap, h[i], model[i].size() / 2, Term::small(value));
        model[i][model[i].size() / 2] = value;
        break;
      case 2: {
        if (model[i].size() > 2000) {
          h[i] = term::empty_list();
          model[i].clear();
        }
        const std::size_t other = (i + 3) % kLists;
        if (model[i].size() + model[other].size() > 4000) break;
        h.room(list_concat_need(h[i], h[other]));
        h[i] = list_concat(h.heap, h[i], h[other]);
        model[i].insert(model[i].end(), model[other].begin(), model[other].end());
        break;
      }
      default:
        h.append(i, Term::small(value));
        model[i].push_back(value);
    }
    if (step % 500 == 0) minor += collects_minor(h) ? 1 : 0;
    if (step % 97 != 0) continue;
    ASSERT_EQ(term::list_length(h[i]), model[i].size());
    for (std::size_t k = 0; k < model[i].size(); ++k) {
      ASSERT_EQ(term::list_get(h[i], k).as_small(), model[i][k]) << step << " " << k;
    }
  }
  EXPECT_GT(minor, 0);
}

}  // namespace
}  // namespace ttvm::heap
