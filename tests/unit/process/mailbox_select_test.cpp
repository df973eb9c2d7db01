// Receiving by pattern, with an index and without, against a plain look at every message.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "process/mailbox.hpp"
#include "process/send.hpp"
#include "term/print.hpp"
#include "term/symbols.hpp"

namespace ttvm::process {
namespace {

using Search = Mailbox::Search;
using Terms = std::vector<Term>;

// A heap for patterns and values, which never collects.
class Arena {
 public:
  explicit Arena(std::size_t words) {
    std::vector<Term> roots;
    EXPECT_TRUE(heap::collect(heap, words, roots));
  }
  Term list(const Terms& elements) { return heap::make_list(heap, elements); }
  Term pair(std::string_view tag, Term second) { return list({term::intern(tag), second}); }

  heap::Heap heap;
};

// A mailbox, and what it is meant to be.
class Selecting {
 public:
  struct Entry {
    std::uint64_t id;
    std::uint8_t priority;
    std::uint64_t arrival;
    bool seen;
    Message* message;
  };

  Selecting() = default;
  Selecting(const Selecting&) = delete;
  Selecting& operator=(const Selecting&) = delete;
  ~Selecting() {
    while (Message* message = mailbox.pop()) free_message(message);
  }

  void put(Term value, std::uint8_t priority = kNormalPriority) {
    Message* message = make_message_of(value);
    message->sender = ++ids_;
    message->priority = priority;
    mailbox.append(message);
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const Entry& entry) { return entry.priority < priority; });
    entries.insert(at, {ids_, priority, mailbox.arrivals(), false, message});
  }
  void drop(std::size_t at) {
    Message* message = entries[at].message;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
    mailbox.remove(message);
    free_message(message);
  }
  void pop() {
    Message* message = mailbox.pop();
    ASSERT_EQ(message, entries.front().message);
    entries.erase(entries.begin());
    free_message(message);
  }
  void rewind(std::uint64_t mark) {
    mailbox.rewind(mark);
    for (Entry& entry : entries) entry.seen = mark != 0 && entry.arrival <= mark;
  }

  // The number of the entry that a plain look finds, or -1.
  std::ptrdiff_t find(const Terms& patterns, int& pattern) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].seen) continue;
      pattern = first_match(patterns, entries[i].message->value);
      if (pattern >= 0) return static_cast<std::ptrdiff_t>(i);
      entries[i].seen = true;
    }
    return -1;
  }
  // Both must find the same, and leave the cursor at the same place. Removes what was found.
  // `between` is called before each slice but the first.
  template <typename Between>
  bool select(const Terms& patterns, Between&& between, bool removes = true) {
    Mailbox::Selected found;
    Search result = mailbox.select(patterns, found);
    for (; result == Search::kUnfinished; result = mailbox.select(patterns, found)) between();
    int pattern = -1;
    const std::ptrdiff_t at = find(patterns, pattern);
    EXPECT_EQ(result == Search::kFound, at >= 0);
    check_cursor();
    if (result != Search::kFound || at < 0) return false;
    EXPECT_EQ(found.message, entries[static_cast<std::size_t>(at)].message)
        << term::to_text(found.message->value);
    EXPECT_EQ(found.pattern, pattern);
    if (removes) drop(static_cast<std::size_t>(at));
    return true;
  }
  bool select(const Terms& patterns) {
    return select(patterns, [] {});
  }
  void check_cursor() {
    const auto unseen = std::find_if(entries.begin(), entries.end(),
                                     [](const Entry& entry) { return !entry.seen; });
    const Message* next = mailbox.next_unseen();
    EXPECT_EQ(next, unseen == entries.end() ? nullptr : unseen->message);
  }

  Mailbox mailbox;
  std::vector<Entry> entries;

 private:
  std::uint64_t ids_ = 0;
};

