// Limited mailboxes, step by step.
#include "process/limit.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "world.hpp"

namespace ttvm::process {
namespace {

class Limited : public testing::Test {
 protected:
  Process& limited(std::uint32_t max, OnFull policy) {
    Process& process = world.spawn();
    limit_mailbox(process, max, policy);
    return process;
  }
  bool waits(Process& process) {
    world.fetch(process);
    return process.send_state == SendState::kWaitsForRoom;
  }

  World world;
};

TEST_F(Limited, BlockedSendersComeInInOrder) {
  // What the receiver has fetched, and when, makes no difference.
  for (unsigned fetches = 0; fetches < 64; ++fetches) {
    Process& receiver = limited(1, OnFull::kBlock);
    std::vector<Process*> senders;
    for (int i = 0; i < 4; ++i) senders.push_back(&world.spawn());
    unsigned bit = 1;
    const auto maybe_fetch = [&] {
      if ((fetches & bit) != 0) world.fetch(receiver);
      bit <<= 1U;
    };
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(world.send(*senders[i], receiver, i),
                i == 0 ? SendResult::kSent : SendResult::kWaits);
      maybe_fetch();
    }
    for (int i = 0; i < 4; ++i) {
      world.fetch(receiver);
      for (int other = i + 1; other < 4; ++other) EXPECT_TRUE(waits(*senders[other]));
      EXPECT_LE(receiver.mailbox.count(), 1U);
      EXPECT_EQ(world.receive(receiver), i) << fetches;
    }
    for (Process* sender : senders) EXPECT_FALSE(waits(*sender));
    EXPECT_EQ(world.receive(receiver), -1);
    EXPECT_EQ(receiver.details->limit->queued.load(), 0U);
  }
}

// The first message is received while two others are still in the inbox.
TEST_F(Limited, NobodyPassesTheLine) {
  Process& receiver = limited(1, OnFull::kBlock);
  Process& a = world.spawn();
  Process& b = world.spawn();
  Process& c = world.spawn();
  EXPECT_EQ(world.send(a, receiver, 1), SendResult::kSent);
  world.fetch(receiver);
  EXPECT_EQ(world.send(b, receiver, 2), SendResult::kWaits);
  EXPECT_EQ(world.send(c, receiver, 3), SendResult::kWaits);
  EXPECT_EQ(world.receive(receiver), 1);
  world.fetch(receiver);
  EXPECT_FALSE(waits(b));
  EXPECT_TRUE(waits(c));
  EXPECT_EQ(world.receive(receiver), 2);
  EXPECT_FALSE(waits(c));
  EXPECT_EQ(world.receive(receiver), 3);
}

TEST_F(Limited, EndFreesAllWhoWait) {
  Process& receiver = limited(1, OnFull::kBlock);
  Process& a = world.spawn();
  Process& b = world.spawn();
  world.send(a, receiver, 1);
  EXPECT_EQ(world.send(a, receiver, 2), SendResult::kWaits);
  world.fetch(receiver);                                      // a's stands in line
  EXPECT_EQ(world.send(b, receiver, 3), SendResult::kWaits);  // b's is in the inbox
  const std::uint64_t pid = receiver.pid;
  world.end(receiver, "shutdown");
  EXPECT_FALSE(waits(a));
  EXPECT_FALSE(waits(b));
  const std::string to = " to process " + std::to_string(pid) + ": receiver ended";
  EXPECT_EQ(world.services.dead_letters,
            (std::vector<std::string>{std::to_string(a.pid) + to, std::to_string(b.pid) + to}));
}

TEST_F(Limited, SenderThatEndedStillDelivers) {
  Process& receiver = limited(1, OnFull::kBlock);
  Process& a = world.spawn();
  world.send(a, receiver, 1);
  EXPECT_EQ(world.send(a, receiver, 2), SendResult::kWaits);
  world.end(a, "shutdown");
  world.fetch(receiver);
  EXPECT_EQ(world.receive(receiver), 1);
  EXPECT_EQ(world.receive(receiver), 2);
}

TEST_F(Limited, DropsTheNewest) {
  Process& receiver = limited(2, OnFull::kDropNewest);
  Process& a = world.spawn();
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(world.send(a, receiver, i), SendResult::kSent);
  EXPECT_EQ(world.services.dead_letters.size(), 2U);
  world.fetch(receiver);
  EXPECT_EQ(world.receive(receiver), 1);
  world.send(a, receiver, 5);
  world.fetch(receiver);
  EXPECT_EQ(world.receive(receiver), 2);
  EXPECT_EQ(world.receive(receiver), 5);
  EXPECT_EQ(world.receive(receiver), -1);
}

TEST_F(Limited, DropsTheOldest) {
  Process& receiver = limited(2, OnFull::kDropOldest);
  Process& a = world.spawn();
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(world.send(a, receiver, i), SendResult::kSent);
  world.fetch(receiver);
  EXPECT_EQ(world.services.dead_letters.size(), 3U);
  EXPECT_EQ(receiver.details->limit->queued.load(), 2U);
  EXPECT_EQ(world.receive(receiver), 4);
  EXPECT_EQ(world.receive(receiver), 5);
  EXPECT_EQ(world.receive(receiver), -1);
}

TEST_F(Limited, Refuses) {
  Process& receiver = limited(1, OnFull::kRaise);
  Process& a = world.spawn();
  EXPECT_EQ(world.send(a, receiver, 1), SendResult::kSent);
  EXPECT_EQ(world.send(a, receiver, 2), SendResult::kRefused);
  world.fetch(receiver);
  EXPECT_EQ(world.receive(receiver), 1);
  EXPECT_EQ(world.send(a, receiver, 3), SendResult::kSent);
  EXPECT_EQ(world.services.dead_letters.size(), 0U);
}

TEST_F(Limited, RefusesToWaitForItself) {
  Process& receiver = limited(1, OnFull::kBlock);
  EXPECT_EQ(world.send(receiver, receiver, 1), SendResult::kSent);
  EXPECT_EQ(world.send(receiver, receiver, 2), SendResult::kRefused);
  EXPECT_EQ(receiver.send_state, SendState::kNone);
  world.fetch(receiver);
  EXPECT_EQ(world.receive(receiver), 1);
  EXPECT_EQ(world.send(receiver, receiver, 3), SendResult::kSent);
}

TEST_F(Limited, OnlyMessagesCount) {
  Process& receiver = limited(1, OnFull::kRaise);
  Process& a = world.spawn();
  world.send(a, receiver, 1);
  send_exit(a, world.context, receiver.pid, term::intern("please"));
  monitor(receiver, world.context, 99, 5);
  world.fetch(receiver);
  EXPECT_EQ(receiver.mailbox.count(), 3U);
  EXPECT_EQ(world.receive(receiver), 1);
  EXPECT_EQ(world.send(a, receiver, 2), SendResult::kSent);
  EXPECT_EQ(world.receive(receiver), -2);
  EXPECT_EQ(world.send(a, receiver, 3), SendResult::kRefused);
}

}  // namespace
}  // namespace ttvm::process
