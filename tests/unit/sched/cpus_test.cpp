#include "sched/cpus.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>

namespace ttvm::sched {
namespace {

class CgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(::testing::TempDir()) / ("cgroup_" + std::string(test->name()));
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    const auto file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  unsigned limit(std::string_view cgroups) { return cgroup_cpu_limit(cgroups, root_.string()); }

  std::filesystem::path root_;
};

TEST_F(CgroupTest, Version2) {
  write("a/b/cpu.max", "250000 100000\n");
  EXPECT_EQ(limit("0::/a/b\n"), 3U);
  write("a/cpu.max", "50000 100000\n");
  EXPECT_EQ(limit("0::/a/b\n"), 1U);
  write("a/cpu.max", "max 100000\n");
  EXPECT_EQ(limit("0::/a/b\n"), 3U);
  EXPECT_EQ(limit("0::/a\n"), 0U);
  write("cpu.max", "200000 100000\n");
  EXPECT_EQ(limit("0::/\n"), 2U);
}

TEST_F(CgroupTest, Version1) {
  write("cpu,cpuacct/x/cpu.cfs_quota_us", "400000\n");
  write("cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(limit("5:memory:/y\n4:cpu,cpuacct:/x\n"), 4U);
  write("cpu,cpuacct/x/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(limit("4:cpu,cpuacct:/x\n"), 0U);
}

TEST_F(CgroupTest, NothingThere) {
  EXPECT_EQ(limit(""), 0U);
  EXPECT_EQ(limit("rubbish\n::\n"), 0U);
  EXPECT_EQ(limit("0::/gone\n"), 0U);
}

TEST(Cpus, RespectsTheAffinity) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_GE(available_cpus(), 1U);
  EXPECT_LE(available_cpus(), static_cast<unsigned>(CPU_COUNT(&before)));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &before) != 0) {
      CPU_SET(cpu, &one);
      break;
    }
  }
  ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(available_cpus(), 1U);
  ::sched_setaffinity(0, sizeof(before), &before);
}

}  // namespace
}  // namespace ttvm::sched
