// Long parallel runs of inboxes and schedulers with conservation as the oracle: nothing lost,
// nothing twice, in order, and every run ends. A run that hangs is ended by the test's time limit.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "process/inbox.hpp"
#include "sched/parking_lot.hpp"
#include "tests/unit/sched/fake_executor.hpp"

namespace ttvm::sched {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kScale = 1;
#else
constexpr int kScale = 10;
#endif

using process::kNoDeadline;
using testing::actor;
using testing::Mode;
using testing::Process;
using testing::receive;
using testing::RunContext;
using testing::send;
using testing::SliceEnd;
using testing::spawn;
using testing::World;

enum class Receiver : std::uint8_t { kTakes, kKeeps, kDrops };

// Receives as interp does: what is alone in the inbox is kept there, and freed after some more
// messages, as by a collection. One that drops frees them all whenever it waits, as sched does.
class KeepingReceiver {
 public:
  KeepingReceiver(process::Inbox& inbox, bool drops) : inbox_(inbox), drops_(drops) {}
  ~KeepingReceiver() { free_all(); }
  KeepingReceiver(const KeepingReceiver&) = delete;
  KeepingReceiver& operator=(const KeepingReceiver&) = delete;

  // The message that is alone in the inbox, or null.
  const process::Message* receive() {
    process::Signal* single = inbox_.single();
    if (single == nullptr) return nullptr;
    if (received_.size() == 10) free_all();
    inbox_.keep(single);
    received_.push_back(static_cast<process::Message*>(single));
    return received_.back();
  }

  bool try_wait() {
    const bool waits = inbox_.try_wait();
    if (drops_) {
      if (!waits) inbox_.let_go();
      free_received();
    }
    return waits;
  }

 private:
  void free_all() {
    inbox_.let_go();
    free_received();
  }
  void free_received() {
    for (process::Message* message : received_) process::free_message(message);
    received_.clear();
  }

  process::Inbox& inbox_;
  const bool drops_;
  std::vector<process::Message*> received_;
};

std::string name_of(Receiver receiver) {
  if (receiver == Receiver::kTakes) return "takes";
  return receiver == Receiver::kKeeps ? "keeps" : "drops";
}

class InboxStress : public ::testing::TestWithParam<Receiver> {};
INSTANTIATE_TEST_SUITE_P(Receivers, InboxStress,
                         ::testing::Values(Receiver::kTakes, Receiver::kKeeps, Receiver::kDrops),
                         [](const auto& info) { return name_of(info.param); });

// Producers push into one inbox whose receiver waits whenever it is empty. The producer that finds
// it waiting, and only that one, wakes it.
TEST_P(InboxStress, ProducersAndAWaitingReceiver) {
  constexpr std::uint64_t kProducers = 4;
  constexpr std::uint64_t kEach = 20000 * kScale;
  process::Inbox inbox;
  Parker parker;
  std::atomic<std::uint64_t> wakes{0};
  std::vector<std::thread> producers;
  for (std::uint64_t producer = 0; producer < kProducers; ++producer) {
    producers.emplace_back([&, producer] {
      for (std::uint64_t i = 1; i <= kEach; ++i) {
        process::Message* message = process::make_message(0);
        message->sender = producer;
        message->value = term::Term::small(static_cast<std::int64_t>(i));
        if (inbox.push(message) == process::PushResult::kWakeReceiver) {
          ++wakes;
          parker.unpark();
        }
        if (i % 64 == 0) std::this_thread::yield();
      }
    });
  }
  process::Mailbox mailbox;
  std::vector<std::uint64_t> last(kProducers, 0);
  std::uint64_t received = 0;
  std::uint64_t waits = 0;
  std::uint64_t out_of_order = 0;
  const auto count = [&](const process::Message& message) {
    if (static_cast<std::uint64_t>(message.value.as_small()) != ++last[message.sender])
      ++out_of_order;
    ++received;
  };
  KeepingReceiver keeper(inbox, GetParam() == Receiver::kDrops);
  while (received < kProducers * kEach) {
    const process::Message* kept = GetParam() == Receiver::kTakes ? nullptr : keeper.receive();
    if (kept != nullptr) {
      count(*kept);
    } else {
      for (process::Signal* signal = inbox.take_all(); signal != nullptr;) {
        process::Signal* next = signal->next;
        mailbox.append(static_cast<process::Message*>(signal));
        signal = next;
      }
    }
    while (process::Message* message = mailbox.pop()) {
      count(*message);
      process::free_message(message);
    }
    if (received < kProducers * kEach && keeper.try_wait()) {
      ++waits;
      while (inbox.is_waiting()) parker.park(INT64_MAX);
    }
  }
  for (std::thread& producer : producers) producer.join();
  EXPECT_EQ(out_of_order, 0U);
  EXPECT_EQ(wakes, waits);
  EXPECT_EQ(inbox.close(), nullptr);
}

// Producers race with the end of the receiver: each signal is either taken, handed back by close(),
// or left with its sender.
TEST(InboxCloseStress, PushAgainstClose) {
  constexpr int kRounds = 500 * kScale;
  constexpr int kProducers = 3;
  for (int round = 0; round < kRounds; ++round) {
    process::Inbox inbox;
    std::atomic<int> refused{0};
    std::atomic<int> go{0};
    std::vector<process::Signal> signals(kProducers * 10);
    std::vector<std::thread> producers;
    for (int producer = 0; producer < kProducers; ++producer) {
      producers.emplace_back([&, producer] {
        ++go;
        while (go.load() <= kProducers) std::this_thread::yield();
        for (int i = 0; i < 10; ++i) {
          auto& signal = signals[static_cast<std::size_t>(producer * 10 + i)];
          if (inbox.push(&signal) == process::PushResult::kClosed) ++refused;
        }
      });
    }
    while (go.load() < kProducers) std::this_thread::yield();
    ++go;
    int taken = 0;
    for (process::Signal* s = inbox.take_all(); s != nullptr; s = s->next) ++taken;
    for (process::Signal* s = inbox.close(); s != nullptr; s = s->next) ++taken;
    for (std::thread& producer : producers) producer.join();
    ASSERT_EQ(taken + refused, kProducers * 10);
  }
}

struct Totals {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> dead{0};
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> early{0};
};

// Sends, receives, waits, names itself, spawns and ends at random until its share of operations is
// used up; what it spawns gets a part of that share.
class Chaotic final : public testing::Actor {
 public:
  Chaotic(Totals& totals, std::uint64_t seed, std::uint32_t share)
      : totals_(totals), random_(seed), share_(share) {}

