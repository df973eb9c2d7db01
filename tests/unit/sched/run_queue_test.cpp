#include "sched/run_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "base/random.hpp"

namespace ttvm::sched {
namespace {

using process::Process;

std::vector<std::unique_ptr<Process>> make(std::size_t count) {
  std::vector<std::unique_ptr<Process>> processes;
  for (std::size_t i = 0; i < count; ++i) {
    processes.push_back(std::make_unique<Process>());
    processes.back()->pid = i;
  }
  return processes;
}

// Owner and thief in one thread against a model: exact order for both.
TEST(RunQueue, AgainstAModel) {
  for (const bool shared : {true, false}) {
    base::Random random(shared ? 1 : 2);
    RunQueue queue(shared);
    RunQueue thief(true);
    auto processes = make(2000);
    std::deque<Process*> idle;
    for (const auto& process : processes) idle.push_back(process.get());
    std::deque<Process*> model;
    for (int step = 0; step < 200'000; ++step) {
      // Long phases of growing and shrinking.
      const bool growing = (step / 3000) % 2 == 0;
      if (random.below(10) < (growing ? 6U : 4U)) {
        if (idle.empty()) continue;
        queue.push(idle.front());
        model.push_back(idle.front());
        idle.pop_front();
      } else if (shared && random.below(50) == 0) {
        const std::uint64_t available = queue.stealable();
        Process* first = thief.steal_from(queue);
        ASSERT_EQ(first != nullptr, available != 0);
        std::uint64_t taken = 0;
        for (Process* process = first; process != nullptr; process = thief.pop()) {
          ASSERT_EQ(process, model.front());
          model.pop_front();
          idle.push_back(process);
          ++taken;
        }
        ASSERT_EQ(taken, (available + 1) / 2);
      } else {
        Process* process = queue.pop();
        if (model.empty()) {
          ASSERT_EQ(process, nullptr);
        } else {
          ASSERT_EQ(process, model.front());
          model.pop_front();
          idle.push_back(process);
        }
      }
      ASSERT_EQ(queue.empty(), model.empty());
    }
  }
}

// Workers push, pop and steal from each other; each process must always be in just one place.
TEST(RunQueue, StealingLosesAndDoublesNothing) {
  constexpr std::size_t kWorkers = 3;
  constexpr std::size_t kProcesses = 1500;
  constexpr int kRounds = 60000;
  auto processes = make(kProcesses);
  std::vector<std::atomic<int>> held(kProcesses);
  std::atomic<int> wrong{0};
  std::vector<std::unique_ptr<RunQueue>> queues;
  for (std::size_t i = 0; i < kWorkers; ++i) queues.push_back(std::make_unique<RunQueue>(true));
  for (std::size_t i = 0; i < kProcesses; ++i) queues[0]->push(processes[i].get());
  std::vector<std::thread> threads;
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      RunQueue& mine = *queues[worker];
      base::Random random(worker + 1);
      for (int round = 0; round < kRounds; ++round) {
        Process* process = mine.pop();
        if (process == nullptr) process = mine.steal_from(*queues[random.below(kWorkers - 1)]);
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
  EXPECT_EQ(left, kProcesses);
}

}  // namespace
}  // namespace ttvm::sched
