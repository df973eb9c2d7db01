#include "heap/copy.hpp"

#include <thread>

#include "base/random.hpp"
#include "heap/blob.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

TEST(Copy, ImmediatesAndStaticsNeedNothing) {
  for (const Term t : {Term::small(1), Term::null(), Term::pid(3), term::intern("static"),
                       term::empty_list(), term::static_string(std::string(100, 's'))}) {
    Fragment* fragment = nullptr;
    EXPECT_TRUE(copy_message(t, fragment).same(t));
    EXPECT_EQ(fragment, nullptr);
  }
}

TEST(Copy, FlatMessage) {
  TestHeap h;
  const Term message[] = {term::intern("ping"), Term::pid(2), Term::small(5)};
  h.room(4);
  h.keep(make_list(h.heap, message));
  MessageCopy copy(h[0]);
  EXPECT_EQ(copy.words(), 4U);
  Fragment* fragment = allocate_fragment(copy.words(), 48);
  const Term result = copy.copy_to(*fragment);
  EXPECT_FALSE(result.same(h[0]));
  EXPECT_TRUE(result.pointer() == fragment->data());
  EXPECT_TRUE(term::equal(result, h[0]));
  free_fragment(fragment);
}

TEST(Copy, ExactSizeAndSourceUnharmed) {
  TestHeap h;
  h.keep(h.string("heap string"));
  h.keep(h.string(std::string(200, 'b')));
  h.room(100);
  const Term inner[] = {h[0], h[1], h[0]};
  h.keep(make_list(h.heap, inner));
  const Term outer[] = {h[2], h[2], h[1]};
  h.keep(make_list(h.heap, outer));
  const std::string before = h.text(3);
  Fragment* fragment = nullptr;
  const Term copy = copy_message(h[3], fragment);
  EXPECT_EQ(fragment->words, 4U + 4 + 3 + term::kBigWords);
  EXPECT_EQ(h.text(3), before);
  EXPECT_EQ(term::to_text(copy), before);
  EXPECT_TRUE(term::list_get(copy, 0).same(term::list_get(copy, 1)));
  EXPECT_TRUE(term::list_get(term::list_get(copy, 0), 1).same(term::list_get(copy, 2)));
  EXPECT_EQ(term::blob_of(h[1])->references.load(), 2U);
  free_fragment(fragment);
  EXPECT_EQ(term::blob_of(h[1])->references.load(), 1U);
}

TEST(Copy, AbandonedCopyLeavesTheSourceAsItWas) {
  TestHeap h;
  h.keep(h.string("abc"));
  h.room(3);
  const Term twice[] = {h[0], h[0]};
  h.keep(make_list(h.heap, twice));
  { const MessageCopy copy(h[1]); }
  EXPECT_EQ(h.text(1), "[\"abc\", \"abc\"]");
}

TEST(Copy, SharingOfManyPathsStaysLinear) {
  TestHeap h;
  h.keep(h.string("leaf"));
  for (int i = 0; i < 60; ++i) {
    h.room(3);
    const Term twice[] = {h[0], h[0]};
    h[0] = make_list(h.heap, twice);
  }
  MessageCopy copy(h[0]);
  EXPECT_EQ(copy.words(), 60U * 3 + 2);
  Fragment* fragment = allocate_fragment(copy.words());
  const Term result = copy.copy_to(*fragment);
  EXPECT_TRUE(term::equal(result, h[0]));
  free_fragment(fragment);
}

TEST(Copy, LargeListsAndDicts) {
  TestHeap h;
  const std::size_t list = h.keep(term::empty_list());
  const std::size_t dict = h.keep(term::empty_object());
  const std::size_t key = h.keep(Term::null());
  for (int i = 0; i < 3000; ++i) {
    h.append(list, Term::small(i));
    h[key] = h.string("copy" + std::to_string(i));
    h.set_field(dict, key, Term::small(i));
  }
  h.room(3);
  const Term both[] = {h[list], h[dict]};
  const std::size_t pair = h.keep(make_list(h.heap, both));
  TestHeap receiver;
  Fragment* fragment = nullptr;
  receiver.keep(copy_message(h[pair], fragment));
  receiver.heap.adopt(fragment);
  EXPECT_TRUE(term::equal(receiver[0], h[pair]));
  receiver.gc();
  EXPECT_TRUE(term::equal(receiver[0], h[pair]));
  EXPECT_EQ(term::object_get(term::list_get(receiver[0], 1), "copy77").as_small(), 77);
  // Appending to the copy must not show in the original, nor the other way round.
  receiver.room(4 + 33);
  const std::size_t longer = receiver.keep(term::list_get(receiver[0], 0));
  receiver.append(longer, Term::small(-1));
  h.append(list, Term::small(-2));
  EXPECT_EQ(term::list_get(receiver[longer], 3000).as_small(), -1);
  EXPECT_EQ(term::list_get(h[list], 3000).as_small(), -2);
  EXPECT_EQ(term::list_length(term::list_get(receiver[0], 0)), 3000U);
}

