#include "process/registry.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace ttvm::process {
namespace {

class RegistryTest : public ::testing::Test {
 protected:
  RegistryTest() {
    epoch().go_online();
    one_.pid = 1;
    two_.pid = 2;
  }
  ~RegistryTest() override { epoch().go_offline(); }
  EpochParticipant& epoch() { return domain_.participant(0); }

  EpochDomain domain_{1};
  Registry registry_;
  Process one_;
  Process two_;
};

TEST_F(RegistryTest, Names) {
  EXPECT_TRUE(Registry::is_valid_name("a"));
  EXPECT_TRUE(Registry::is_valid_name("müller-2.x"));
  EXPECT_TRUE(Registry::is_valid_name(std::string(255, 'x')));
  EXPECT_FALSE(Registry::is_valid_name(""));
  EXPECT_FALSE(Registry::is_valid_name(std::string(256, 'x')));
  EXPECT_FALSE(Registry::is_valid_name("a b"));
  EXPECT_FALSE(Registry::is_valid_name("a\tb"));
  EXPECT_FALSE(Registry::is_valid_name("a\n"));
  EXPECT_FALSE(Registry::is_valid_name(std::string_view("a\0b", 3)));
  EXPECT_FALSE(Registry::is_valid_name("\x7F"));
}

TEST_F(RegistryTest, RegisterAndUnregister) {
  EXPECT_EQ(registry_.whereis("x"), 0U);
  EXPECT_EQ(registry_.register_name("x", one_, epoch()), RegisterResult::kRegistered);
  EXPECT_EQ(registry_.register_name("x", two_, epoch()), RegisterResult::kTaken);
  EXPECT_EQ(registry_.register_name("x", one_, epoch()), RegisterResult::kTaken);
  EXPECT_EQ(registry_.register_name("no good", one_, epoch()), RegisterResult::kIllFormed);
  EXPECT_EQ(registry_.register_name("y", one_, epoch()), RegisterResult::kRegistered);
  EXPECT_EQ(registry_.whereis("x"), 1U);
  EXPECT_EQ(registry_.names_of(1), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(registry_.names_of(2).empty());
  EXPECT_TRUE(registry_.unregister_name("x", epoch()));
  EXPECT_FALSE(registry_.unregister_name("x", epoch()));
  EXPECT_EQ(registry_.whereis("x"), 0U);
  EXPECT_EQ(registry_.whereis("y"), 1U);
  EXPECT_EQ(registry_.register_name("x", two_, epoch()), RegisterResult::kRegistered);
  EXPECT_EQ(registry_.whereis("x"), 2U);
}

TEST_F(RegistryTest, NamesVanishWithTheirProcess) {
  registry_.register_name("x", one_, epoch());
  registry_.register_name("y", one_, epoch());
  registry_.register_name("z", two_, epoch());
  registry_.unregister_name("x", epoch());
  registry_.register_name("x", two_, epoch());
  registry_.forget(one_, epoch());
  EXPECT_EQ(registry_.whereis("x"), 2U);
  EXPECT_EQ(registry_.whereis("y"), 0U);
  EXPECT_EQ(registry_.whereis("z"), 2U);
  registry_.forget(two_, epoch());
  EXPECT_EQ(registry_.size(), 0U);
}

TEST_F(RegistryTest, Grows) {
  constexpr int kNames = 20000;
  for (int i = 0; i < kNames; ++i) {
    Process process;
    process.pid = static_cast<std::uint64_t>(i) + 1;
    ASSERT_EQ(registry_.register_name("name" + std::to_string(i), process, epoch()),
              RegisterResult::kRegistered);
    epoch().quiescent();
  }
  EXPECT_EQ(registry_.size(), static_cast<std::size_t>(kNames));
  for (int i = 0; i < kNames; ++i) {
    ASSERT_EQ(registry_.whereis("name" + std::to_string(i)), static_cast<std::uint64_t>(i) + 1);
  }
}

// Threads fight for the same few names while others look them up. A name that a thread holds must
// be found as its own; what is found must be a pid of the test.
TEST(Registry, Concurrent) {
  constexpr std::uint32_t kThreads = 4;
  constexpr int kRounds = 5000;
  EpochDomain domain(kThreads);
  Registry registry;
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<std::uint64_t> registered{0};
  const auto work = [&](std::uint32_t index) {
    EpochParticipant& epoch = domain.participant(index);
    epoch.go_online();
    for (int round = 0; round < kRounds; ++round) {
      Process process;
      process.pid = std::uint64_t{index} * kRounds + static_cast<std::uint64_t>(round) + 1;
      std::vector<std::string> held;
      for (int i = 0; i < 5; ++i) {
        const std::string name = "n" + std::to_string((round + i * 7) % 23);
        if (registry.register_name(name, process, epoch) == RegisterResult::kRegistered) {
          held.push_back(name);
          ++registered;
        }
      }
      for (const std::string& name : held) {
        if (registry.whereis(name) != process.pid) ++wrong;
      }
      if (!held.empty() && !registry.unregister_name(held[0], epoch)) ++wrong;
      for (int i = 0; i < 23; ++i) {
        if (registry.whereis("n" + std::to_string(i)) > std::uint64_t{kThreads} * kRounds) ++wrong;
      }
      registry.forget(process, epoch);
      if (!registry.names_of(process.pid).empty()) ++wrong;
      epoch.quiescent();
    }
    epoch.go_offline();
  };
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(registry.size(), 0U);
  EXPECT_GT(registered, 0U);
}

}  // namespace
}  // namespace ttvm::process
