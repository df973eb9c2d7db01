#include "vm/search.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ttvm::vm {
namespace {

// Some threads, each with so many steps, under the default schedule with deviations: a thread goes
// on until it has no steps left; then the one with the lowest number comes. The result is the order
// of the steps, and the alternatives behind the last deviation are told.
struct Toy {
  std::vector<int> steps;

  std::string run(const sched::Script& script, std::vector<sched::Alternative>& others) const {
    std::vector<int> left = steps;
    std::string order;
    std::size_t current = steps.size();
    std::size_t next = 0;
    for (std::uint64_t step = 1;; ++step) {
      const bool goes_on = current < left.size() && left[current] > 0;
      std::size_t chosen = goes_on ? current : 0;
      while (chosen < left.size() && left[chosen] == 0) ++chosen;
      if (chosen == left.size()) return order;
      if (next < script.size() && script[next].step == step) {
        chosen = static_cast<std::size_t>(script[next++].pid);
        EXPECT_GT(left[chosen], 0);
      } else if (next == script.size()) {
        for (std::size_t i = 0; i < left.size(); ++i) {
          if (i != chosen && left[i] > 0) others.push_back({step, i, goes_on});
        }
      }
      --left[chosen];
      order += static_cast<char>('a' + chosen);
      current = chosen;
    }
  }

  int preemptions(const std::string& order) const {
    std::map<char, int> left;
    for (std::size_t i = 0; i < steps.size(); ++i) left[static_cast<char>('a' + i)] = steps[i];
    int count = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0 && order[i] != order[i - 1] && left[order[i - 1]] > 0) ++count;
      --left[order[i]];
    }
    return count;
  }
};

std::vector<std::string> explore(Search& search, const Toy& toy) {
  std::vector<std::string> orders;
  while (const auto script = search.next()) {
    std::vector<sched::Alternative> others;
    orders.push_back(toy.run(*script, others));
    search.add(others, true);
  }
  return orders;
}

TEST(Search, TriesEachScheduleOnce) {
  const Toy toy{{2, 3, 2}};
  Search search({1'000'000, std::nullopt});
  const std::vector<std::string> orders = explore(search, toy);
  EXPECT_EQ(orders.size(), 210U);  // 7! / (2! 3! 2!)
  EXPECT_EQ(std::set<std::string>(orders.begin(), orders.end()).size(), 210U);
  EXPECT_TRUE(search.covered_all());
  EXPECT_EQ(search.runs(), 210U);
}

TEST(Search, FewPreemptionsFirst) {
  const Toy toy{{3, 3, 3}};
  Search search({1'000'000, std::nullopt});
  const std::vector<std::string> orders = explore(search, toy);
  EXPECT_EQ(orders.size(), 1680U);
  EXPECT_EQ(orders.front(), "aaabbbccc");
  for (std::size_t i = 1; i < orders.size(); ++i) {
    EXPECT_LE(toy.preemptions(orders[i - 1]), toy.preemptions(orders[i]));
  }
}

TEST(Search, CoversAllWithSoManyPreemptions) {
  const Toy toy{{3, 3, 3}};
  std::map<int, std::uint64_t> expected;
  {
    Search all({1'000'000, std::nullopt});
    for (const std::string& order : explore(all, toy)) ++expected[toy.preemptions(order)];
  }
  std::uint64_t sum = 0;
  for (std::uint32_t limit = 0; limit < 3; ++limit) {
    sum += expected[static_cast<int>(limit)];
    Search search({1'000'000, limit});
    const std::vector<std::string> orders = explore(search, toy);
    EXPECT_EQ(std::set<std::string>(orders.begin(), orders.end()).size(), sum);
    EXPECT_EQ(search.covered(), limit);
    EXPECT_FALSE(search.covered_all());
  }
  EXPECT_EQ(expected[0], 6U);
}

TEST(Search, ALevelLeavesRunsToTheNext) {
  const Toy toy{{1, 1, 1, 1, 1, 2}};  // 720 orders without a preemption
  Search search({100, std::nullopt});
  const std::vector<std::string> orders = explore(search, toy);
  EXPECT_EQ(orders.size(), 100U);
  std::map<int, int> count;
  for (const std::string& order : orders) ++count[toy.preemptions(order)];
  EXPECT_EQ(count[0], 75);  // a half, and what the next one left
  EXPECT_EQ(count[1], 25);
  EXPECT_FALSE(search.covered().has_value());
  EXPECT_FALSE(search.covered_all());
}

TEST(Search, WhatWasLeftOutIsNotCovered) {
  const Toy toy{{2, 2}};
  Search search({1000, std::nullopt});
  while (const auto script = search.next()) {
    std::vector<sched::Alternative> others;
    toy.run(*script, others);
    search.add(others, false);
  }
  EXPECT_FALSE(search.covered().has_value());
}

TEST(Search, OneRunIsTheDefault) {
  Search search({1, std::nullopt});
  const auto script = search.next();
  ASSERT_TRUE(script.has_value());
  EXPECT_TRUE(script->empty());
  search.add({}, true);
  EXPECT_TRUE(search.covered_all());
  EXPECT_FALSE(search.next().has_value());
}

}  // namespace
}  // namespace ttvm::vm