TEST(Copy, SeveralRootsIntoAnotherHeap) {
  TestHeap h;
  h.keep(h.string("shared by both"));
  h.room(4);
  h.keep(make_list(h.heap, std::span<const Term>(&h[0], 1)));
  h.keep(Term::small(3));
  h.keep(h.string(std::string(80, 'c')));
  Heap other;
  std::vector<Term> out(4);
  {
    MessageCopy copy(h.roots);
    ASSERT_TRUE(collect(other, copy.words(), {}));
    copy.copy_to(other, out);
  }
  EXPECT_TRUE(term::list_get(out[1], 0).same(out[0]));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(term::equal(out[i], h[i]));
  ASSERT_TRUE(collect(other, 0, out));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(term::equal(out[i], h[i]));
}

// A value of random make, with sharing.
Term random_value(base::Random& random, TestHeap& h) {
  const std::size_t first = h.keep(Term::small(1));
  for (int i = 0; i < 60; ++i) {
    const auto pick = [&] {
      return h[first + random.below(static_cast<std::uint32_t>(h.roots.size() - first))];
    };
    switch (random.below(6)) {
      case 0:
        h.keep(h.string(std::string(random.below(100), 'r')));
        break;
      case 1:
        h.keep(h.integer(static_cast<std::int64_t>(random.next())));
        break;
      case 2: {
        h.room(3 * 34);
        std::vector<Term> elements;
        for (std::uint32_t n = random.below(50); n > 0; --n) elements.push_back(pick());
        h.keep(make_list(h.heap, elements));
        break;
      }
      case 3: {
        h.room(3);
        const term::Shape* shape = term::shape_with(term::root_shape(), term::intern("field"));
        const Term value = pick();
        h.keep(make_object(h.heap, shape, std::span<const Term>(&value, 1)));
        break;
      }
      case 4: {
        h.room(100);
        const Term value = pick();
        const std::size_t list = h.keep(term::empty_list());
        for (std::uint32_t n = random.below(12); n > 0; --n) h.append(list, Term::small(n));
        static_cast<void>(value);
        break;
      }
      default: {
        h.room(kExceptionNeed);
        h.keep(make_exception(h.heap, Term::null(), pick(), pick()));
        break;
      }
    }
  }
  return h.roots.back();
}

TEST(Copy, RandomValues) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    base::Random random(seed);
    TestHeap h;
    random_value(random, h);
    const std::size_t all = h.keep(Term::null());
    h.room(make_list_need(h.roots.size()));
    h[all] = make_list(h.heap, h.roots);
    TestHeap receiver;
    Fragment* fragment = nullptr;
    receiver.keep(copy_message(h[all], fragment));
    ASSERT_TRUE(term::equal(receiver[0], h[all])) << seed;
    receiver.heap.adopt(fragment);
    receiver.gc();
    h.gc();
    ASSERT_TRUE(term::equal(receiver[0], h[all])) << seed;
  }
}

TEST(Copy, BlobsSharedBetweenThreads) {
  constexpr int kThreads = 4;
  TestHeap h;
  h.keep(h.string(std::string(100, 'p')));
  h.room(concat_text_need(h[0], "q"));
  h[0] = concat_text(h.heap, h[0], "q");  // with room to append
  std::vector<Fragment*> fragments(kThreads);
  std::vector<Term> values(kThreads);
  for (int i = 0; i < kThreads; ++i) values[i] = copy_message(h[0], fragments[i]);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([i, &fragments, &values] {
      TestHeap own;
      own.heap.adopt(fragments[i]);
      own.keep(values[i]);
      std::string expected = std::string(100, 'p') + "q";
      for (int n = 0; n < 500; ++n) {
        const std::string tail(1 + n % 3, static_cast<char>('a' + i));
        own.room(concat_text_need(own[0], tail));
        own[0] = concat_text(own.heap, own[0], tail);
        expected += tail;
        ASSERT_EQ(term::text_of(own[0]), expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  h.gc();
  EXPECT_EQ(term::text_of(h[0]), std::string(100, 'p') + "q");
  EXPECT_EQ(term::blob_of(h[0])->references.load(), 1U);
}

}  // namespace
}  // namespace ttvm::heap
