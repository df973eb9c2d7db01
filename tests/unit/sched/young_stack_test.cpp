// Newcomers of a crowded worker: their order, and what it does to those who wait in the queue.
#include "sched/young_stack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "fake_executor.hpp"

namespace ttvm::sched {
namespace {

using testing::actor;
using testing::Mode;
using testing::Process;
using testing::RunContext;
using testing::SliceEnd;
using testing::World;

TEST(YoungStack, NewestFirstAndTheOldestLeavesWhenItIsFull) {
  constexpr std::uint32_t kAll = 3 * YoungStack::kRoom;
  std::vector<std::unique_ptr<Process>> processes;
  YoungStack young;
  for (std::uint32_t i = 0; i < kAll; ++i) {
    processes.push_back(std::make_unique<Process>());
    processes[i]->pid = i;
    const Process* displaced = young.push(processes[i].get());
    if (i < YoungStack::kRoom) {
      ASSERT_EQ(displaced, nullptr);
    } else {
      ASSERT_EQ(displaced->pid, i - YoungStack::kRoom);
    }
  }
  EXPECT_EQ(young.count(), YoungStack::kRoom);
  EXPECT_EQ(young.take_oldest()->pid, kAll - YoungStack::kRoom);
  for (std::uint32_t i = kAll; i > kAll - YoungStack::kRoom + 1; --i) {
    ASSERT_EQ(young.newest()->pid, i - 1);
    ASSERT_EQ(young.pop_newest()->pid, i - 1);
  }
  EXPECT_TRUE(young.empty());
}

class Crowd : public ::testing::TestWithParam<Mode> {};
INSTANTIATE_TEST_SUITE_P(Modes, Crowd, ::testing::Values(Mode{1}, Mode{2}, Mode{3}),
                         [](const auto& mode) { return testing::name_of(mode.param); });

struct Tree {
  std::atomic<std::uint32_t> alive{0};
  std::atomic<std::uint32_t> most{0};
  std::atomic<std::uint32_t> ended{0};
};

void grow(RunContext& context, Tree& tree, int levels) {
  const std::uint32_t alive = ++tree.alive;
  std::uint32_t most = tree.most;
  while (alive > most && !tree.most.compare_exchange_weak(most, alive)) {
  }
  testing::spawn(context, 1, actor([&tree, levels](Process&, RunContext& inner, std::int32_t) {
                   for (int i = 0; levels > 0 && i < 10; ++i) grow(inner, tree, levels - 1);
                   --tree.alive;
                   ++tree.ended;
                   return SliceEnd::kExited;
                 }));
}

// In full width 100,000 would be alive at once.
TEST_P(Crowd, ATreeIsWalkedInDepth) {
  Tree tree;
  World world(GetParam());
  const RunResult result = world.run(actor([&](Process&, RunContext& context, std::int32_t) {
    grow(context, tree, 5);
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(tree.ended, 111'111U);
  EXPECT_LT(tree.most, 10'000U);
}

// Newcomers without end, and 300 that were there before: these go on too.
TEST_P(Crowd, NewcomersDoNotStarveTheQueue) {
  constexpr int kOld = 300;
  constexpr int kTurns = 3;
  constexpr std::uint64_t kTooMany = 20'000'000;
  std::atomic<int> done{0};
  std::atomic<std::uint64_t> slices{0};
  World world(GetParam());
  struct Newcomer {
    static void spawn(RunContext& context, std::atomic<std::uint64_t>& slices) {
      testing::spawn(context, 1, actor([&slices](Process&, RunContext& inner, std::int32_t) {
                       spawn(inner, slices);
                       return ++slices > kTooMany ? SliceEnd::kStopRun : SliceEnd::kExited;
                     }));
    }
  };
  world.run(actor([&](Process&, RunContext& context, std::int32_t) {
    for (int i = 0; i < kOld; ++i) {
      testing::spawn(context, 1, actor([&, turns = 0](Process&, RunContext&, std::int32_t) mutable {
                       if (++turns == kTurns && ++done == kOld) return SliceEnd::kStopRun;
                       return SliceEnd::kRunnable;
                     }));
    }
    for (int i = 0; i < 10; ++i) Newcomer::spawn(context, slices);
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(done, kOld);
  EXPECT_LE(slices, kTooMany);
}

}  // namespace
}  // namespace ttvm::sched