  SliceEnd step(Process& self, RunContext& context, std::int32_t) override {
    while (receive(self, context).ok) ++totals_.received;
    if (self.wait_deadline != kNoDeadline) {
      const bool over = context.clock->now() >= self.wait_deadline;
      if (!over && random_.below(2) == 0) return SliceEnd::kWaiting;
      self.wait_deadline = kNoDeadline;
    }
    for (std::uint32_t burst = 1 + random_.below(20); burst > 0 && share_ > 0; --burst, --share_) {
      act(self, context);
    }
    if (share_ == 0) return SliceEnd::kExited;
    if (random_.below(3) == 0) return SliceEnd::kRunnable;
    // Every wait has a deadline, so the run always ends.
    self.wait_deadline = context.clock->now() + static_cast<base::Nanos>(random_.below(100'000));
    return SliceEnd::kWaiting;
  }

 private:
  void act(Process& self, RunContext& context) {
    const std::uint32_t choice = random_.below(100);
    if (choice < 4) {
      const std::uint32_t part = share_ / 3;
      share_ -= part;
      spawn(context, self.pid, std::make_unique<Chaotic>(totals_, random_.next(), part + 1));
    } else if (choice < 6) {
      const std::string name = "n" + std::to_string(random_.below(50));
      context.registry->register_name(name, self, *context.epoch);
    } else if (choice < 7) {
      const std::string name = "n" + std::to_string(random_.below(50));
      context.registry->unregister_name(name, *context.epoch);
    } else {
      const std::uint64_t spawned = context.table->spawned_count();
      std::uint64_t to =
          spawned - random_.below(static_cast<std::uint32_t>(spawned < 300 ? spawned : 300));
      if (choice < 15) {
        to = context.registry->whereis("n" + std::to_string(random_.below(50)));
      }
      ++totals_.sent;
      if (!send(context, self.pid, to, 0)) ++totals_.dead;
    }
  }

  Totals& totals_;
  base::Random random_;
  std::uint32_t share_;
};

class Stress : public ::testing::TestWithParam<Mode> {};
INSTANTIATE_TEST_SUITE_P(Modes, Stress, ::testing::Values(Mode{1}, Mode{2}, Mode{4}, Mode{1, 11}),
                         [](const auto& mode) { return testing::name_of(mode.param); });

TEST_P(Stress, ConservationInChaos) {
  constexpr int kRuns = 3;
  constexpr std::uint32_t kOperations = 100'000U * kScale;
  for (int run = 0; run < kRuns; ++run) {
    Totals totals;
    World world(GetParam());
    const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
      for (std::uint64_t i = 0; i < 50; ++i) {
        spawn(context, self.pid,
              std::make_unique<Chaotic>(totals, i * 1000 + static_cast<std::uint64_t>(run),
                                        kOperations / 50));
      }
      return SliceEnd::kExited;
    }));
    const SchedulerCounters counters = world.scheduler().counters();
    EXPECT_EQ(result.reason, RunReason::kFinished);
    EXPECT_EQ(totals.sent, totals.received + totals.dead + counters.messages_dropped);
    EXPECT_EQ(world.table().live_count(), 0U);
    EXPECT_EQ(counters.exits, world.table().spawned_count());
    EXPECT_EQ(world.registry().size(), 0U);
    EXPECT_GT(totals.received, 0U);
  }
}

