#include <string>

#include "base/random.hpp"
#include "heap/blob.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

class Strings : public WithStress {};
INSTANTIATE_TEST_SUITE_P(Modes, Strings, testing::Bool());

TEST_P(Strings, OfEverySize) {
  TestHeap h;
  for (const std::size_t size : {0, 1, 7, 8, 9, 63, 64, 65, 1000, 100000}) {
    const std::string text(size, 'q');
    const std::size_t i = h.keep(h.string(text));
    h.gc();
    EXPECT_EQ(term::text_of(h[i]), text);
    EXPECT_EQ(term::string_length(h[i]), size);
    EXPECT_EQ(term::is_kind(h[i], term::Kind::kStr), size <= 64);
  }
}

TEST_P(Strings, ConcatAgainstModel) {
  base::Random random(7);
  TestHeap h;
  std::vector<std::string> models(6);
  for (std::size_t i = 0; i < models.size(); ++i) h.keep(term::empty_string());
  const std::size_t piece = h.keep(Term::null());
  for (int step = 0; step < 3000; ++step) {
    const std::uint32_t from = random.below(6);
    const std::uint32_t to = random.below(6);
    if (models[from].size() > 4000) {
      h[from] = term::empty_string();
      models[from].clear();
    }
    const std::string text =
        std::string(random.below(30), 'a' + static_cast<char>(random.below(26))) +
        (random.below(3) == 0 ? "\xC3\xA4" : "");
    std::string next;
    switch (random.below(4)) {
      case 0: {
        h[piece] = h.string(text);
        h.room(concat_need(h[from], h[piece]));
        h[to] = concat(h.heap, h[from], h[piece]);
        next = models[from] + text;
        break;
      }
      case 1: {
        h.room(concat_text_need(h[from], text));
        h[to] = concat_text(h.heap, h[from], text);
        next = models[from] + text;
        break;
      }
      case 2: {
        h.room(concat_text_need(text, h[from]));
        h[to] = concat_text(h.heap, text, h[from]);
        next = text + models[from];
        break;
      }
      default: {
        const std::uint32_t other = random.below(6);
        h.room(concat_need(h[from], h[other]));
        h[to] = concat(h.heap, h[from], h[other]);
        next = models[from] + models[other];
        break;
      }
    }
    models[to] = next;
    for (std::uint32_t i = 0; i < 6; ++i) {
      ASSERT_EQ(term::text_of(h[i]), models[i]) << step;
      ASSERT_EQ(term::string_length(h[i]), term::count_code_points(models[i]));
    }
  }
}

TEST(Blobs, RepeatedAppendWritesInPlace) {
  TestHeap h;
  const std::size_t text = h.keep(h.string(std::string(100, 'x')));
  int blobs = 0;
  const term::Blob* last = nullptr;
  for (int i = 0; i < 100000; ++i) {
    h.room(concat_text_need(h[text], "0123456789"));
    h[text] = concat_text(h.heap, h[text], "0123456789");
    if (term::blob_of(h[text]) != last) ++blobs;
    last = term::blob_of(h[text]);
  }
  EXPECT_EQ(term::text_of(h[text]).size(), 1000100U);
  EXPECT_LT(blobs, 20);
  h.gc();
  EXPECT_EQ(last->references.load(), 1U);
}

TEST(Blobs, TwoContinuationsOfOneText) {
  TestHeap h;
  const std::size_t base = h.keep(h.string(std::string(100, 'x')));
  h.room(concat_text_need(h[base], "y"));
  h[base] = concat_text(h.heap, h[base], "y");  // now with room behind it
  h.room(concat_text_need(h[base], "1"));
  h[base] = concat_text(h.heap, h[base], "1");
  const std::size_t one = h.keep(h[base]);
  const std::size_t two = h.keep(h[base]);
  h.room(concat_text_need(h[one], "one"));
  h[one] = concat_text(h.heap, h[one], "one");
  h.room(concat_text_need(h[two], "two"));
  h[two] = concat_text(h.heap, h[two], "two");
  EXPECT_EQ(term::text_of(h[one]), std::string(100, 'x') + "y1one");
  EXPECT_EQ(term::text_of(h[two]), std::string(100, 'x') + "y1two");
  EXPECT_EQ(term::text_of(h[base]), std::string(100, 'x') + "y1");
}

TEST(Blobs, ReferencesFollowTheBoxes) {
  TestHeap h;
  const std::size_t a = h.keep(h.string(std::string(100, 'x')));
  term::Blob* blob = term::blob_of(h[a]);
  retain(blob);  // ours
  EXPECT_EQ(blob->references.load(), 2U);
  h.gc();
  EXPECT_EQ(blob->references.load(), 2U);
  h[a] = Term::null();
  h.gc();
  EXPECT_EQ(blob->references.load(), 1U);
  release(blob);
}

TEST(Bytes, PrintAndJoin) {
  TestHeap h;
  h.room(20);
  const std::size_t a = h.keep(make_bytes(h.heap, std::string_view("\x01\x02\xFF", 3)));
  EXPECT_EQ(h.text(a), "<<1, 2, 255>>");
  h.room(concat_need(h[a], h[a]));
  const std::size_t b = h.keep(concat(h.heap, h[a], h[a]));
  EXPECT_EQ(h.text(b), "<<1, 2, 255, 1, 2, 255>>");
  EXPECT_FALSE(term::equal(h[a], h[b]));
  const std::string many(300, '\x05');
  h.room(make_bytes_need(many.size()));
  const std::size_t c = h.keep(make_bytes(h.heap, many));
  EXPECT_TRUE(term::is_bytes(h[c]));
  EXPECT_EQ(term::text_of(h[c]), many);
}

}  // namespace
}  // namespace ttvm::heap
