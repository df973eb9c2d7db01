#include "process/waiting.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>

#include "world.hpp"

namespace ttvm::process {
namespace {

// Timers that are over when the test says so.
class Timers final : public TimerPort {
 public:
  struct Timer : DelayedSend {
    bool over = false;
    bool released = false;
  };

  DelayedSend* send_at(base::Nanos, Message*, const Address&, bool) override {
    return &timers.emplace_back();
  }
  bool cancel(DelayedSend*) override { return false; }
  bool is_over(const DelayedSend* delayed) const override {
    ++looks;
    return static_cast<const Timer*>(delayed)->over;
  }
  void release(DelayedSend* delayed) override {
    auto* timer = static_cast<Timer*>(delayed);
    EXPECT_FALSE(timer->released);
    timer->released = true;
  }

  std::deque<Timer> timers;
  mutable std::size_t looks = 0;
};

class ForgetOldTimers : public ::testing::Test {
 protected:
  ForgetOldTimers() { world.context.timers = &timers; }

  // What SEND_AFTER does with its ref.
  void set(std::uint64_t number) {
    forget_old_timers(process, world.context);
    DelayedSend* timer = timers.send_at(0, nullptr, {}, true);
    details_of(process).relations.insert(Relation::kTimer, number << 10U,
                                         reinterpret_cast<std::uint64_t>(timer));
  }

  Timers timers;
  World world;
  Process& process = world.spawn();
};

constexpr std::size_t kTimers = 100'000;

TEST_F(ForgetOldTimers, KeepsFewThatAreOver) {
  constexpr std::size_t kAlive = 100;
  for (std::size_t i = 0; i < kTimers; ++i) {
    set(i + 1);
    if (i >= kAlive) timers.timers[i - kAlive].over = true;
    ASSERT_LE(World::relations_of(process), 4 * kAlive + 2 * Details::kMinForgetTimers);
  }
  for (std::size_t i = kTimers - kAlive; i < kTimers; ++i) ASSERT_FALSE(timers.timers[i].released);
  EXPECT_LE(timers.looks, 4 * kTimers);
}

TEST_F(ForgetOldTimers, LooksAtFewIfMostAreAlive) {
  for (std::size_t i = 0; i < kTimers; ++i) set(i + 1);
  EXPECT_EQ(World::relations_of(process), kTimers);
  EXPECT_LE(timers.looks, 2000U);
}

}  // namespace
}  // namespace ttvm::process
