// Priorities through the whole scheduler, under both drivers.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "fake_executor.hpp"

namespace ttvm::sched {
namespace {

using process::ProcessPriority;
using testing::actor;
using testing::Mode;
using testing::Process;
using testing::receive;
using testing::RunContext;
using testing::send;
using testing::SliceEnd;
using testing::World;

std::uint64_t spawn(RunContext& context, ProcessPriority priority,
                    std::unique_ptr<testing::Actor> what) {
  const std::uint64_t pid = testing::spawn(context, 1, std::move(what));
  context.table->find(pid)->priority = priority;
  return pid;
}

class OneWorker : public ::testing::TestWithParam<Mode> {};
INSTANTIATE_TEST_SUITE_P(Modes, OneWorker,
                         ::testing::Values(Mode{1}, Mode{1, 0, 1}, Mode{1, 1}, Mode{1, 2},
                                           Mode{1, 3, 1}),
                         [](const auto& mode) { return testing::name_of(mode.param); });

// Hogs of all classes: how many slices each class has had when high has had `kSlices`.
constexpr int kSlices = 6500;

std::array<int, 3> share(const Mode& mode, bool with_normal) {
  std::array<int, 3> slices{};
  World world(mode);
  world.run(actor([&](Process&, RunContext& context, std::int32_t) {
    for (const auto priority :
         {ProcessPriority::kLow, ProcessPriority::kNormal, ProcessPriority::kHigh}) {
      if (priority == ProcessPriority::kNormal && !with_normal) continue;
      for (int i = 0; i < 3; ++i) {
        spawn(context, priority, actor([&, priority](Process&, RunContext&, std::int32_t) {
                ++slices[static_cast<std::size_t>(priority)];
                return slices[2] == kSlices ? SliceEnd::kStopRun : SliceEnd::kRunnable;
              }));
      }
    }
    return SliceEnd::kExited;
  }));
  return slices;
}

TEST_P(OneWorker, NobodyStarves) {
  const auto [low, normal, high] = share(GetParam(), true);
  EXPECT_EQ(high, kSlices);
  EXPECT_NEAR(low, kSlices / 8, 1);
  EXPECT_NEAR(normal, kSlices / 8, 1);
  EXPECT_NEAR(share(GetParam(), false)[0], kSlices / 8, 1);
}

TEST_P(OneWorker, UrgentOnesFirst) {
  World world(GetParam());
  std::string order;
  world.run(actor([&](Process&, RunContext& context, std::int32_t) {
    for (const char letter : std::string("lnhlnh")) {
      const ProcessPriority priority = letter == 'l'   ? ProcessPriority::kLow
                                       : letter == 'n' ? ProcessPriority::kNormal
                                                       : ProcessPriority::kHigh;
      spawn(context, priority, actor([&order, letter](Process&, RunContext&, std::int32_t) {
              order += letter;
              return SliceEnd::kExited;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(order, "hhnnll");
}

// A hog wakes a high one at every slice: it runs before the next slice of any hog.
TEST_P(OneWorker, AWokenUrgentOneRunsAtOnce) {
  World world(GetParam());
  int hog_slices = 0;
  int late = 0;
  int woken = 0;
  world.run(actor([&](Process&, RunContext& context, std::int32_t) {
    const std::uint64_t server =
        spawn(context, ProcessPriority::kHigh, actor([&](Process& self, RunContext&, std::int32_t) {
                while (true) {
                  const testing::Received message = receive(self, context);
                  if (!message.ok) return SliceEnd::kWaiting;
                  ++woken;
                  if (message.value != hog_slices) ++late;
                  if (woken == 1000) return SliceEnd::kStopRun;
                }
              }));
    for (int i = 0; i < 5; ++i) {
      spawn(context, ProcessPriority::kNormal,
            actor([&, server](Process& self, RunContext& inner, std::int32_t) {
              send(inner, self.pid, server, ++hog_slices);
              return SliceEnd::kRunnable;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(woken, 1000);
  EXPECT_LE(late, woken / 50);  // once in 65 slices it is the turn of a normal one
}

// A dialogue of normal processes takes turns with a low hog, and goes first.
TEST_P(OneWorker, ADialogueGoesBeforeLowButDoesNotStarveIt) {
  World world(GetParam());
  int low_slices = 0;
  int pongs = 0;
  constexpr int kPongs = 4000;
  world.run(actor(
      [&, partner = std::uint64_t{0}](Process& self, RunContext& context, std::int32_t) mutable {
        if (partner == 0) {
          partner = spawn(context, ProcessPriority::kNormal,
                          actor([](Process& me, RunContext& inner, std::int32_t) {
                            const testing::Received ping = receive(me, inner);
                            if (ping.ok) send(inner, me.pid, ping.sender, 0);
                            return SliceEnd::kWaiting;
                          }));
          spawn(context, ProcessPriority::kLow, actor([&](Process&, RunContext&, std::int32_t) {
                  ++low_slices;
                  return SliceEnd::kRunnable;
                }));
          send(context, self.pid, partner, 0);
          return SliceEnd::kWaiting;
        }
        if (!receive(self, context).ok) return SliceEnd::kWaiting;
        if (++pongs == kPongs) return SliceEnd::kStopRun;
        send(context, self.pid, partner, 0);
        return SliceEnd::kWaiting;
      }));
  EXPECT_EQ(pongs, kPongs);
  EXPECT_GE(low_slices, 2 * kPongs / 9);
  EXPECT_LE(low_slices, 2 * kPongs / 8);
}

// Nobody but high and low ones: an idle worker must be woken for them and must find them. The run
// ends only when both workers run processes of the class.
TEST(SmpPriorities, HighAndLowAreStolen) {
  for (const auto priority : {ProcessPriority::kLow, ProcessPriority::kHigh}) {
    World world(Mode{2});
    std::array<std::atomic<int>, 2> slices{};
    world.run(actor([&](Process&, RunContext& context, std::int32_t) {
      for (int i = 0; i < 8; ++i) {
        spawn(context, priority, actor([&](Process&, RunContext& inner, std::int32_t) {
                ++slices[inner.worker];
                return slices[0] >= 1000 && slices[1] >= 1000 ? SliceEnd::kStopRun
                                                              : SliceEnd::kRunnable;
              }));
      }
      return SliceEnd::kExited;
    }));
    EXPECT_GE(slices[0], 1000);
    EXPECT_GE(slices[1], 1000);
  }
}

// Many processes of all classes that come and go on several workers: all end, and so does the run.
TEST(SmpPriorities, TheRunEndsWithEverybodyDone) {
  for (const std::uint32_t workers : {1U, 2U, 4U}) {
    World world(Mode{workers});
    std::atomic<int> finished{0};
    const RunResult result = world.run(actor([&](Process&, RunContext& context, std::int32_t) {
      for (int i = 0; i < 3000; ++i) {
        spawn(context, static_cast<ProcessPriority>(i % 3),
              actor([&, left = i % 7](Process&, RunContext&, std::int32_t) mutable {
                if (left-- > 0) return SliceEnd::kRunnable;
                ++finished;
                return SliceEnd::kExited;
              }));
      }
      return SliceEnd::kExited;
    }));
    EXPECT_EQ(result.reason, RunReason::kFinished);
    EXPECT_EQ(finished, 3000);
    EXPECT_EQ(world.table().live_count(), 0U);
  }
}

}  // namespace
}  // namespace ttvm::sched
