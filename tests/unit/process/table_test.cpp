#include "process/table.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace ttvm::process {
namespace {

class TableTest : public ::testing::Test {
 protected:
  TableTest() { epoch().go_online(); }
  ~TableTest() override { epoch().go_offline(); }
  EpochParticipant& epoch() { return domain_.participant(0); }

  Process* add(ProcessTable& table) {
    Process* process = create_process(table.reserve_pid(0), 0, 1);
    EXPECT_TRUE(table.insert(process, 0, epoch()));
    return process;
  }
  void drop(ProcessTable& table, Process* process) {
    table.remove(process, 0, epoch());
    discard_process(process, epoch());
    epoch().quiescent();
  }

  EpochDomain domain_{1};
};

TEST_F(TableTest, FindsWhatLivesAndNothingElse) {
  ProcessTable table(1);
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.find(UINT64_MAX), nullptr);
  Process* process = add(table);
  EXPECT_EQ(process->pid, 1U);
  EXPECT_EQ(table.find(1), process);
  EXPECT_EQ(table.find(2), nullptr);
  EXPECT_EQ(table.live_count(), 1U);
  drop(table, process);
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.live_count(), 0U);
  EXPECT_EQ(table.spawned_count(), 1U);
}

TEST_F(TableTest, PidsAreNeverReusedAndPagesGo) {
  ProcessTable table(1);
  Process* keeper = add(table);
  std::uint64_t last = keeper->pid;
  for (int i = 0; i < 100'000; ++i) {
    Process* process = add(table);
    ASSERT_EQ(process->pid, ++last);
    drop(table, process);
    ASSERT_EQ(table.find(last), nullptr);
  }
  EXPECT_EQ(table.find(1), keeper);
  EXPECT_EQ(table.live_count(), 1U);
  std::vector<std::uint64_t> living;
  Process* newest = add(table);
  table.for_each([&](Process& process) { living.push_back(process.pid); });
  EXPECT_EQ(living, (std::vector<std::uint64_t>{1, last + 1}));
  drop(table, keeper);
  drop(table, newest);
}

// A whole middle node (4 million pids) is used up and goes, and the numbering goes on behind it.
TEST_F(TableTest, AWholeMiddleNodeGoes) {
  ProcessTable table(1);
  const std::uint64_t count = (std::uint64_t{1} << 22U) + 1000;
  for (std::uint64_t i = 0; i < count; ++i) {
    table.abandon(table.reserve_pid(0), 0, epoch());
    if (i % 4096 == 0) epoch().quiescent();
  }
  EXPECT_EQ(table.live_count(), 0U);
  Process* process = add(table);
  EXPECT_EQ(process->pid, count + 1);
  EXPECT_EQ(table.find(count + 1), process);
  EXPECT_EQ(table.find(5), nullptr);
  int visited = 0;
  table.for_each([&](Process&) { ++visited; });
  EXPECT_EQ(visited, 1);
  drop(table, process);
}

TEST_F(TableTest, TheLimitIsExact) {
  ProcessTable table(1, 3);
  std::vector<Process*> processes;
  for (int i = 0; i < 3; ++i) processes.push_back(add(table));
  EXPECT_EQ(table.reserve_pid(0), 0U);
  EXPECT_EQ(table.reserve_pid(0), 0U);
  drop(table, processes.back());
  processes.pop_back();
  processes.push_back(add(table));
  EXPECT_EQ(processes.back()->pid, 4U);
  EXPECT_EQ(table.reserve_pid(0), 0U);
  for (Process* process : processes) drop(table, process);
}

// Workers spawn and end processes and look each other's up; a limit holds at all times.
TEST(ProcessTable, Churn) {
  constexpr std::uint32_t kWorkers = 4;
  constexpr std::uint64_t kLimit = 64;
  constexpr int kRounds = 20000;
  EpochDomain domain(kWorkers);
  ProcessTable table(kWorkers, kLimit);
  std::atomic<std::int64_t> alive{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> wrong{0};
  const auto work = [&](std::uint32_t worker) {
    EpochParticipant& epoch = domain.participant(worker);
    epoch.go_online();
    std::vector<Process*> mine;
    std::uint64_t last = 0;
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t pid = table.reserve_pid(worker);
      if (pid != 0) {
        if (++alive > static_cast<std::int64_t>(kLimit) || pid <= last) ++wrong;
        last = pid;
        Process* process = create_process(pid, 0, 1);
        table.insert(process, worker, epoch);
        mine.push_back(process);
      } else {
        ++refused;
      }
      for (std::uint64_t near = last > 40 ? last - 40 : 1; near < last + 3; ++near) {
        const Process* process = table.find(near);
        if (process != nullptr && process->pid != near) ++wrong;
      }
      if (pid == 0 || mine.size() > 30) {
        for (Process* process : mine) {
          --alive;
          table.remove(process, worker, epoch);
          discard_process(process, epoch);
        }
        mine.clear();
      }
      epoch.quiescent();
    }
    for (Process* process : mine) {
      --alive;
      table.remove(process, worker, epoch);
      discard_process(process, epoch);
    }
    epoch.go_offline();
  };
  std::vector<std::thread> threads;
  for (std::uint32_t worker = 0; worker < kWorkers; ++worker) threads.emplace_back(work, worker);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(table.live_count(), 0U);
  EXPECT_EQ(table.spawned_count() + refused, std::uint64_t{kWorkers} * kRounds);
}

}  // namespace
}  // namespace ttvm::process
