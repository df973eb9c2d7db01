// What the parts of the scheduler cost, without an interpreter: inbox, run queue, timers, and whole
// slices with processes written in C++.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "process/epoch.hpp"
#include "process/inbox.hpp"
#include "process/table.hpp"
#include "sched/run_queue.hpp"
#include "tests/unit/sched/fake_executor.hpp"
#include "timer/wheel.hpp"

namespace ttvm::sched {
namespace {

using testing::actor;
using testing::Mode;
using testing::Process;
using testing::receive;
using testing::RunContext;
using testing::send;
using testing::SliceEnd;
using testing::spawn;
using testing::World;

void inbox_push_take(benchmark::State& state) {
  process::Inbox inbox;
  process::Signal signal;
  for (auto _ : state) {
    benchmark::DoNotOptimize(inbox.push(&signal));
    benchmark::DoNotOptimize(inbox.take_all());
  }
}
BENCHMARK(inbox_push_take);

void inbox_wait_push_take(benchmark::State& state) {
  process::Inbox inbox;
  process::Signal signal;
  for (auto _ : state) {
    benchmark::DoNotOptimize(inbox.try_wait());
    benchmark::DoNotOptimize(inbox.push(&signal));
    benchmark::DoNotOptimize(inbox.take_all());
  }
}
BENCHMARK(inbox_wait_push_take);

// The first thread receives what the others send as fast as they can (make, push, free included).
void inbox_push_contended(benchmark::State& state) {
  static process::Inbox inbox;
  const auto drain = [] {
    for (process::Signal* signal = inbox.take_all(); signal != nullptr;) {
      process::Signal* next = signal->next;
      process::free_message(static_cast<process::Message*>(signal));
      signal = next;
    }
  };
  for (auto _ : state) {
    if (state.thread_index() == 0) {
      drain();
    } else {
      inbox.push(process::make_message(0));
    }
  }
  if (state.thread_index() == 0) drain();
}
BENCHMARK(inbox_push_contended)->Threads(2)->UseRealTime();

void message_make_free(benchmark::State& state) {
  for (auto _ : state) {
    process::Message* message = process::make_message(4);
    benchmark::DoNotOptimize(message);
    process::free_message(message);
  }
}
BENCHMARK(message_make_free);

void run_queue_push_pop(benchmark::State& state) {
  RunQueue queue(state.range(0) != 0);
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 64; ++i) {
    processes.push_back(std::make_unique<Process>());
    queue.push(processes.back().get());
  }
  for (auto _ : state) queue.push(queue.pop());
}
BENCHMARK(run_queue_push_pop)->ArgName("shared")->Arg(0)->Arg(1);

void run_queue_steal_half(benchmark::State& state) {
  RunQueue victim(true);
  RunQueue thief(true);
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 128; ++i) processes.push_back(std::make_unique<Process>());
  for (auto _ : state) {
    for (const auto& process : processes) victim.push(process.get());
    benchmark::DoNotOptimize(thief.steal_from(victim));
    while (thief.pop() != nullptr) {
    }
    while (victim.pop() != nullptr) {
    }
  }
  state.SetItemsProcessed(state.iterations() * 128);
}
BENCHMARK(run_queue_steal_half);

void timer_arm_cancel(benchmark::State& state) {
  timer::Wheel wheel(0);
  timer::Entry entry;
  base::Nanos deadline = 0;
  for (auto _ : state) {
    deadline = (deadline + 1'234'567) % 5'000'000'000;
    wheel.arm(entry, deadline);
    wheel.cancel(entry);
  }
}
BENCHMARK(timer_arm_cancel);

void spawn_and_end(benchmark::State& state) {
  process::EpochDomain domain(1);
  process::EpochParticipant& epoch = domain.participant(0);
  epoch.go_online();
  process::ProcessTable table(1);
  RunContext context;
  context.table = &table;
  context.epoch = &epoch;
  for (auto _ : state) {
    Process* process = process::spawn_process(context, 0);
    table.remove(process, 0, epoch);
    process::discard_process(process, epoch);
    epoch.quiescent();
  }
  epoch.go_offline();
}
BENCHMARK(spawn_and_end);

