#include "heap/collector.hpp"

#include <limits>

#include "heap/blob.hpp"
#include "heap/copy.hpp"
#include "heap/slab.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

// [[[...null...]]]
Term nested(TestHeap& h, int depth) {
  const std::size_t at = h.keep(Term::null());
  for (int i = 0; i < depth; ++i) {
    h.room(make_list_need(1));
    h[at] = make_list(h.heap, std::span<const Term>(&h[at], 1));
  }
  const Term result = h[at];
  h.roots.pop_back();
  return result;
}

TEST(Collector, KeepsAllKindsOfValues) {
  TestHeap h;
  static const term::FunctionInfo kInfo{"f", 1};
  const std::size_t big = h.keep(h.integer(std::numeric_limits<std::int64_t>::max()));
  h.room(2);
  const std::size_t odd = h.keep(make_float(h.heap, 1e300));
  const std::size_t text = h.keep(h.string(std::string(70, 'z')));
  h.room(kRefNeed);
  const std::size_t ref = h.keep(make_ref(h.heap, 7));
  h.room(make_closure_need(2));
  const Term captured[] = {h[big], h[ref]};
  const std::size_t closure = h.keep(make_closure(h.heap, &kInfo, captured));
  h.room(kExceptionNeed);
  const std::size_t error =
      h.keep(make_exception(h.heap, Term::null(), h[closure], term::empty_list()));
  h.room(kFunctionNeed);
  const std::size_t function = h.keep(make_function(h.heap, &kInfo));
  for (int i = 0; i < 5; ++i) {
    h.gc(static_cast<std::size_t>(i) * 100);
    EXPECT_EQ(h.text(big), "9223372036854775807");
    EXPECT_EQ(h.text(odd), "1e+300");
    EXPECT_EQ(h.text(text), std::string(70, 'z'));
    EXPECT_EQ(h.text(ref), "#Ref<7>");
    EXPECT_EQ(h.text(closure), "function f/1");
    EXPECT_EQ(h.text(error), "Exception: function f/1");
    EXPECT_EQ(h.text(function), "function f/1");
    EXPECT_TRUE(term::captures(h[closure])[0].same(h[big]));
    EXPECT_TRUE(term::captures(h[closure])[1].same(h[ref]));
  }
  EXPECT_FALSE(term::equal(h[closure], h[function]));
}

TEST(Collector, GivesTheRoomThatWasAskedFor) {
  TestHeap h;
  for (const std::size_t need : {0, 1, 31, 32, 1000, 5000, 1000000}) {
    h.gc(need);
    EXPECT_TRUE(h.heap.has_room(need));
  }
}

TEST(Collector, AWeakRootFollowsWhatOthersKeep) {
  TestHeap h;
  const std::size_t kept = h.keep(h.string(std::string(70, 'z')));
  Term weak = h[kept];
  const auto collect_weakly = [&] {
    Collector collector(h.heap, 0);
    collector.root_range(h.roots.data(), h.roots.size());
    collector.weak_root(weak);
    EXPECT_TRUE(collector.finish());
  };
  for (int i = 0; i < 3; ++i) {
    collect_weakly();
    EXPECT_TRUE(weak.same(h[kept]));
    EXPECT_EQ(term::to_text(weak), std::string(70, 'z'));
  }
  h.roots.clear();
  collect_weakly();
  EXPECT_TRUE(weak.is_unset());
  for (const Term steady : {Term::small(7), term::intern("static"), Term::unset()}) {
    weak = steady;
    collect_weakly();
    EXPECT_TRUE(weak.same(steady));
  }
}

TEST(Collector, LeavesTheFirstBlockToItsOwner) {
  std::vector<Word> block(40);
  TestHeap h;
  h.heap.init(block.data(), block.size());
  const std::size_t list = h.keep(term::empty_list());
  for (int i = 0; i < 1000; ++i) h.append(list, Term::small(i));
  EXPECT_TRUE(h.heap.owns_block());
  block.assign(40, 0xDEAD);
  EXPECT_EQ(term::list_get(h[list], 999).as_small(), 999);
  EXPECT_EQ(term::list_get(h[list], 0).as_small(), 0);
}

