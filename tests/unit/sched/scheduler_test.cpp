#include "sched/scheduler.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include "fake_executor.hpp"

namespace ttvm::sched {
namespace {

using process::ExitKind;
using process::kNoDeadline;
using testing::actor;
using testing::Mode;
using testing::Process;
using testing::receive;
using testing::Received;
using testing::RunContext;
using testing::send;
using testing::SliceEnd;
using testing::spawn;
using testing::World;

constexpr base::Nanos kMillisecond = 1'000'000;

class EveryDriver : public ::testing::TestWithParam<Mode> {};

INSTANTIATE_TEST_SUITE_P(Modes, EveryDriver,
                         ::testing::Values(Mode{1}, Mode{2}, Mode{4}, Mode{2, 0, 1}, Mode{1, 1},
                                           Mode{1, 2}, Mode{1, 3, 1}),
                         [](const auto& mode) { return testing::name_of(mode.param); });

TEST_P(EveryDriver, EndsWithProcessOne) {
  World world(GetParam());
  const RunResult result =
      world.run(actor([](Process&, RunContext&, std::int32_t) { return SliceEnd::kExited; }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(world.table().live_count(), 0U);
}

// While somebody looks nothing runs; afterwards everything goes on.
TEST_P(EveryDriver, ComesToRestForALook) {
  World world(GetParam());
  // Read and written by the workers and the one who looks, relaxed: if a worker ran during a look
  // the sum would change, and ThreadSanitizer sees `plain`.
  std::atomic<std::uint64_t> steps{0};
  std::uint64_t plain[3] = {};
  std::atomic<bool> stop{false};
  std::atomic<bool> started{false};
  std::thread looker([&] {
    started.wait(false);
    for (int looks = 0; looks < 50;) {
      std::uint64_t seen = 0;
      const bool looked = world.scheduler().look_at_rest([&](bool all) {
        EXPECT_TRUE(all);
        seen = steps.load(std::memory_order_relaxed);
        const std::uint64_t sum = plain[0] + plain[1] + plain[2];
        EXPECT_EQ(sum, seen);
        std::uint64_t queued = 0;
        for (const SchedulerState& state : world.scheduler().states()) {
          EXPECT_EQ(state.running, 0U);
          queued += state.queued;
        }
        EXPECT_LE(queued, 4U);
        EXPECT_EQ(steps.load(std::memory_order_relaxed), seen);
      });
      EXPECT_TRUE(looked);
      if (seen > 0) ++looks;
    }
    stop.store(true, std::memory_order_relaxed);
  });
  const auto spinner = [&](std::size_t index) {
    return actor([&, index](Process&, RunContext&, std::int32_t) {
      ++plain[index];
      steps.fetch_add(1, std::memory_order_relaxed);
      return stop.load(std::memory_order_relaxed) ? SliceEnd::kExited : SliceEnd::kRunnable;
    });
  };
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    if (!started.exchange(true)) {
      for (std::size_t i = 0; i < 3; ++i) spawn(context, self.pid, spinner(i));
      started.notify_all();
    }
    return stop.load(std::memory_order_relaxed) ? SliceEnd::kExited : SliceEnd::kRunnable;
  }));
  looker.join();
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_FALSE(world.scheduler().look_at_rest([](bool) { ADD_FAILURE(); })) << "the run is over";
}

TEST_P(EveryDriver, AnAbnormalEndIsStatusOne) {
  World world(GetParam());
  const RunResult result = world.run(actor([](Process& self, RunContext&, std::int32_t) {
    self.exit_kind = ExitKind::kException;
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(result.status, 1);
}

TEST_P(EveryDriver, WaitingForNothingIsADeadlock) {
  World world(GetParam());
  const RunResult result = world.run(actor([](Process& self, RunContext& context, std::int32_t) {
    spawn(context, self.pid,
          actor([](Process&, RunContext&, std::int32_t) { return SliceEnd::kWaiting; }));
    return SliceEnd::kWaiting;
  }));
  EXPECT_EQ(result.reason, RunReason::kDeadlock);
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(world.table().live_count(), 2U);
  world.table().for_each([](Process& process) { EXPECT_TRUE(process.inbox.is_waiting()); });
}

TEST_P(EveryDriver, WaitingProcessesDoNotKeepTheRunAliveOnceOneHasEnded) {
  World world(GetParam());
  const RunResult result = world.run(actor([](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < 10; ++i) {
      spawn(context, self.pid,
            actor([](Process&, RunContext&, std::int32_t) { return SliceEnd::kWaiting; }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(world.table().live_count(), 10U);
}

TEST_P(EveryDriver, ExitStopsHogs) {
  World world(GetParam());
  const RunResult result = world.run(actor([](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < 10; ++i) {
      spawn(context, self.pid,
            actor([](Process&, RunContext&, std::int32_t) { return SliceEnd::kRunnable; }));
    }
    context.exit_status = 42;
    return SliceEnd::kStopRun;
  }));
  EXPECT_EQ(result.reason, RunReason::kExit);
  EXPECT_EQ(result.status, 42);
}

TEST_P(EveryDriver, StopFromAnotherThread) {
  World world(GetParam());
  std::binary_semaphore running(0);
  std::thread stopper([&] {
    running.acquire();
    world.scheduler().stop(RunReason::kInterrupted, 130);
  });
  bool told = false;
  const RunResult result = world.run(actor([&](Process&, RunContext&, std::int32_t) {
    if (!told) running.release();
    told = true;
    return SliceEnd::kRunnable;
  }));
  stopper.join();
  EXPECT_EQ(result.reason, RunReason::kInterrupted);
  EXPECT_EQ(result.status, 130);
}

TEST_P(EveryDriver, PingPong) {
  constexpr std::int64_t kRounds = 20000;
  World world(GetParam());
  std::int64_t last = 0;
  const RunResult result =
      world.run(actor([&, ponger = std::uint64_t{0}, count = std::int64_t{0}](
                          Process& self, RunContext& context, std::int32_t) mutable {
        if (ponger == 0) {
          ponger = spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
                           const Received ping = receive(me, inner);
                           if (!ping.ok) return SliceEnd::kWaiting;
                           if (ping.value < 0) return SliceEnd::kExited;
                           send(inner, me.pid, ping.sender, ping.value);
                           return SliceEnd::kRunnable;
                         }));
          send(context, self.pid, ponger, 1);
        }
        const Received pong = receive(self, context);
        if (!pong.ok) return SliceEnd::kWaiting;
        count = last = pong.value;
        send(context, self.pid, ponger, count == kRounds ? -1 : count + 1);
        return count == kRounds ? SliceEnd::kExited : SliceEnd::kRunnable;
      }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(last, kRounds);
  EXPECT_EQ(world.table().live_count(), 0U);
}

// 80,000 messages of 4 senders into one inbox: nothing lost, the order of each sender kept, though
// senders move between workers.
TEST_P(EveryDriver, FanInKeepsTheOrderOfEachSender) {
  constexpr std::int64_t kSenders = 4;
  constexpr std::int64_t kEach = 20000;
  World world(GetParam());
  std::vector<std::int64_t> last(kSenders + 2, 0);
  std::int64_t received = 0;
  std::int64_t out_of_order = 0;
  bool started = false;
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    if (!started) {
      started = true;
      for (int i = 0; i < kSenders; ++i) {
        spawn(context, self.pid,
              actor([next = std::int64_t{1}](Process& me, RunContext& inner, std::int32_t) mutable {
                for (int burst = 0; burst < 50 && next <= kEach; ++burst) {
                  send(inner, me.pid, 1, next++);
                }
                return next > kEach ? SliceEnd::kExited : SliceEnd::kRunnable;
              }));
      }
    }
    for (int burst = 0; burst < 100; ++burst) {
      const Received message = receive(self, context);
      if (!message.ok) return received == kSenders * kEach ? SliceEnd::kExited : SliceEnd::kWaiting;
      ++received;
      if (message.value != ++last[message.sender]) ++out_of_order;
    }
    return SliceEnd::kRunnable;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(received, kSenders * kEach);
  EXPECT_EQ(out_of_order, 0);
}

// A tree of processes: each sums what its children report.
std::unique_ptr<testing::Actor> tree(std::uint64_t parent, int depth, std::int64_t* result) {
  return actor([=, sum = std::int64_t{0}, missing = 4, spawned = false](
                   Process& self, RunContext& context, std::int32_t) mutable {
    if (depth == 0) {
      send(context, self.pid, parent, 1);
      return SliceEnd::kExited;
    }
    if (!spawned) {
      spawned = true;
      for (int i = 0; i < 4; ++i) spawn(context, self.pid, tree(self.pid, depth - 1, nullptr));
    }
    while (missing > 0) {
      const Received message = receive(self, context);
      if (!message.ok) return SliceEnd::kWaiting;
      sum += message.value;
      --missing;
    }
    if (result != nullptr) {
      *result = sum;
    } else {
      send(context, self.pid, parent, sum);
    }
    return SliceEnd::kExited;
  });
}

TEST_P(EveryDriver, ATreeOfProcesses) {
  World world(GetParam());
  std::int64_t sum = 0;
  EXPECT_EQ(world.run(tree(0, 6, &sum)).reason, RunReason::kFinished);
  EXPECT_EQ(sum, 4096);
  EXPECT_EQ(world.table().live_count(), 0U);
  EXPECT_EQ(world.scheduler().counters().exits, world.table().spawned_count());
}

TEST_P(EveryDriver, SleepsEndAtTheirTime) {
  World world(GetParam());
  std::atomic<int> early{0};
  std::atomic<int> woken{0};
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < 50; ++i) {
      const base::Nanos delay = (i % 7) * kMillisecond / 2;
      spawn(context, self.pid, actor([&, delay](Process& me, RunContext& inner, std::int32_t) {
              process::fetch_signals(me, inner);
              if (me.wait_deadline == kNoDeadline) {
                me.wait_deadline = inner.clock->now() + delay;
                return SliceEnd::kWaiting;
              }
              if (inner.clock->now() < me.wait_deadline) {
                if (me.timer == nullptr) ++early;
                return SliceEnd::kWaiting;
              }
              ++woken;
              return SliceEnd::kExited;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(woken, 50);
  EXPECT_EQ(early, 0);
  EXPECT_EQ(world.table().live_count(), 0U);
}

// Each round waits with a long timeout that the answer of a partner makes superfluous: timers are
// armed and cancelled all the time, wherever the process happens to run. None may be left over: a
// live one would hold up the end of the run for an hour.
TEST_P(EveryDriver, CancelledTimeoutsDoNotHoldUpTheEnd) {
  constexpr int kPairs = 8;
  constexpr std::int64_t kRounds = 500;
  constexpr base::Nanos kHour = 3'600'000 * kMillisecond;
  World world(GetParam());
  std::atomic<int> finished{0};
  const auto echo = [](Process& me, RunContext& inner, std::int32_t) {
    const Received ping = receive(me, inner);
    if (!ping.ok) return SliceEnd::kWaiting;
    send(inner, me.pid, ping.sender, ping.value);
    return SliceEnd::kRunnable;
  };
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < kPairs; ++i) {
      const std::uint64_t partner = spawn(context, self.pid, actor(echo));
      spawn(context, self.pid,
            actor([&, partner, round = std::int64_t{0}](Process& me, RunContext& inner,
                                                        std::int32_t) mutable {
              if (me.wait_deadline != kNoDeadline) {
                const Received answer = receive(me, inner);
                if (!answer.ok) return SliceEnd::kWaiting;
                me.wait_deadline = kNoDeadline;
                EXPECT_EQ(answer.value, round);
                if (round % 3 == 0) return SliceEnd::kRunnable;  // the scheduler cancels
              }
              if (round == kRounds) {
                ++finished;
                return SliceEnd::kExited;
              }
              send(inner, me.pid, partner, ++round);
              me.wait_deadline = inner.clock->now() + kHour;
              return SliceEnd::kWaiting;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(finished, kPairs);
  EXPECT_EQ(world.table().live_count(), static_cast<std::uint64_t>(kPairs));
  EXPECT_EQ(world.scheduler().counters().timers_fired, 0U);
}

struct TestJob : process::Job {
  std::atomic<int>* runs = nullptr;
  std::atomic<int>* discards = nullptr;
  std::binary_semaphore* hold = nullptr;
};

process::Job* make_job(std::uint64_t pid, std::atomic<int>& runs, std::atomic<int>& discards,
                       std::binary_semaphore* hold = nullptr) {
  auto* job = new TestJob;
  job->pid = pid;
  job->runs = &runs;
  job->discards = &discards;
  job->hold = hold;
  job->run = [](process::Job& base) {
    auto& test_job = static_cast<TestJob&>(base);
    ++*test_job.runs;
    if (test_job.hold != nullptr) test_job.hold->acquire();
  };
  job->discard = [](process::Job& base) {
    auto& test_job = static_cast<TestJob&>(base);
    ++*test_job.discards;
    delete &test_job;
  };
  return job;
}

TEST_P(EveryDriver, JobsComeBackAndKeepTheRunAlive) {
  World world(GetParam());
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
  std::atomic<int> finished{0};
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < 20; ++i) {
      spawn(context, self.pid,
            actor([&, left = 20](Process& me, RunContext& inner, std::int32_t) mutable {
              process::fetch_signals(me, inner);
              if (details_of(me).pending_io != nullptr) {
                if (!details_of(me).pending_io->done) return SliceEnd::kWaiting;
                details_of(me).pending_io->discard(*details_of(me).pending_io);
                details_of(me).pending_io = nullptr;
                --left;
              }
              if (left == 0) {
                ++finished;
                return SliceEnd::kExited;
              }
              details_of(me).pending_io = make_job(me.pid, runs, discards);
              inner.jobs->submit(details_of(me).pending_io);
              return SliceEnd::kWaiting;
            }));
    }
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(finished, 20);
  EXPECT_EQ(runs, 400);
  EXPECT_EQ(discards, 400);
}

TEST_P(EveryDriver, AProcessMayEndBeforeItsJob) {
  World world(GetParam());
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    details_of(self).pending_io = make_job(self.pid, runs, discards);
    context.jobs->submit(details_of(self).pending_io);
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(discards, 1);
}

TEST_P(EveryDriver, NamesEndWithTheirProcess) {
  World world(GetParam());
  std::uint64_t found = 0;
  world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    context.registry->register_name("main", self, *context.epoch);
    found = context.registry->whereis("main");
    return SliceEnd::kExited;
  }));
  EXPECT_EQ(found, 1U);
  EXPECT_EQ(world.registry().size(), 0U);
}

TEST(SmpScheduler, ExitDoesNotWaitForABlockedJob) {
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
  std::binary_semaphore hold(0);
  {
    World world(Mode{2});
    const RunResult result = world.run(
        actor([&, first = true](Process& self, RunContext& context, std::int32_t) mutable {
          if (first) {
            first = false;
            details_of(self).pending_io = make_job(self.pid, runs, discards, &hold);
            context.jobs->submit(details_of(self).pending_io);
          }
          if (runs == 0) return SliceEnd::kRunnable;
          context.exit_status = 5;
          return SliceEnd::kStopRun;
        }));
    EXPECT_EQ(result.status, 5);
  }
  EXPECT_EQ(discards, 0);
  hold.release();
  while (discards == 0) std::this_thread::yield();
}

// The only process that can act is outside: a thread sends, the workers are parked or parking.
TEST(SmpScheduler, WokenFromOutside) {
  constexpr std::int64_t kMessages = 2000;
  World world(Mode{2});
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
  std::binary_semaphore hold(0);
  std::counting_semaphore<> received(0);
  std::binary_semaphore started(0);
  std::int64_t sum = 0;
  std::thread outside([&] {
    started.acquire();
    Process* process = world.table().find(1);  // it lives until it has all messages
    for (std::int64_t i = 1; i <= kMessages; ++i) {
      process::Message* message = process::make_message(0);
      message->value = term::Term::small(i);
      if (process->inbox.push(message) == process::PushResult::kWakeReceiver) {
        world.scheduler().wake_from_outside(process);
      }
      received.acquire();
    }
    hold.release();
  });
  const RunResult result =
      world.run(actor([&, first = true](Process& self, RunContext& context, std::int32_t) mutable {
        if (first) {
          first = false;
          // As long as this job is out the run is not at its end.
          details_of(self).pending_io = make_job(self.pid, runs, discards, &hold);
          context.jobs->submit(details_of(self).pending_io);
          started.release();
        }
        for (;;) {
          const Received message = receive(self, context);
          if (!message.ok)
            return details_of(self).pending_io->done ? SliceEnd::kExited : SliceEnd::kWaiting;
          sum += message.value;
          received.release();
        }
      }));
  outside.join();
  EXPECT_EQ(result.reason, RunReason::kFinished);
  EXPECT_EQ(sum, kMessages * (kMessages + 1) / 2);
  EXPECT_EQ(discards, 1);
}

// All workers are parked, one of them until a timer an hour from now.
TEST(SmpScheduler, StopFromAnotherThreadWhileParked) {
  World world(Mode{2});
  std::thread stopper;
  const RunResult result = world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    process::fetch_signals(self, context);
    if (self.wait_deadline == kNoDeadline) {
      stopper = std::thread([&] { world.scheduler().stop(RunReason::kInterrupted, 130); });
    }
    self.wait_deadline = context.clock->now() + 3'600'000 * kMillisecond;
    return SliceEnd::kWaiting;
  }));
  stopper.join();
  EXPECT_EQ(result.reason, RunReason::kInterrupted);
  EXPECT_EQ(result.status, 130);
}

// Processes of equal rank get equal numbers of slices, whatever the queue's length.
TEST(SmpScheduler, SlicesAreSharedEvenly) {
  for (const int hogs : {3, 700}) {
    World world(Mode{1});
    std::vector<int> slices(static_cast<std::size_t>(hogs), 0);
    world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
      for (int& count : slices) {
        spawn(context, self.pid, actor([&count](Process&, RunContext& inner, std::int32_t) {
                if (++count == 100) return SliceEnd::kStopRun;
                inner.exit_status = 0;
                return SliceEnd::kRunnable;
              }));
      }
      return SliceEnd::kExited;
    }));
    for (const int count : slices) {
      EXPECT_GE(count, 99);
      EXPECT_LE(count, 100);
    }
  }
}

// A pair that always wakes each other must not starve a third, nor be starved by it.
TEST(SmpScheduler, ADialogueDoesNotStarveOthers) {
  World world(Mode{1});
  int hog_slices = 0;
  int pongs = 0;
  world.run(actor([&, partner = std::uint64_t{0}](Process& self, RunContext& context,
                                                  std::int32_t) mutable {
    if (partner == 0) {
      partner = spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
                        const Received ping = receive(me, inner);
                        if (ping.ok) send(inner, me.pid, ping.sender, 0);
                        return SliceEnd::kWaiting;
                      }));
      spawn(context, self.pid, actor([&](Process&, RunContext&, std::int32_t) {
              ++hog_slices;
              return SliceEnd::kRunnable;
            }));
      send(context, self.pid, partner, 0);
      return SliceEnd::kWaiting;
    }
    if (!receive(self, context).ok) return SliceEnd::kWaiting;
    if (++pongs == 10000) return SliceEnd::kStopRun;
    send(context, self.pid, partner, 0);
    return SliceEnd::kWaiting;
  }));
  EXPECT_EQ(pongs, 10000);
  EXPECT_GE(hog_slices, 10000 / 32);
  EXPECT_LE(hog_slices, 10000);
}

