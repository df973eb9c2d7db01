// Collections that a slice leaves: by another thread, while the others run.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tests/unit/sched/fake_executor.hpp"

namespace ttvm::sched {
namespace {

using process::Collection;
using testing::actor;
using testing::Mode;
using testing::Process;
using testing::receive;
using testing::RunContext;
using testing::send;
using testing::SliceEnd;
using testing::spawn;
using testing::World;

class LeftCollections : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  LeftCollections() : world_(std::make_unique<World>(Mode{GetParam()})) {}

  static SliceEnd leave(RunContext& context, std::size_t words) {
    context.collection = {words, nullptr};
    return SliceEnd::kCollect;
  }

  std::unique_ptr<World> world_;
};

INSTANTIATE_TEST_SUITE_P(Workers, LeftCollections, ::testing::Values(1, 2, 4));

// The collection goes on until another process has run and sent a message; that is in the inbox
// afterwards, and the run has not ended meanwhile although nobody could run.
TEST_P(LeftCollections, OthersRunMeanwhile) {
  std::latch other_ran(1);
  std::size_t words = 0;
  std::thread::id collector;
  world_->executor().on_collect = [&](Process&, const Collection& collection) {
    words = collection.words;
    collector = std::this_thread::get_id();
    other_ran.wait();
  };
  int step = 0;
  std::int64_t received = 0;
  const RunResult result = world_->run(actor([&](Process& self, RunContext& context, std::int32_t) {
    if (++step == 1) {
      const std::uint64_t main = self.pid;
      spawn(context, main, actor([&, main](Process& other, RunContext& inner, std::int32_t) {
              EXPECT_TRUE(send(inner, other.pid, main, 42));
              other_ran.count_down();
              return SliceEnd::kExited;
            }));
      return leave(context, 77);
    }
    EXPECT_NE(collector, std::this_thread::get_id());
    EXPECT_FALSE(self.is_collected);
    received = receive(self, context).value;
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(step, 2);
  EXPECT_EQ(words, 77U);
  EXPECT_EQ(received, 42);
}

TEST_P(LeftCollections, WhoIsOverTheLimitEnds) {
  world_->executor().on_collect = [](Process& process, const Collection&) {
    process.exit_kind = process::ExitKind::kOutOfMemory;
  };
  int step = 0;
  const RunResult result = world_->run(actor([&](Process&, RunContext& context, std::int32_t) {
    ++step;
    return leave(context, 1);
  }));
  EXPECT_EQ(step, 1);
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(result.status, 1);
}

// The run is stopped while a heap is being collected: nobody frees that before it is done.
TEST_P(LeftCollections, TheEndWaitsForThem) {
  std::latch begun(1);
  std::atomic<bool> stopped{false};
  std::atomic<bool> done{false};
  world_->executor().on_collect = [&](Process&, const Collection&) {
    begun.count_down();
    while (!stopped) std::this_thread::yield();
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    done = true;
  };
  const RunResult result = world_->run(actor([&](Process& self, RunContext& context, std::int32_t) {
    const std::uint64_t main = self.pid;
    spawn(context, main,
          actor([&](Process&, RunContext& inner, std::int32_t) { return leave(inner, 1); }));
    spawn(context, main, actor([&](Process&, RunContext&, std::int32_t) {
            begun.wait();
            stopped = true;
            return SliceEnd::kStopRun;
          }));
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kExit);
  world_.reset();
  EXPECT_TRUE(done);
}

// More of them than threads: each is done, once.
TEST_P(LeftCollections, ManyAtOnce) {
  constexpr int kProcesses = 50;
  constexpr int kEach = 20;
  std::atomic<int> collected{0};
  std::atomic<int> ended{0};
  world_->executor().on_collect = [&](Process&, const Collection&) { ++collected; };
  world_->run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < kProcesses; ++i) {
      spawn(context, self.pid,
            actor([&, left = kEach](Process&, RunContext& inner, std::int32_t) mutable {
              if (left-- > 0) return leave(inner, 1);
              ++ended;
              return SliceEnd::kExited;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(collected, kProcesses * kEach);
  EXPECT_EQ(ended, kProcesses);
}

}  // namespace
}  // namespace ttvm::sched