TEST(Collector, GrowsWithLiveDataAndShrinksAfterIt) {
  TestHeap h;
  const std::size_t at = h.keep(nested(h, 100000));
  h.gc();
  const std::size_t live = h.heap.live_words();
  EXPECT_EQ(live, 200000U);
  EXPECT_GE(h.heap.block_words() + h.heap.fragment_words(), live);
  EXPECT_LE(h.heap.block_words() + h.heap.fragment_words(), live * 4);
  h[at] = Term::null();
  h.gc();
  h.gc();
  EXPECT_EQ(h.heap.live_words(), 0U);
  EXPECT_LE(h.heap.block_words(), 64U);
  EXPECT_EQ(h.heap.fragment_words(), 0U);
}

// Once, a heap in which nothing lived grew a little with each collection, for ever.
TEST(Collector, NothingAliveNeedsLittle) {
  TestHeap h;
  for (int i = 0; i < 100000; ++i) {
    h.room(make_list_need(2));
    const Term elements[] = {Term::small(1), Term::small(2)};
    make_list(h.heap, elements);
  }
  EXPECT_LE(h.heap.block_words(), 256U);
}

TEST(Collector, CollectionsAreAmortised) {
  TestHeap h;
  const std::size_t list = h.keep(term::empty_list());
  int collections = 0;
  for (int i = 0; i < 200000; ++i) {
    const std::size_t need = list_append_need(h[list]);
    if (h.heap.needs_collection(need)) {
      ++collections;
      h.gc(need);
    }
    h[list] = list_append(h.heap, h[list], Term::small(i));
  }
  EXPECT_LT(collections, 100);
}

TEST(Collector, SharedStructureIsCopiedOnce) {
  TestHeap h;
  const std::size_t at = h.keep(term::empty_list());
  for (int i = 0; i < 60; ++i) {
    h.room(make_list_need(2));
    const Term twice[] = {h[at], h[at]};
    h[at] = make_list(h.heap, twice);
  }
  h.gc();
  EXPECT_EQ(h.heap.live_words(), 60U * 3);
  EXPECT_TRUE(term::list_get(h[at], 0).same(term::list_get(h[at], 1)));
}