// One item: one message there and the switch to its receiver.
void dialogue(benchmark::State& state) {
  const Mode mode{static_cast<std::uint32_t>(state.range(0))};
  constexpr std::int64_t kRounds = 500'000;
  for (auto _ : state) {
    World world(mode);
    world.run(actor([partner = std::uint64_t{0}, left = kRounds](Process& self, RunContext& context,
                                                                 std::int32_t) mutable {
      if (partner == 0) {
        partner = spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
                          const testing::Received ping = receive(me, inner);
                          if (ping.ok) send(inner, me.pid, ping.sender, 0);
                          return SliceEnd::kWaiting;
                        }));
      } else if (!receive(self, context).ok) {
        return SliceEnd::kWaiting;
      }
      if (--left == 0) return SliceEnd::kExited;
      send(context, self.pid, partner, 0);
      return SliceEnd::kWaiting;
    }));
  }
  state.SetItemsProcessed(state.iterations() * kRounds * 2);
}
BENCHMARK(dialogue)->ArgName("workers")->Arg(1)->Arg(2)->UseRealTime();

// One item: a process that sends one message to its parent and ends; the parent waits for each.
void spawn_report_end(benchmark::State& state) {
  const Mode mode{static_cast<std::uint32_t>(state.range(0))};
  constexpr std::int64_t kChildren = 200'000;
  for (auto _ : state) {
    World world(mode);
    world.run(actor([left = kChildren, waiting = false](Process& self, RunContext& context,
                                                        std::int32_t) mutable {
      if (waiting && !receive(self, context).ok) return SliceEnd::kWaiting;
      waiting = true;
      if (--left == 0) return SliceEnd::kExited;
      spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
              send(inner, me.pid, me.parent, 1);
              return SliceEnd::kExited;
            }));
      return SliceEnd::kWaiting;
    }));
  }
  state.SetItemsProcessed(state.iterations() * kChildren);
}
BENCHMARK(spawn_report_end)->ArgName("workers")->Arg(1)->Arg(2)->UseRealTime();

// One item: a message in a round from a hub to 1000 members and back.
void hub(benchmark::State& state) {
  const Mode mode{static_cast<std::uint32_t>(state.range(0))};
  constexpr int kMembers = 1000;
  constexpr int kRounds = 300;
  for (auto _ : state) {
    World world(mode);
    world.run(actor([members = std::vector<std::uint64_t>{}, missing = 0, rounds = kRounds](
                        Process& self, RunContext& context, std::int32_t) mutable {
      while (members.size() < kMembers) {
        members.push_back(
            spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
                    const testing::Received ask = receive(me, inner);
                    if (ask.ok) send(inner, me.pid, ask.sender, 0);
                    return SliceEnd::kWaiting;
                  })));
      }
      while (missing > 0) {
        if (!receive(self, context).ok) return SliceEnd::kWaiting;
        --missing;
      }
      if (rounds-- == 0) return SliceEnd::kExited;
      for (const std::uint64_t member : members) send(context, self.pid, member, 0);
      missing = kMembers;
      return SliceEnd::kWaiting;
    }));
  }
  state.SetItemsProcessed(state.iterations() * kMembers * kRounds * 2);
}
BENCHMARK(hub)->ArgName("workers")->Arg(1)->Arg(2)->UseRealTime();

// One item: a spawned process that computes about 5 us; how two workers share.
void compute(benchmark::State& state) {
  const Mode mode{static_cast<std::uint32_t>(state.range(0))};
  constexpr int kProcesses = 64;
  constexpr int kSlices = 100;
  for (auto _ : state) {
    World world(mode);
    world.run(actor([](Process& self, RunContext& context, std::int32_t) {
      for (int i = 0; i < kProcesses; ++i) {
        spawn(context, self.pid,
              actor([left = kSlices](Process& me, RunContext&, std::int32_t budget) mutable {
                std::uint64_t x = me.pid;
                for (int k = 0; k < 5000; ++k) benchmark::DoNotOptimize(x = x * 7 + 1);
                me.reductions += static_cast<std::uint64_t>(budget);
                return --left == 0 ? SliceEnd::kExited : SliceEnd::kRunnable;
              }));
      }
      return SliceEnd::kExited;
    }));
  }
  state.SetItemsProcessed(state.iterations() * kProcesses * kSlices);
}
BENCHMARK(compute)->ArgName("workers")->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace ttvm::sched