// Values and patterns of a few forms, over a small range, so that many are equal or nearly so.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random(seed), arena(4'000'000) {
    range_ = seed % 3 == 0 ? 4 : 60 * (seed % 3);
  }
  Term simple() {
    const auto n = static_cast<std::int64_t>(random() % range_);
    switch (random() % 9) {
      case 0:
        return heap::make_float(arena.heap, static_cast<double>(n));
      case 1:
        return heap::make_float(arena.heap, static_cast<double>(n) + 0.5);
      case 2:
        return Term::pid(static_cast<std::uint64_t>(n));
      case 3:
        return heap::make_string(arena.heap, "text " + std::to_string(n));
      case 4:
        return heap::make_string(arena.heap, std::string(70, 'x') + std::to_string(n));
      case 5:
        return heap::make_ref(arena.heap, static_cast<std::uint64_t>(n));
      case 6:
        return random() % 2 == 0 ? Term::null() : Term::boolean(n % 2 == 0);
      default:
        return Term::small(n);
    }
  }
  Term part(bool is_pattern) {
    if (is_pattern && random() % 3 == 0) {
      return random() % 3 == 0 ? Term::type_pattern(term::Type::kInt) : Term::any_pattern();
    }
    return simple();
  }
  Term make(bool is_pattern) {
    constexpr std::array<std::string_view, 3> kTags{"ask", "answer", "noise"};
    const Term tag = term::intern(kTags[random() % kTags.size()]);
    switch (random() % 6) {
      case 0:
        return part(is_pattern);
      case 1:
        return arena.list({tag, part(is_pattern)});
      case 2:
        return arena.list({tag, arena.list({part(is_pattern)})});  // only the tag says something
      case 3:
        return arena.list({part(is_pattern), tag, part(is_pattern)});
      case 4: {
        Term object = heap::object_set(arena.heap, term::empty_object(), type_, tag);
        return heap::object_set(arena.heap, object, n_, part(is_pattern));
      }
      default: {
        Term object = heap::object_set(arena.heap, term::empty_object(), n_, part(is_pattern));
        object = heap::object_set(arena.heap, object, type_, tag);
        if (is_pattern) return object;
        const Term dynamic = heap::make_string(arena.heap, "key " + std::to_string(random() % 9));
        return heap::object_set(arena.heap, object, dynamic, Term::null());
      }
    }
  }
  Terms patterns() {
    Terms all;
    const std::size_t count = random() % 3 == 0 ? 1 + random() % 10 : 1;
    for (std::size_t i = 0; i < count; ++i) all.push_back(make(true));
    return all;
  }
  std::uint8_t priority(unsigned priorities) {
    return static_cast<std::uint8_t>(kNormalPriority + random() % priorities);
  }

  std::mt19937 random;
  Arena arena;

 private:
  unsigned range_;
  Term type_ = term::intern("type");
  Term n_ = term::intern("n");
};

struct Tally {
  int found = 0;
  int by_index = 0;  // an index was there before
  int unfinished = 0;
};

void random_step(Generator& generator, Selecting& box, Terms& patterns, unsigned priorities,
                 Tally& tally) {
  std::mt19937& random = generator.random;
  const auto put = [&] { box.put(generator.make(false), generator.priority(priorities)); };
  switch (random() % 12) {
    case 0:
    case 1:
    case 2:
      put();
      break;
    case 3:
      if (!box.entries.empty()) box.pop();
      break;
    case 4:
      if (!box.entries.empty()) box.drop(random() % box.entries.size());
      break;
    default: {
      // Mostly another pattern; else on from where the cursor is, or behind a mark.
      if (random() % 3 != 0) {
        patterns = generator.patterns();
        box.rewind(random() % 4 == 0 ? random() % (box.mailbox.arrivals() + 1) : 0);
      }
      const bool has_index = box.mailbox.has_index();
      const bool found = box.select(
          patterns,
          [&] {
            ++tally.unfinished;
            put();
            if (random() % 2 == 0) box.drop(random() % box.entries.size());
          },
          random() % 8 != 0);
      tally.found += found ? 1 : 0;
      tally.by_index += found && has_index ? 1 : 0;
    }
  }
}

TEST(MailboxSelect, FindsWhatAPlainLookFinds) {
  Tally tally;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    Selecting box;
    const unsigned priorities = seed % 4 == 0 ? 3 : 1 + seed % 2;
    const int start = seed % 5 == 0 ? 3000 : 400;
    for (int i = 0; i < start; ++i) {
      box.put(generator.make(false), generator.priority(priorities));
    }
    Terms patterns = generator.patterns();
    for (int step = 0; step < 1200; ++step) {
      random_step(generator, box, patterns, priorities, tally);
      if (testing::Test::HasFailure()) FAIL() << "step " << step;
    }
  }
  EXPECT_GT(tally.found, 3000);
  EXPECT_GT(tally.by_index, 2000);
  EXPECT_GT(tally.unfinished, 100);
}