// Few pairs on several workers, with pauses: workers park and are woken all the time.
TEST_P(Stress, DialoguesWithPauses) {
  constexpr int kPairs = 3;
  constexpr std::int64_t kRounds = 3000 * kScale;
  World world(GetParam());
  std::atomic<int> finished{0};
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int pair = 0; pair < kPairs; ++pair) {
      const std::uint64_t partner =
          spawn(context, self.pid,
                actor([left = kRounds](Process& me, RunContext& inner, std::int32_t) mutable {
                  for (;;) {
                    const testing::Received ping = receive(me, inner);
                    if (!ping.ok) return SliceEnd::kWaiting;
                    send(inner, me.pid, ping.sender, ping.value);
                    if (--left == 0) return SliceEnd::kExited;
                  }
                }));
      spawn(context, self.pid,
            actor([&, partner, left = kRounds, asked = false](Process& me, RunContext& inner,
                                                              std::int32_t) mutable {
              if (asked) {
                if (!receive(me, inner).ok) return SliceEnd::kWaiting;
                asked = false;
                if (--left == 0) {
                  ++finished;
                  return SliceEnd::kExited;
                }
                if (left % 100 == 0) {
                  me.wait_deadline = inner.clock->now() + 50'000;
                  return SliceEnd::kWaiting;
                }
              }
              process::fetch_signals(me, inner);
              if (me.wait_deadline != kNoDeadline && inner.clock->now() < me.wait_deadline) {
                return SliceEnd::kWaiting;
              }
              me.wait_deadline = kNoDeadline;
              asked = true;
              send(inner, me.pid, partner, 1);
              return SliceEnd::kWaiting;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(finished, kPairs);
  EXPECT_EQ(world.table().live_count(), 0U);
}

// Many short runs: start, first wake-ups, the end by quiescence and by EXIT.
TEST_P(Stress, ManyShortRuns) {
  for (int run = 0; run < 100 * kScale; ++run) {
    World world(GetParam());
    std::atomic<int> ended{0};
    const bool by_exit = run % 3 == 0;
    const int children = 1 + run % 40;
    const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
      for (int i = 0; i < children; ++i) {
        spawn(context, self.pid,
              actor([&, left = 1 + i % 5](Process&, RunContext& inner, std::int32_t) mutable {
                if (--left > 0) return SliceEnd::kRunnable;
                if (++ended == children && by_exit) {
                  inner.exit_status = 9;
                  return SliceEnd::kStopRun;
                }
                return SliceEnd::kExited;
              }));
      }
      return SliceEnd::kExited;
    }));
    ASSERT_EQ(result.reason, by_exit ? RunReason::kExit : RunReason::kFinished);
    ASSERT_EQ(result.status, by_exit ? 9 : 0);
    ASSERT_EQ(ended, children);
    if (by_exit && GetParam().seed != 0) {
      // Those whose end the schedule had not yet come to are there as well.
      ASSERT_GE(world.table().live_count(), 1U);
    } else {
      ASSERT_EQ(world.table().live_count(), by_exit ? 1U : 0U);
    }
  }
}

}  // namespace
}  // namespace ttvm::sched
