#include "timer/wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/random.hpp"

namespace ttvm::timer {
namespace {

constexpr base::Nanos kMillisecond = 1'000'000;

struct Numbered : Entry {
  int number = 0;
  base::Nanos deadline = 0;
};

std::vector<int> advance(Wheel& wheel, base::Nanos now) {
  std::vector<int> fired;
  wheel.advance(now, [&](Entry& entry) { fired.push_back(static_cast<Numbered&>(entry).number); });
  return fired;
}

TEST(Wheel, FiresAtTheDeadlineAndNotBefore) {
  Wheel wheel(0);
  EXPECT_EQ(wheel.next_deadline(), Wheel::kNever);
  Numbered entry;
  entry.number = 1;
  wheel.arm(entry, kMillisecond);
  EXPECT_TRUE(advance(wheel, kMillisecond - 1).empty());
  EXPECT_EQ(advance(wheel, kMillisecond + Wheel::kTick), std::vector<int>{1});
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(entry.state.load(), Entry::kFired);
  EXPECT_FALSE(wheel.cancel(entry));
}

TEST(Wheel, APastDeadlineFiresAtTheNextTick) {
  Wheel wheel(kMillisecond);
  Numbered entry;
  entry.number = 1;
  wheel.arm(entry, 0);
  EXPECT_EQ(advance(wheel, kMillisecond + 2 * Wheel::kTick), std::vector<int>{1});
}

TEST(Wheel, OneTickFiresInOrderOfArming) {
  Wheel wheel(0);
  std::array<Numbered, 3> entries;
  const base::Nanos deadline = 100 * Wheel::kTick;
  entries[0].number = 1;
  wheel.arm(entries[0], deadline);  // waits at a higher level at first
  EXPECT_TRUE(advance(wheel, 60 * Wheel::kTick).empty());
  entries[1].number = 2;
  wheel.arm(entries[1], deadline);
  EXPECT_TRUE(advance(wheel, 70 * Wheel::kTick).empty());
  entries[2].number = 3;
  wheel.arm(entries[2], deadline);
  EXPECT_EQ(advance(wheel, deadline), (std::vector<int>{1, 2, 3}));
}

TEST(Wheel, CancelAndArmAgain) {
  Wheel wheel(0);
  Numbered entry;
  entry.number = 1;
  wheel.arm(entry, kMillisecond);
  EXPECT_TRUE(wheel.cancel(entry));
  EXPECT_FALSE(wheel.cancel(entry));
  EXPECT_TRUE(wheel.empty());
  EXPECT_TRUE(advance(wheel, 2 * kMillisecond).empty());
  wheel.arm(entry, 3 * kMillisecond);
  EXPECT_EQ(advance(wheel, 4 * kMillisecond), std::vector<int>{1});
}

TEST(Wheel, FarBeyondTheHorizon) {
  Wheel wheel(0);
  Numbered far;
  far.number = 1;
  const base::Nanos years = base::Nanos{100} * 365 * 24 * 3600 * 1'000'000'000;
  wheel.arm(far, years);
  base::Nanos now = 0;
  int steps = 0;
  std::vector<int> fired;
  while (fired.empty() && ++steps < 1000) {
    now = wheel.next_deadline();
    fired = advance(wheel, now);
  }
  EXPECT_EQ(fired, std::vector<int>{1});
  EXPECT_GE(now, years);
  EXPECT_LT(now, years + Wheel::kTick);
  Numbered last;
  wheel.arm(last, INT64_MAX);
  EXPECT_TRUE(wheel.cancel(last));
}

TEST(Wheel, CallbackMayArmAndCancel) {
  Wheel wheel(0);
  Numbered first;
  Numbered second;
  Numbered third;
  wheel.arm(first, 1000);
  wheel.arm(second, 1000);
  int fired = 0;
  wheel.advance(kMillisecond, [&](Entry& entry) {
    ++fired;
    if (&entry == &first) {
      EXPECT_TRUE(wheel.cancel(second));
      wheel.arm(third, kMillisecond / 2);
    }
  });
  EXPECT_EQ(fired, 2);
  EXPECT_EQ(third.state.load(), Entry::kFired);
}

// Random arming, cancelling and advancing against a sorted map.
TEST(Wheel, AgainstAModel) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    base::Random random(seed);
    base::Nanos now = static_cast<base::Nanos>(random.next() >> 20U);
    Wheel wheel(now);
    std::vector<std::unique_ptr<Numbered>> entries;
    std::multimap<std::uint64_t, int> model;  // tick -> number
    for (int i = 0; i < 500; ++i) {
      entries.push_back(std::make_unique<Numbered>());
      entries.back()->number = i;
    }
    for (int step = 0; step < 5000; ++step) {
      Numbered& entry = *entries[random.below(500)];
      if (entry.linked) {
        if (random.below(4) == 0) {
          ASSERT_TRUE(wheel.cancel(entry));
          const auto [from, to] = model.equal_range(entry.tick);
          const auto found =
              std::find_if(from, to, [&](const auto& item) { return item.second == entry.number; });
          ASSERT_NE(found, to);
          model.erase(found);
        }
      } else {
        const unsigned shift = random.below(40);
        entry.deadline = now + static_cast<base::Nanos>(random.next() >> (24U + shift));
        wheel.arm(entry, entry.deadline);
        model.emplace(entry.tick, entry.number);
      }
      if (random.below(8) == 0) {
        // Sometimes exactly to the announced deadline, sometimes anywhere.
        const base::Nanos next = wheel.next_deadline();
        if (random.below(2) == 0 && next != Wheel::kNever) {
          now = std::max(now, next);
        } else {
          now += static_cast<base::Nanos>(random.next() >> (24U + random.below(36)));
        }
        std::vector<int> expected;
        const std::uint64_t tick = static_cast<std::uint64_t>(now) >> Wheel::kTickShift;
        while (!model.empty() && model.begin()->first <= tick) {
          expected.push_back(model.begin()->second);
          ASSERT_GE(now, entries[static_cast<std::size_t>(expected.back())]->deadline);
          model.erase(model.begin());
        }
        ASSERT_EQ(advance(wheel, now), expected) << "seed " << seed << " step " << step;
        if (!model.empty()) {
          ASSERT_LE(wheel.next_deadline(),
                    static_cast<base::Nanos>(model.begin()->first << Wheel::kTickShift));
          ASSERT_GT(wheel.next_deadline(), now - Wheel::kTick);
        }
      }
      ASSERT_EQ(wheel.size(), model.size());
    }
  }
}

