#include "process/relations.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>
#include <vector>

namespace ttvm::process {
namespace {

using Model = std::map<std::pair<int, std::uint64_t>, std::uint64_t>;

Model contents(const Relations& relations) {
  Model model;
  relations.for_each([&](Relation relation, std::uint64_t number, std::uint64_t value) {
    EXPECT_TRUE(model.emplace(std::pair(static_cast<int>(relation), number), value).second);
  });
  return model;
}

TEST(Relations, EmptyHasNothing) {
  Relations relations;
  EXPECT_TRUE(relations.empty());
  EXPECT_EQ(relations.capacity(), 0U);
  EXPECT_EQ(relations.find(Relation::kLink, 1), nullptr);
  EXPECT_FALSE(relations.erase(Relation::kLink, 1));
  EXPECT_TRUE(contents(relations).empty());
}

TEST(Relations, SameNumberInEachRelation) {
  Relations relations;
  const std::vector<Relation> all{Relation::kLink, Relation::kMonitors, Relation::kMonitored,
                                  Relation::kTimer};
  std::uint64_t value = 10;
  for (const Relation relation : all) EXPECT_TRUE(relations.insert(relation, 7, value++));
  value = 10;
  for (const Relation relation : all) {
    ASSERT_NE(relations.find(relation, 7), nullptr);
    EXPECT_EQ(*relations.find(relation, 7), value++);
  }
  EXPECT_TRUE(relations.erase(Relation::kMonitors, 7));
  EXPECT_EQ(relations.find(Relation::kMonitors, 7), nullptr);
  EXPECT_EQ(relations.used(), 3U);
}

TEST(Relations, SecondInsertChangesNothing) {
  Relations relations;
  EXPECT_TRUE(relations.insert(Relation::kLink, 3, 1));
  EXPECT_FALSE(relations.insert(Relation::kLink, 3, 2));
  EXPECT_EQ(*relations.find(Relation::kLink, 3), 1U);
  *relations.find(Relation::kLink, 3) = 5;
  EXPECT_EQ(*relations.find(Relation::kLink, 3), 5U);
}

TEST(Relations, LargestNumber) {
  Relations relations;
  const std::uint64_t most = (std::uint64_t{1} << 62U) - 1;
  for (const Relation relation : {Relation::kLink, Relation::kTimer}) {
    EXPECT_TRUE(relations.insert(relation, most, 1));
    EXPECT_TRUE(relations.insert(relation, 1, 2));
  }
  EXPECT_EQ(contents(relations).size(), 4U);
  EXPECT_TRUE(relations.erase(Relation::kTimer, most));
  EXPECT_NE(relations.find(Relation::kLink, most), nullptr);
}

TEST(Relations, ShrinksAndLetsGo) {
  Relations relations;
  for (std::uint64_t i = 1; i <= 10000; ++i) relations.insert(Relation::kMonitors, i, i);
  const std::size_t full = relations.capacity();
  EXPECT_GE(full, 13334U);
  for (std::uint64_t i = 1; i <= 9990; ++i) EXPECT_TRUE(relations.erase(Relation::kMonitors, i));
  EXPECT_LT(relations.capacity(), full / 32);
  for (std::uint64_t i = 9991; i <= 10000; ++i) {
    ASSERT_NE(relations.find(Relation::kMonitors, i), nullptr);
    EXPECT_EQ(*relations.find(Relation::kMonitors, i), i);
  }
  for (std::uint64_t i = 9991; i <= 10000; ++i) relations.erase(Relation::kMonitors, i);
  EXPECT_TRUE(relations.empty());
  EXPECT_EQ(relations.capacity(), 0U);
}

// Erasing shifts entries back; a wrong shift loses one that has come around the end of the table.
TEST(Relations, BehavesAsAMap) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const std::uint64_t numbers = 1 + random() % 300;
    Relations relations;
    Model model;
    for (int step = 0; step < 5000; ++step) {
      const auto relation = static_cast<Relation>(random() % 4);
      // Refs of different workers differ in their low bits, pids count up.
      const std::uint64_t number =
          relation == Relation::kLink ? 1 + random() % numbers : (1 + random() % numbers) << 10U;
      const auto key = std::pair(static_cast<int>(relation), number);
      if (random() % 2 == 0) {
        const bool is_new = model.emplace(key, step).second;
        ASSERT_EQ(relations.insert(relation, number, step), is_new);
      } else {
        ASSERT_EQ(relations.erase(relation, number), model.erase(key) == 1);
      }
      ASSERT_EQ(relations.used(), model.size());
    }
    EXPECT_EQ(contents(relations), model);
    for (const auto& [key, value] : model) {
      const std::uint64_t* found = relations.find(static_cast<Relation>(key.first), key.second);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(*found, value);
    }
  }
}

TEST(Relations, OrderFollowsFromTheNumbers) {
  std::vector<std::uint64_t> first;
  for (int run = 0; run < 2; ++run) {
    Relations relations;
    for (std::uint64_t i = 1; i <= 100; ++i) relations.insert(Relation::kLink, i * 3, 0);
    std::vector<std::uint64_t> order;
    relations.for_each(
        [&](Relation, std::uint64_t number, std::uint64_t) { order.push_back(number); });
    if (run == 0) first = order;
    EXPECT_EQ(order, first);
  }
}

}  // namespace
}  // namespace ttvm::process