TEST(Collector, TailsLoseTheirFreeSlots) {
  TestHeap h;
  const std::size_t list = h.keep(term::empty_list());
  for (int i = 0; i < 9; ++i) h.append(list, Term::small(i));
  ASSERT_TRUE(term::is_kind(h[list], term::Kind::kVec));
  h.gc();
  EXPECT_EQ(h.heap.live_words(), term::kVecWords + 1 + 9);
  h.append(list, Term::small(9));
  EXPECT_EQ(h.text(list), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
}

TEST(Collector, OverTheLimitIsReportedAndHarmless) {
  TestHeap h;
  h.heap.set_max_bytes(100000);
  const std::size_t at = h.keep(nested(h, 5000));
  h.gc();
  EXPECT_FALSE(collect(h.heap, std::size_t{1} << 40U, h.roots));
  EXPECT_TRUE(collect(h.heap, 100, h.roots));
  EXPECT_FALSE(collect(h.heap, 3000, h.roots));
  EXPECT_EQ(h.heap.live_words(), 10000U);
  h[at] = Term::null();
  EXPECT_TRUE(collect(h.heap, 100, h.roots));
}

TEST(Collector, LargeStringsCountTowardsTheLimit) {
  TestHeap h;
  h.heap.set_max_bytes(100000);
  const std::size_t at = h.keep(h.string(std::string(90000, 'x')));
  EXPECT_TRUE(collect(h.heap, 10, h.roots));
  h.heap.set_max_bytes(80000);
  EXPECT_FALSE(collect(h.heap, 10, h.roots));
  h[at] = Term::null();
  EXPECT_TRUE(collect(h.heap, 10, h.roots));
}

// Otherwise each message with a large string would bring about a collection.
TEST(Collector, AStringThatComesAgainCostsItsBytesOnce) {
  TestHeap sender;
  TestHeap receiver;
  sender.keep(sender.string(std::string(std::size_t{1} << 20U, 'm')));
  const auto send = [&] {
    Fragment* fragment = nullptr;
    const Term copy = copy_message(sender[0], fragment);
    receiver.heap.adopt(fragment);
    return copy;
  };
  receiver.keep(send());
  receiver.gc(100);
  for (int i = 0; i < 8; ++i) receiver[0] = send();
  EXPECT_FALSE(receiver.heap.needs_collection(1));
  sender[0] = sender.string(std::string(std::size_t{3} << 20U, 'n'));
  receiver[0] = send();  // the receiver's share is half of it
  EXPECT_TRUE(receiver.heap.needs_collection(1));
}

// A string that many hold: who gets it and drops it need not collect for it alone.
TEST(Collector, AStringCostsItsHoldersTheirShares) {
  TestHeap sender;
  TestHeap receiver;
  sender.keep(sender.string(std::string(std::size_t{1} << 20U, 'm')));
  const auto send = [&] {
    Fragment* fragment = nullptr;
    copy_message(sender[0], fragment);
    return fragment;
  };
  receiver.heap.adopt(send());
  EXPECT_TRUE(receiver.heap.needs_collection(1));
  receiver.gc(100);
  std::vector<Fragment*> under_way;
  for (int i = 0; i < 40; ++i) under_way.push_back(send());
  receiver.heap.adopt(send());
  EXPECT_FALSE(receiver.heap.needs_collection(1));
  for (Fragment* fragment : under_way) free_fragment(fragment);
}

TEST(Collector, FragmentsAreFreedAndTheirValuesKept) {
  TestHeap sender;
  TestHeap receiver;
  sender.keep(sender.string(std::string(100, 'm')));
  term::Blob* blob = term::blob_of(sender[0]);
  sender.room(make_list_need(2));
  const Term parts[] = {sender[0], Term::small(1)};
  sender.keep(make_list(sender.heap, parts));
  Fragment* kept = nullptr;
  Fragment* dropped = nullptr;
  receiver.keep(copy_message(sender[1], kept));
  copy_message(sender[1], dropped);
  EXPECT_EQ(blob->references.load(), 3U);
  receiver.heap.adopt(kept);
  receiver.heap.adopt(dropped);
  EXPECT_EQ(receiver.heap.fragment_words(), 2U * (3 + term::kBigWords));
  receiver.gc();
  EXPECT_EQ(receiver.heap.fragment_words(), 0U);
  EXPECT_EQ(blob->references.load(), 2U);
  EXPECT_EQ(receiver.text(0), "[\"" + std::string(100, 'm') + "\", 1]");
  receiver.heap.release();
  EXPECT_EQ(blob->references.load(), 1U);
}

// A list of a large string and a number, as a message brings it.
struct Sender {
  Sender() {
    h.keep(h.string(std::string(100, 'm')));
    h.room(make_list_need(2));
    const Term parts[] = {h[0], Term::small(1)};
    h.keep(make_list(h.heap, parts));
  }
  Term send_to(TestHeap& receiver) const {
    Fragment* fragment = nullptr;
    const Term copy = copy_message(h.roots[1], fragment);
    receiver.heap.adopt(fragment);
    return copy;
  }
  std::uint64_t views() const { return term::blob_of(h.roots[0])->references.load(); }
  TestHeap h;
};

TEST(TakeYoung, GivesWhatWasAdoptedAndReleasesItsStrings) {
  const Sender sender;
  TestHeap receiver;
  receiver.keep(sender.send_to(receiver));
  receiver.gc(100);
  const std::string lives = receiver.text(0);
  const std::size_t used = receiver.heap.used_words();
  EXPECT_EQ(sender.views(), 2U);
  int adopted = 0;
  for (; !receiver.heap.has_adopted_some(); ++adopted) sender.send_to(receiver);
  EXPECT_GT(adopted, 1);
  receiver.string(std::string(200, 'y'));  // in the block, and garbage too
  EXPECT_EQ(sender.views(), 2U + static_cast<std::uint64_t>(adopted));
  Fragment* taken = receiver.heap.take_young();
  int fragments = 0;
  for (const Fragment* f = taken; f != nullptr; f = f->next) ++fragments;
  EXPECT_EQ(fragments, adopted);
  free_adopted(taken);
  EXPECT_EQ(sender.views(), 2U);
  EXPECT_EQ(receiver.heap.used_words(), used);
  EXPECT_EQ(receiver.heap.fragment_words(), 0U);
  EXPECT_FALSE(receiver.heap.has_adopted_some());
  EXPECT_EQ(receiver.text(0), lives);
  receiver.gc();
  EXPECT_EQ(receiver.text(0), lives);
}

TEST(TakeYoung, LeavesTheBlocksOfSurvivors) {
  const Sender sender;
  TestHeap receiver;
  bool had_generations = false;
  for (int i = 0; i < 15000; ++i) {  // several chunks, then generations
    receiver.keep(receiver.string("survivor " + std::to_string(i)));
    if (i % 50 != 0) continue;
    if (i % 1000 == 0) {
      receiver.gc(10);
    } else {
      receiver.gc_as_needed(10);
    }
    had_generations = had_generations || receiver.heap.has_generations();
    const std::size_t before = receiver.heap.total_bytes();
    while (!receiver.heap.has_adopted_some()) sender.send_to(receiver);
    free_adopted(receiver.heap.take_young());
    EXPECT_EQ(receiver.heap.total_bytes(), before);
    receiver.string("garbage in what is free now");
  }
  EXPECT_TRUE(had_generations);
  for (std::size_t i = 0; i < receiver.roots.size(); i += 50) {
    EXPECT_EQ(receiver.text(i), "survivor " + std::to_string(i));
  }
}

TEST(TakeYoung, GivesNothingIfNothingWasAdopted) {
  TestHeap h;
  for (int i = 0; i < 500; ++i) h.keep(h.string("survivor " + std::to_string(i)));
  h.gc();
  EXPECT_EQ(h.heap.take_young(), nullptr);
  EXPECT_EQ(h.text(0), "survivor 0");
}

// A budget that was spent had made a collection due.
TEST(TakeYoung, GivesTheBudgetBack) {
  const Sender sender;
  TestHeap receiver;
  receiver.gc(100);
  while (!receiver.heap.needs_collection(1)) sender.send_to(receiver);
  free_adopted(receiver.heap.take_young());
  EXPECT_FALSE(receiver.heap.needs_collection(1));
}

TEST(Collector, ManyAdoptedFragmentsMakeACollectionDue) {
  TestHeap h;
  h.gc(1000);
  bool due = false;
  for (int i = 0; i < 2000 && !due; ++i) {
    Fragment* fragment = allocate_fragment(4);
    const Word header = term::Header(term::Kind::kInt64, 0).word();
    for (int box = 0; box < 2; ++box) {
      fragment->data()[box * 2] = header;
      fragment->data()[box * 2 + 1] = 0;
    }
    h.heap.adopt(fragment);
    due = h.heap.needs_collection(1);
  }
  EXPECT_TRUE(due);
  h.gc(1);
  EXPECT_FALSE(h.heap.needs_collection(1));
}

TEST(Collector, ManyLargeStringsMakeACollectionDue) {
  TestHeap h;
  h.gc(100000);
  const std::string text(10000, 't');
  int made = 0;
  while (!h.heap.needs_collection(term::kBigWords)) {
    make_string(h.heap, text);
    ASSERT_LT(++made, 1000);
  }
  EXPECT_GE(made, 6);
}

TEST(Collector, StressCollectsAtEveryCheck) {
  g_collect_always = true;
  TestHeap h;
  h.gc(3);
  EXPECT_FALSE(h.heap.needs_collection(3));
  h.heap.allocate(3);
  EXPECT_TRUE(h.heap.needs_collection(1));
  h.heap.release();
  g_collect_always = false;
}

TEST(Depth, AMillionLevels) {
  TestHeap h;
  const std::size_t one = h.keep(nested(h, 1000000));
  const std::size_t two = h.keep(nested(h, 1000000));
  h.gc();
  EXPECT_TRUE(term::equal(h[one], h[two]));
  EXPECT_EQ(h.text(one).size(), 2000004U);
  Fragment* fragment = nullptr;
  const Term copy = copy_message(h[one], fragment);
  EXPECT_TRUE(term::equal(copy, h[two]));
  free_fragment(fragment);
}

TEST(Depth, EqualityOfSharedStructureIsNotExponential) {
  TestHeap h;
  h.keep(term::empty_list());
  h.keep(term::empty_list());
  for (int i = 0; i < 60; ++i) {
    for (std::size_t at : {std::size_t{0}, std::size_t{1}}) {
      h.room(make_list_need(2));
      const Term twice[] = {h[at], h[at]};
      h[at] = make_list(h.heap, twice);
    }
  }
  EXPECT_TRUE(term::equal(h[0], h[1]));
  std::string out;
  EXPECT_FALSE(term::print(h[0], out, false, 10000));
  EXPECT_LT(out.size(), 10100U);
}

}  // namespace
}  // namespace ttvm::heap
