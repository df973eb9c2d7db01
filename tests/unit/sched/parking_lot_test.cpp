#include "sched/parking_lot.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.hpp"

namespace ttvm::sched {
namespace {

TEST(Parker, AWakeUpBeforeTheSleepIsKept) {
  Parker parker;
  parker.unpark();
  parker.unpark();
  parker.park(INT64_MAX);
}

TEST(Parker, WakesAtTheDeadline) {
  const base::SystemClock clock;
  Parker parker;
  const base::Nanos deadline = clock.now() + 2'000'000;
  while (clock.now() < deadline) parker.park(deadline);
  EXPECT_GE(clock.now(), deadline);
  parker.park(0);  // long past
}

// Two threads hand a token to and fro; a lost wake-up would hang.
TEST(Parker, PingPong) {
  constexpr int kRounds = 20000;
  Parker a;
  Parker b;
  std::atomic<int> turn{0};
  std::thread other([&] {
    for (int round = 0; round < kRounds; ++round) {
      while (turn.load() != 2 * round + 1) b.park(INT64_MAX);
      turn = 2 * round + 2;
      a.unpark();
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    turn = 2 * round + 1;
    b.unpark();
    while (turn.load() != 2 * round + 2) a.park(INT64_MAX);
  }
  other.join();
  EXPECT_EQ(turn, 2 * kRounds);
}

TEST(ParkingLot, CountsIdleAndSearching) {
  ParkingLot lot(3);
  const base::MutexLock lock(lot.mutex());
  EXPECT_FALSE(lot.any_idle());
  EXPECT_FALSE(lot.take_one().has_value());
  lot.enter(0, false);
  lot.enter(2, false);
  EXPECT_TRUE(lot.worth_waking());
  EXPECT_FALSE(lot.all_idle());
  lot.enter(1, false);
  EXPECT_TRUE(lot.all_idle());
  EXPECT_EQ(lot.take_one(), 1U);  // the last one in
  EXPECT_FALSE(lot.worth_waking());
  EXPECT_TRUE(lot.leave(1));  // was taken out: searches
  EXPECT_FALSE(lot.leave(0));
  EXPECT_TRUE(lot.try_start_search());
  EXPECT_FALSE(lot.try_start_search());  // half of three do
  lot.stop_search();
  lot.stop_search();
  EXPECT_TRUE(lot.worth_waking());
  EXPECT_TRUE(lot.try_start_search());
  lot.enter(1, true);
  EXPECT_TRUE(lot.worth_waking());
  EXPECT_EQ(lot.take_one(), 1U);
  EXPECT_EQ(lot.take_one(), 2U);
  EXPECT_FALSE(lot.any_idle());
}

}  // namespace
}  // namespace ttvm::sched