// Two threads cancel what the owner arms and fires. Each entry ends exactly once: fired, or
// cancelled by the one who was told so and then reclaimed.
TEST(Wheel, RemoteCancels) {
  constexpr int kEntries = 20000;
  std::vector<Numbered> entries(kEntries);
  std::vector<std::atomic<int>> published(2);
  std::atomic<int> cancelled{0};
  std::atomic<bool> done{false};
  Wheel wheel(0);
  std::vector<std::thread> cancellers;
  for (int half = 0; half < 2; ++half) {
    cancellers.emplace_back([&, half] {
      for (int i = half; i < kEntries; i += 2) {
        while (published[static_cast<std::size_t>(half)].load(std::memory_order_acquire) <= i) {
          if (done) return;
          std::this_thread::yield();
        }
        if (i % 3 != 0 && Wheel::cancel_remote(entries[static_cast<std::size_t>(i)])) ++cancelled;
      }
    });
  }
  int fired = 0;
  int reclaimed = 0;
  base::Nanos now = 0;
  base::Random random(1);
  const auto fire = [&](Entry&) { ++fired; };
  const auto give = [&](Entry& entry) {
    EXPECT_FALSE(entry.linked);
    EXPECT_EQ(entry.state.load(), Entry::kCancelled);
    ++reclaimed;
  };
  for (int i = 0; i < kEntries; ++i) {
    wheel.arm(entries[static_cast<std::size_t>(i)], now + random.below(50) * Wheel::kTick);
    published[static_cast<std::size_t>(i % 2)].store(i + 1, std::memory_order_release);
    if (i % 16 == 0) {
      now += 2 * Wheel::kTick;
      wheel.reclaim(give);
      wheel.advance(now, fire);
    }
  }
  for (std::thread& thread : cancellers) thread.join();
  wheel.advance(now + 100 * Wheel::kTick, fire);
  wheel.reclaim(give);
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(reclaimed, cancelled.load());
  EXPECT_EQ(fired + reclaimed, kEntries);
}

TEST(Wheel, DrainGivesEverythingBack) {
  Wheel wheel(0);
  std::array<Numbered, 4> entries;
  wheel.arm(entries[0], 1);
  wheel.arm(entries[1], kMillisecond);
  wheel.arm(entries[2], 100'000 * kMillisecond);
  wheel.arm(entries[3], kMillisecond);
  EXPECT_TRUE(Wheel::cancel_remote(entries[3]));
  int given = 0;
  wheel.drain([&](Entry& entry) {
    EXPECT_FALSE(entry.linked);
    ++given;
  });
  EXPECT_EQ(given, 4);
  EXPECT_TRUE(wheel.empty());
}

}  // namespace
}  // namespace ttvm::timer