// An idle second worker is not woken for each message of a pair, and does not take one of them.
TEST(SmpScheduler, ADialogueDoesNotWakeIdleWorkers) {
  World world(Mode{2});
  world.run(actor([partner = std::uint64_t{0}, left = 100000](Process& self, RunContext& context,
                                                              std::int32_t) mutable {
    if (partner == 0) {
      partner = spawn(context, self.pid, actor([](Process& me, RunContext& inner, std::int32_t) {
                        const Received ping = receive(me, inner);
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
  const SchedulerCounters counters = world.scheduler().counters();
  EXPECT_GE(counters.slices, 199000U);
  EXPECT_LE(counters.wakes, 10U);
  EXPECT_LE(counters.steals, 10U);
}

TEST(SmpScheduler, SurplusWorkIsStolen) {
  World world(Mode{2});
  std::array<std::atomic<int>, 2> slices{};
  world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (int i = 0; i < 8; ++i) {
      spawn(context, self.pid, actor([&](Process&, RunContext& inner, std::int32_t) {
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

TEST(SmpScheduler, AFailedOutputStopsTheRun) {
  io::ignore_sigpipe();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  for (const Mode& mode : {Mode{2}, Mode{1, 7}}) {
    World world(mode, ends[1]);
    const RunResult result = world.run(actor([&](Process&, RunContext&, std::int32_t) {
      world.output().write_line("x");
      return SliceEnd::kRunnable;
    }));
    EXPECT_EQ(result.reason, RunReason::kOutputFailed);
    EXPECT_EQ(result.status, 1);
  }
  ::close(ends[1]);
}

// The trace of a run with talk, timers and jobs: the same for the same seed, and seeds matter.
std::vector<std::uint64_t> trace_of(std::uint64_t seed) {
  World world(Mode{1, seed});
  std::vector<std::uint64_t> trace;
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
  world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      spawn(context, self.pid,
            actor([&, i, left = 20](Process& me, RunContext& inner, std::int32_t budget) mutable {
              trace.push_back(me.pid * 1'000'000 + static_cast<std::uint64_t>(budget));
              trace.push_back(static_cast<std::uint64_t>(inner.clock->now()));
              me.reductions += static_cast<std::uint64_t>(budget);
              process::fetch_signals(me, inner);
              while (receive(me, inner).ok) trace.push_back(me.pid);
              if (left-- == 0) return SliceEnd::kExited;
              send(inner, me.pid, 2 + (i * 7 + static_cast<std::uint64_t>(left)) % 10, 0);
              me.wait_deadline = inner.clock->now() + static_cast<base::Nanos>(i) * 1000;
              if (left % 5 == 0) {
                inner.jobs->submit(make_job(99, runs, discards));
              }
              return left % 2 == 0 ? SliceEnd::kWaiting : SliceEnd::kRunnable;
            }));
    }
    return SliceEnd::kExited;
  }));
  return trace;
}

TEST(DeterministicScheduler, OneSeedIsOneRun) {
  const std::vector<std::uint64_t> first = trace_of(1);
  EXPECT_GT(first.size(), 400U);
  EXPECT_EQ(trace_of(1), first);
  EXPECT_NE(trace_of(2), first);
}

TEST(DeterministicScheduler, TimeJumpsToTheNextTimer) {
  World world(Mode{1, 5});
  base::Nanos woken_at = 0;
  world.run(actor([&](Process& self, RunContext& context, std::int32_t) {
    process::fetch_signals(self, context);
    const base::Nanos deadline = 86'400'000 * kMillisecond;  // a day
    if (context.clock->now() < deadline) {
      self.wait_deadline = deadline;
      return SliceEnd::kWaiting;
    }
    woken_at = context.clock->now();
    return SliceEnd::kExited;
  }));
  EXPECT_GE(woken_at, 86'400'000 * kMillisecond);
  EXPECT_LT(woken_at, 86'400'001 * kMillisecond);
}

}  // namespace
}  // namespace ttvm::sched