// Down to the last message, by all kinds of patterns.
TEST(MailboxSelect, FindsAllUntilTheBoxIsEmpty) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    Selecting box;
    for (int i = 0; i < 600; ++i) box.put(generator.make(false), generator.priority(2));
    while (!box.entries.empty()) {
      const Term value = box.entries[generator.random() % box.entries.size()].message->value;
      box.rewind(0);
      ASSERT_TRUE(box.select({value}));
      if (testing::Test::HasFailure()) FAIL();
    }
    EXPECT_FALSE(box.mailbox.has_index());
  }
}

Term noise(Arena& arena, std::int64_t n) { return arena.pair("noise", Term::small(n)); }

TEST(MailboxSelect, FindsAtOnceBehindALongQueue) {
  constexpr std::int64_t kNoise = 20000;
  Arena arena(200000);
  Selecting box;
  for (std::int64_t i = 0; i < kNoise; ++i) box.put(noise(arena, i));
  box.put(arena.pair("wanted", Term::small(-1)));
  EXPECT_TRUE(box.select({arena.pair("wanted", Term::small(-1))}));
  ASSERT_TRUE(box.mailbox.has_index());
  for (int i = 0; i < 50; ++i) {
    const Term wanted = arena.pair("wanted", Term::small(i));
    box.put(wanted);
    box.rewind(0);
    Mailbox::Selected found;
    ASSERT_EQ(box.mailbox.select(Terms{wanted}, found), Search::kFound);  // in one slice
    EXPECT_TRUE(box.select({wanted}));
    // And that there is none, too.
    box.rewind(0);
    ASSERT_EQ(box.mailbox.select(Terms{wanted}, found), Search::kNothing);
  }
}

TEST(MailboxSelect, ShortQueuesHaveNoIndex) {
  Arena arena(20000);
  Selecting box;
  for (int i = 0; i < 30; ++i) box.put(noise(arena, i));
  for (int i = 0; i < 100; ++i) {
    box.rewind(0);
    EXPECT_FALSE(box.select({arena.pair("wanted", Term::small(i))}));
  }
  EXPECT_FALSE(box.mailbox.has_index());
  EXPECT_EQ(box.mailbox.index_bytes(), 0U);
}

TEST(MailboxSelect, AnIndexGoesWhenItIsNotUsed) {
  Arena arena(200000);
  Selecting box;
  for (int i = 0; i < 500; ++i) box.put(noise(arena, i));
  EXPECT_FALSE(box.select({arena.pair("wanted", Term::small(0))}));
  ASSERT_TRUE(box.mailbox.has_index());
  EXPECT_GT(box.mailbox.index_bytes(), 500U * 24);
  for (int i = 0; i < 2000; ++i) {
    box.put(noise(arena, i));
    box.pop();
  }
  EXPECT_FALSE(box.mailbox.has_index());
}

TEST(MailboxSelect, AnIndexGoesWhenTheQueueIsShort) {
  Arena arena(200000);
  Selecting box;
  for (int i = 0; i < 100; ++i) box.put(noise(arena, i));
  EXPECT_FALSE(box.select({arena.pair("wanted", Term::small(0))}));
  ASSERT_TRUE(box.mailbox.has_index());
  for (int i = 0; i < 95; ++i) {
    box.rewind(0);
    EXPECT_TRUE(box.select({noise(arena, i)}));
  }
  EXPECT_FALSE(box.mailbox.has_index());
}

// More forms than are kept, in turn, and one that has nothing to look up.
TEST(MailboxSelect, ManyFormsInTurn) {
  Arena arena(2'000'000);
  Selecting box;
  const Term any = Term::any_pattern();
  for (int i = 0; i < 300; ++i) {
    box.put(arena.list({Term::small(i), Term::small(i + 1), Term::small(i + 2)}));
  }
  for (int i = 0; i < 250; ++i) {
    const Term a = Term::small(i);
    const Term b = Term::small(i + 1);
    const Term c = Term::small(i + 2);
    const Term type = Term::type_pattern(term::Type::kInt);
    const Terms forms{arena.list({a, any, any}), arena.list({any, b, any}),
                      arena.list({any, any, c}), arena.list({a, b, any}),
                      arena.list({a, any, c}),   arena.list({any, b, c}),
                      arena.list({a, b, c}),     arena.list({type, type, type})};
    box.rewind(0);
    ASSERT_TRUE(box.select({forms[static_cast<std::size_t>(i) % forms.size()]}, [] {}));
    if (testing::Test::HasFailure()) FAIL() << i;
  }
}

}  // namespace
}  // namespace ttvm::process
