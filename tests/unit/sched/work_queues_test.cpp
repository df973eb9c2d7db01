#include "sched/work_queues.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"

namespace ttvm::sched {
namespace {

using process::Process;
using process::ProcessPriority;

using Processes = std::vector<std::unique_ptr<Process>>;

// "hnl": one process for each letter, high, normal, low; the pid is its place.
Processes make(const std::string& letters) {
  Processes processes;
  for (const char letter : letters) {
    processes.push_back(std::make_unique<Process>());
    Process& process = *processes.back();
    process.pid = processes.size() - 1;
    process.priority = letter == 'h'   ? ProcessPriority::kHigh
                       : letter == 'n' ? ProcessPriority::kNormal
                                       : ProcessPriority::kLow;
  }
  return processes;
}

char letter_of(const Process& process) {
  return process.priority == ProcessPriority::kHigh     ? 'h'
         : process.priority == ProcessPriority::kNormal ? 'n'
                                                        : 'l';
}

// Who runs, if all of `letters` always want to go on, for so many slices.
std::string slices(const std::string& letters, int count, bool shared) {
  const Processes processes = make(letters);
  WorkQueues queues(shared);
  for (const auto& process : processes) queues.push(process.get());
  std::string order;
  for (int i = 0; i < count; ++i) {
    Process* process = queues.pop();
    order += letter_of(*process);
    queues.push(process);
  }
  return order;
}

class Queues : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Shared, Queues, ::testing::Bool(), [](const auto& shared) {
  return std::string(shared.param ? "shared" : "alone");
});

TEST_P(Queues, UrgentOnesFirstAndEachClassInOrder) {
  const Processes processes = make("lnhlnhn");
  WorkQueues queues(GetParam());
  for (const auto& process : processes) queues.push(process.get());
  EXPECT_FALSE(queues.empty());
  EXPECT_EQ(queues.stealable(), GetParam() ? 7U : 0U);
  std::vector<std::uint64_t> order;
  while (Process* process = queues.pop()) order.push_back(process->pid);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{2, 5, 1, 4, 6, 0, 3}));
  EXPECT_TRUE(queues.empty());
  EXPECT_EQ(queues.stealable(), 0U);
}

TEST_P(Queues, LowHasASliceAfterEightOfOthers) {
  const std::string nine = "nnnnnnnnl";
  EXPECT_EQ(slices("nnl", 27, GetParam()), nine + nine + nine);
  EXPECT_EQ(slices("hl", 18, GetParam()), "hhhhhhhhlhhhhhhhhl");
}

TEST_P(Queues, NormalHasASliceAfterSixtyFourHighOnes) {
  const std::string turn = std::string(64, 'h') + "n";
  EXPECT_EQ(slices("hhn", 130, GetParam()), turn + turn);
}

TEST_P(Queues, LowIsNotServedBetterThanNormal) {
  EXPECT_EQ(slices("hnl", 30, GetParam()), "hhhhhhhhnlhhhhhhhhnlhhhhhhhhnl");
}

TEST_P(Queues, TheNextSlotYieldsToTheMoreUrgentOnly) {
  const Processes processes = make("nhnl");
  WorkQueues queues(GetParam());
  queues.push(processes[0].get());
  EXPECT_TRUE(queues.may_precede(*processes[2]));   // normal before normal
  EXPECT_TRUE(queues.may_precede(*processes[1]));   // high before normal
  EXPECT_FALSE(queues.may_precede(*processes[3]));  // low before normal
  queues.push(processes[1].get());
  EXPECT_FALSE(queues.may_precede(*processes[2]));  // normal before high
  EXPECT_EQ(queues.pop(), processes[1].get());
  EXPECT_EQ(queues.pop(), processes[0].get());
  EXPECT_TRUE(queues.may_precede(*processes[3]));  // low, alone
}

TEST_P(Queues, TheNextSlotDoesNotStarveLow) {
  const Processes processes = make("nl");
  WorkQueues queues(GetParam());
  queues.push(processes[1].get());
  int slices_before = 0;
  while (queues.may_precede(*processes[0])) ++slices_before;
  EXPECT_EQ(slices_before, 8);
  EXPECT_EQ(queues.pop(), processes[1].get());
}

TEST(WorkQueues, ThievesTakeTheMostUrgent) {
  const Processes processes = make("lnhlnhnhh");
  WorkQueues victim(true);
  for (const auto& process : processes) victim.push(process.get());
  std::vector<std::uint64_t> stolen;
  for (;;) {
    WorkQueues thief(true);
    Process* process = thief.steal_from(victim);
    if (process == nullptr) break;
    for (; process != nullptr; process = thief.pop()) stolen.push_back(process->pid);
  }
  EXPECT_EQ(stolen, (std::vector<std::uint64_t>{2, 5, 7, 8, 1, 4, 6, 0, 3}));
  EXPECT_TRUE(victim.looks_empty());
  EXPECT_EQ(victim.pop(), nullptr);
}

// Workers pop, push and steal processes of all priorities; each must always be in just one place.
TEST(WorkQueues, StealingLosesAndDoublesNothing) {
  constexpr std::size_t kWorkers = 3;
  constexpr int kRounds = 40000;
  std::string letters;
  for (int i = 0; i < 400; ++i) letters += "hnl";
  Processes processes = make(letters);
  std::vector<std::atomic<int>> held(processes.size());
  std::atomic<int> wrong{0};
  std::vector<std::unique_ptr<WorkQueues>> queues;
  for (std::size_t i = 0; i < kWorkers; ++i) queues.push_back(std::make_unique<WorkQueues>(true));
  for (const auto& process : processes) queues[0]->push(process.get());
  std::vector<std::thread> threads;
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      WorkQueues& mine = *queues[worker];
      base::Random random(worker + 1);
      for (int round = 0; round < kRounds; ++round) {
        Process* process = mine.pop();
        if (process == nullptr) {
          const std::size_t other = (worker + 1 + random.below(kWorkers - 1)) % kWorkers;
          process = mine.steal_from(*queues[other]);
        }
        if (process == nullptr) continue;
        if (held[process->pid].exchange(1) != 0) ++wrong;
        process->reductions++;  // the sanitizer sees two holders at once
        held[process->pid] = 0;
        mine.push(process);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  std::size_t left = 0;
  for (const auto& queue : queues) {
    while (queue->pop() != nullptr) ++left;
  }
  EXPECT_EQ(left, processes.size());
}

}  // namespace
}  // namespace ttvm::sched
