#include "process/process.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <thread>
#include <vector>

#include "heap/slab.hpp"
#include "process/details.hpp"
#include "process/epoch.hpp"
#include "process/executor.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"

namespace ttvm::process {
namespace {

Message* message_of(std::uint64_t id, std::uint8_t priority = kNormalPriority) {
  Message* message = make_message(0);
  message->sender = id;
  message->priority = priority;
  return message;
}

std::vector<std::uint64_t> drain(Mailbox& mailbox) {
  std::vector<std::uint64_t> ids;
  while (Message* message = mailbox.pop()) {
    ids.push_back(message->sender);
    free_message(message);
  }
  return ids;
}

TEST(Message, FragmentIsLastAndKnowsItsBlock) {
  static_assert(sizeof(Message) == 56);
  Message* message = make_message(3);
  EXPECT_EQ(message->fragment.words, 3U);
  EXPECT_EQ(reinterpret_cast<char*>(message->fragment.data()),
            reinterpret_cast<char*>(message) + sizeof(Message));
  EXPECT_EQ(message->fragment.block_bytes(), sizeof(Message) + 3 * sizeof(Word));
  free_message(message);
}

TEST(Inbox, StatesAndOrder) {
  Inbox inbox;
  EXPECT_FALSE(inbox.has_signals());
  EXPECT_EQ(inbox.take_all(), nullptr);
  Signal a;
  Signal b;
  Signal c;
  EXPECT_EQ(inbox.push(&a), PushResult::kPushed);
  EXPECT_EQ(inbox.push(&b), PushResult::kPushed);
  EXPECT_TRUE(inbox.has_signals());
  EXPECT_FALSE(inbox.try_wait());
  Signal* first = inbox.take_all();
  EXPECT_EQ(first, &a);
  EXPECT_EQ(first->next, &b);
  EXPECT_EQ(b.next, nullptr);

  EXPECT_TRUE(inbox.try_wait());
  EXPECT_TRUE(inbox.is_waiting());
  EXPECT_FALSE(inbox.has_signals());
  EXPECT_EQ(inbox.push(&a), PushResult::kWakeReceiver);
  EXPECT_EQ(inbox.push(&b), PushResult::kPushed);
  EXPECT_EQ(inbox.close(), &a);
  EXPECT_EQ(a.next, &b);
  EXPECT_EQ(inbox.push(&c), PushResult::kClosed);
  EXPECT_EQ(inbox.close(), nullptr);
}

TEST(Inbox, WhatIsKeptCountsAsTaken) {
  Inbox inbox;
  Signal a;
  Signal b;
  Signal c;
  EXPECT_EQ(inbox.single(), nullptr);
  inbox.push(&a);
  EXPECT_EQ(inbox.single(), &a);
  inbox.keep(&a);
  EXPECT_FALSE(inbox.has_signals());
  EXPECT_EQ(inbox.single(), nullptr);
  EXPECT_EQ(inbox.take_all(), nullptr);

  // On top of one that is kept: alone, then kept in its place.
  EXPECT_EQ(inbox.push(&b), PushResult::kPushed);
  EXPECT_FALSE(inbox.try_wait());
  EXPECT_EQ(inbox.single(), &b);
  inbox.keep(&b);
  EXPECT_EQ(b.next, nullptr);

  // Waiting takes it out.
  EXPECT_TRUE(inbox.try_wait());
  EXPECT_EQ(inbox.push(&a), PushResult::kWakeReceiver);
  EXPECT_EQ(a.next, nullptr);
  a.kind = SignalKind::kMessage;
  inbox.keep(inbox.single());

  // Two on top of it: they are taken without it.
  b.kind = SignalKind::kMessage;
  inbox.push(&b);
  inbox.push(&c);
  EXPECT_EQ(inbox.single(), nullptr);
  EXPECT_EQ(inbox.take_all(), &b);
  EXPECT_EQ(b.next, &c);
  EXPECT_EQ(c.next, nullptr);
  EXPECT_TRUE(inbox.try_wait());
}

TEST(Inbox, LetsGoOfWhatItKeeps) {
  Signal a;
  Signal b;
  Signal c;
  Inbox alone;
  alone.let_go();
  alone.push(&a);
  alone.keep(&a);
  alone.let_go();
  EXPECT_EQ(alone.newest(), nullptr);
  EXPECT_EQ(alone.push(&b), PushResult::kPushed);
  EXPECT_EQ(b.next, nullptr);
  alone.let_go();  // nothing is kept
  EXPECT_EQ(alone.single(), &b);

  Inbox below;
  a.kind = SignalKind::kMessage;
  below.push(&a);
  below.keep(&a);
  below.push(&b);
  below.push(&c);
  below.let_go();
  EXPECT_EQ(below.newest(), &c);
  EXPECT_EQ(c.next, &b);
  EXPECT_EQ(b.next, nullptr);

  Inbox closed;
  a.kind = SignalKind::kMessage;
  closed.push(&a);
  closed.keep(&a);
  EXPECT_EQ(closed.close(), nullptr);
}

TEST(Mailbox, KeepsOrderAndPriorities) {
  Mailbox mailbox;
  for (std::uint64_t id = 1; id <= 3; ++id) mailbox.append(message_of(id));
  mailbox.append(message_of(4, 200));
  mailbox.append(message_of(5, 10));
  mailbox.append(message_of(6));
  mailbox.append(message_of(7, 200));
  EXPECT_EQ(mailbox.count(), 7U);
  EXPECT_EQ(mailbox.peek()->sender, 4U);
  EXPECT_EQ(drain(mailbox), (std::vector<std::uint64_t>{4, 7, 1, 2, 3, 6, 5}));
  EXPECT_TRUE(mailbox.empty());
  EXPECT_EQ(mailbox.pop(), nullptr);
  mailbox.append(message_of(8));
  EXPECT_EQ(drain(mailbox), std::vector<std::uint64_t>{8});
}

TEST(Mailbox, RemovesFromTheMiddleAndTheEnd) {
  Mailbox mailbox;
  for (std::uint64_t id = 1; id <= 4; ++id) mailbox.append(message_of(id));
  Message* second = Mailbox::following(mailbox.peek());
  Message* third = Mailbox::following(second);
  Message* fourth = Mailbox::following(third);
  mailbox.remove(third);
  free_message(third);
  mailbox.remove(fourth);
  free_message(fourth);
  mailbox.append(message_of(5));
  Message* first = mailbox.peek();
  EXPECT_EQ(first->sender, 1U);
  mailbox.remove(first);
  free_message(first);
  EXPECT_EQ(mailbox.count(), 2U);
  EXPECT_EQ(drain(mailbox), (std::vector<std::uint64_t>{2, 5}));
}

struct CountedJob : Job {
  int* discarded = nullptr;
};

CountedJob* make_job(int* discarded) {
  auto* job = new CountedJob;
  job->discarded = discarded;
  job->discard = [](Job& base) {
    auto& counted = static_cast<CountedJob&>(base);
    ++*counted.discarded;
    delete &counted;
  };
  return job;
}

Signal* make_timeout() {
  auto* timeout = new (heap::slab_allocate(kTimeoutBytes)) Signal;
  timeout->kind = SignalKind::kTimeout;
  return timeout;
}

TEST(Process, FetchSortsSignals) {
  EpochDomain domain(1);
  EpochParticipant& epoch = domain.participant(0);
  epoch.go_online();
  RunContext context;
  context.epoch = &epoch;
  Process* process = create_process(7, 1);
  int discarded = 0;
  Job* job = make_job(&discarded);
  Signal* current = make_timeout();
  process->timer = current;
  details_of(*process).pending_io = job;
  process->inbox.push(message_of(1));
  process->inbox.push(make_timeout());  // stale
  process->inbox.push(job);
  process->inbox.push(message_of(2));
  fetch_signals(*process, context);
  EXPECT_EQ(process->mailbox.count(), 2U);
  EXPECT_TRUE(job->done);
  EXPECT_EQ(process->timer, current);
  process->inbox.push(current);
  fetch_signals(*process, context);
  EXPECT_EQ(process->timer, nullptr);

  process->inbox.push(message_of(3));
  process->inbox.push(make_job(&discarded));
  process->inbox.push(make_timeout());
  give_up_job(*process);
  EXPECT_EQ(details_of(*process).pending_io, nullptr);
  EXPECT_EQ(discarded, 1);
  EXPECT_EQ(end_process(process, context), 3U);
  EXPECT_EQ(discarded, 2);
  epoch.go_offline();
  EXPECT_EQ(epoch.pending(), 0U);
}

TEST(Process, SpawnHonoursTheLimitAndGivesPidsInOrder) {
  EpochDomain domain(1);
  EpochParticipant& epoch = domain.participant(0);
  epoch.go_online();
  ProcessTable table(1, 2);
  RunContext context;
  context.table = &table;
  context.epoch = &epoch;
  Process* one = spawn_process(context, 0);
  Process* two = spawn_process(context, 1);
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(one->pid, 1U);
  EXPECT_EQ(two->pid, 2U);
  EXPECT_EQ(two->parent, 1U);
  EXPECT_EQ(two->initial_block_bytes, kInitialBlockWords * sizeof(Word));
  EXPECT_EQ(spawn_process(context, 1), nullptr);
  table.remove(one, 0, epoch);
  end_process(one, context);
  Process* three = spawn_process(context, 1);
  ASSERT_NE(three, nullptr);
  EXPECT_EQ(three->pid, 3U);
  EXPECT_EQ(table.live_count(), 2U);
  for (Process* process : {two, three}) {
    table.remove(process, 0, epoch);
    end_process(process, context);
  }
  epoch.go_offline();
}

TEST(Process, IsSmall) {
  // Struct, first block and table entry of a process that has never received anything.
  // With assertions a heap has one word more.
  const std::size_t more = sizeof(heap::Heap) - 64;
  EXPECT_LE(sizeof(Process) + kInitialBlockWords * sizeof(Word) + sizeof(void*), 490U + more);
}

TEST(RunContext, DeliverWakesOnce) {
  EpochDomain domain(1);
  domain.participant(0).go_online();
  Process* process = create_process(1, 0);
  RunContext context;
  ASSERT_TRUE(process->inbox.try_wait());
  EXPECT_TRUE(context.deliver(*process, message_of(1)));
  EXPECT_TRUE(context.deliver(*process, message_of(2)));
  EXPECT_EQ(context.woken_count, 1U);
  EXPECT_EQ(context.woken_head, process);
  EXPECT_EQ(context.woken_tail, process);
  Process* other = create_process(2, 0);
  context.wake(other);
  EXPECT_EQ(process->queue_next, other);
  EXPECT_EQ(context.woken_count, 2U);
  Signal* rest = process->inbox.close();
  while (rest != nullptr) {
    Signal* next = rest->next;
    free_message(static_cast<Message*>(rest));
    rest = next;
  }
  Message* late = message_of(3);
  EXPECT_FALSE(context.deliver(*process, late));
  free_message(late);
  discard_process(process, domain.participant(0));
  discard_process(other, domain.participant(0));
  domain.participant(0).go_offline();
}

}  // namespace
}  // namespace ttvm::process
