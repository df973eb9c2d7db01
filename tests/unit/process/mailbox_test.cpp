// Bands and the receive cursor.
#include "process/mailbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ttvm::process {
namespace {

// A mailbox that frees what a test leaves in it.
class Box {
 public:
  ~Box() {
    while (Message* message = mailbox.pop()) free_message(message);
  }
  Message* put(std::uint64_t id, std::uint8_t priority = kNormalPriority) {
    Message* message = make_message(0);
    message->sender = id;
    message->priority = priority;
    mailbox.append(message);
    return message;
  }
  // Passes all that is unseen; their ids.
  std::vector<std::uint64_t> look() {
    std::vector<std::uint64_t> ids;
    while (Message* message = mailbox.next_unseen()) {
      ids.push_back(message->sender);
      mailbox.pass(message);
    }
    return ids;
  }
  std::vector<std::uint64_t> all() const {
    std::vector<std::uint64_t> ids;
    mailbox.for_each([&](const Message& message) { ids.push_back(message.sender); });
    return ids;
  }
  void drop(Message* message) {
    mailbox.remove(message);
    free_message(message);
  }

  Mailbox mailbox;
};

using Ids = std::vector<std::uint64_t>;

TEST(MailboxCursor, LooksAtEachMessageOnce) {
  Box box;
  EXPECT_EQ(box.mailbox.next_unseen(), nullptr);
  box.put(1);
  box.put(2);
  EXPECT_EQ(box.look(), (Ids{1, 2}));
  EXPECT_EQ(box.look(), Ids{});
  box.put(3);
  EXPECT_EQ(box.look(), Ids{3});
  box.mailbox.rewind();
  EXPECT_EQ(box.look(), (Ids{1, 2, 3}));
  EXPECT_EQ(box.mailbox.count(), 3U);
}

TEST(MailboxCursor, FindsWhatOvertakes) {
  Box box;
  box.put(1);
  box.put(2);
  EXPECT_EQ(box.look(), (Ids{1, 2}));
  box.put(3, 200);
  box.put(4, 10);
  box.put(5);
  EXPECT_EQ(box.look(), (Ids{3, 5, 4}));
  EXPECT_EQ(box.all(), (Ids{3, 1, 2, 5, 4}));
}

TEST(MailboxCursor, StaysWhenMessagesAreRemoved) {
  Box box;
  Message* first = box.put(1);
  Message* second = box.put(2);
  Message* third = box.put(3);
  box.put(4);
  box.mailbox.pass(first);
  box.mailbox.pass(second);
  box.drop(second);  // the cursor itself
  EXPECT_EQ(box.mailbox.next_unseen(), third);
  box.drop(first);
  EXPECT_EQ(box.mailbox.next_unseen(), third);
  box.drop(third);
  EXPECT_EQ(box.look(), Ids{4});
  EXPECT_EQ(box.look(), Ids{});
}

TEST(MailboxCursor, MarkHidesWhatIsOlder) {
  Box box;
  box.put(1);
  box.put(2);
  const std::uint64_t mark = box.mailbox.arrivals();
  box.put(3);
  box.put(4, 250);
  box.mailbox.rewind(mark);
  EXPECT_EQ(box.look(), (Ids{4, 3}));
  box.mailbox.rewind();
  EXPECT_EQ(box.look(), (Ids{4, 1, 2, 3}));
  // A mark at the end hides all; one from before the first message hides nothing.
  box.mailbox.rewind(box.mailbox.arrivals());
  EXPECT_EQ(box.look(), Ids{});
}

TEST(MailboxCursor, MarkOfAnEmptyBox) {
  Box box;
  Message* message = box.put(1);
  box.drop(message);
  box.mailbox.rewind(1);
  box.put(2);
  EXPECT_EQ(box.look(), Ids{2});
}

TEST(MailboxBands, LeastIsTheOldestOfTheLowest) {
  Box box;
  EXPECT_EQ(box.mailbox.least(), nullptr);
  Message* one = box.put(1);
  EXPECT_EQ(box.mailbox.least(), one);
  Message* low = box.put(2, 3);
  box.put(3, 3);
  box.put(4, 255);
  EXPECT_EQ(box.mailbox.least(), low);
  box.drop(low);
  EXPECT_EQ(box.mailbox.least()->sender, 3U);
}

// What a mailbox is meant to be, without any cleverness.
class Model {
 public:
  struct Entry {
    std::uint64_t id;
    std::uint8_t priority;
    std::uint64_t arrival;
    bool seen;
  };

  void put(std::uint64_t id, std::uint8_t priority) {
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const Entry& entry) { return entry.priority < priority; });
    entries.insert(at, {id, priority, ++arrivals, false});
  }
  Entry* unseen() {
    for (Entry& entry : entries) {
      if (!entry.seen) return &entry;
    }
    return nullptr;
  }
  void rewind(std::uint64_t mark) {
    for (Entry& entry : entries) entry.seen = mark != 0 && entry.arrival <= mark;
  }
  void drop(std::uint64_t id) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.id == id; });
  }

  std::vector<Entry> entries;
  std::uint64_t arrivals = 0;
};

Message* message_with(const Mailbox& mailbox, std::uint64_t id) {
  Message* found = nullptr;
  mailbox.for_each([&](Message& message) {
    if (message.sender == id) found = &message;
  });
  return found;
}

void step(std::mt19937& random, unsigned priorities, Box& box, Model& model, std::uint64_t id) {
  Mailbox& mailbox = box.mailbox;
  switch (random() % 8) {
    case 0:
    case 1:
    case 2: {
      const auto priority = static_cast<std::uint8_t>(kNormalPriority + random() % priorities);
      box.put(id, priority);
      model.put(id, priority);
      break;
    }
    case 3:
    case 4:
      if (Message* next = mailbox.next_unseen()) {
        mailbox.pass(next);
        model.unseen()->seen = true;
      }
      break;
    case 5:
      if (Message* first = mailbox.pop()) {
        model.drop(first->sender);
        free_message(first);
      }
      break;
    case 6:
      if (!model.entries.empty()) {
        const std::uint64_t victim = model.entries[random() % model.entries.size()].id;
        box.drop(message_with(mailbox, victim));
        model.drop(victim);
      }
      break;
    default: {
      const std::uint64_t mark = random() % 2 == 0 ? 0 : random() % (mailbox.arrivals() + 1);
      mailbox.rewind(mark);
      model.rewind(mark);
    }
  }
}

TEST(MailboxBands, BehavesAsTheModel) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const unsigned priorities = 1 + seed % 4;
    Box box;
    Model model;
    for (std::uint64_t id = 1; id <= 1500; ++id) {
      step(random, priorities, box, model, id);
      ASSERT_EQ(box.mailbox.count(), model.entries.size());
      ASSERT_EQ(box.mailbox.arrivals(), model.arrivals);
      const Message* next = box.mailbox.next_unseen();
      const Model::Entry* expected = model.unseen();
      ASSERT_EQ(next == nullptr ? 0 : next->sender, expected == nullptr ? 0 : expected->id)
          << "seed " << seed << ", step " << id;
      const Message* first = box.mailbox.peek();
      ASSERT_EQ(first == nullptr ? 0 : first->sender,
                model.entries.empty() ? 0 : model.entries.front().id);
    }
    Ids expected;
    for (const Model::Entry& entry : model.entries) expected.push_back(entry.id);
    EXPECT_EQ(box.all(), expected);
  }
}

}  // namespace
}  // namespace ttvm::process
