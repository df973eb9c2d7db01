#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "asm/assembler.hpp"
#include "bytecode/ttb.hpp"
#include "tests/unit/vm/support.hpp"
#include "verify/verify.hpp"
#include "vm/code_server.hpp"
#include "vm/limited_executor.hpp"
#include "vm/memory.hpp"
#include "vm/reports.hpp"
#include "vm/signals.hpp"
#include "vm/std_sources.hpp"

namespace ttvm::vm {
namespace {

TEST(Loader, TellsBytecodeByContentAndByName) {
  EXPECT_TRUE(is_bytecode({"x", "TTVM....", {}}));
  EXPECT_TRUE(is_bytecode({"x.ttb", "PRINT\n", {}}));
  EXPECT_FALSE(is_bytecode({"x.ttvm", "PRINT\n", {}}));
}

TEST(Loader, ReadsBothForms) {
  const base::Expected<bytecode::Module> module = assembler::assemble("NULL\nPRINT\n", "x.ttvm");
  ASSERT_TRUE(module.ok());
  const std::vector<std::uint8_t> bytes = bytecode::write_ttb(*module);
  const base::Expected<bytecode::Module> again =
      parse_program({"anything", std::string(bytes.begin(), bytes.end()), {}});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *module);
}

// What is not proven runs much slower.
TEST(StdSources, AreProven) {
  for (const StdSource& source : std_sources()) {
    base::Expected<bytecode::Module> module =
        assembler::assemble(source.text, std::string(source.name));
    ASSERT_TRUE(module.ok()) << source.name;
    const auto verified = verify::verify(std::move(*module));
    ASSERT_TRUE(verified.ok()) << source.name;
    for (const verify::Instance& instance : (*verified)->instances()) {
      const auto& parts = (*verified)->module();
      EXPECT_TRUE(instance.proven)
          << source.name << ": "
          << (instance.function == verify::kNone
                  ? "main"
                  : parts.strings[parts.functions[instance.function].name]);
    }
  }
}

TEST(Loader, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(read_input("/nonexistent/x").error, "No such file or directory");
  EXPECT_EQ(read_input("/tmp").error, "Is a directory");
  EXPECT_EQ(read_input("/dev/null").error, "");
}

TEST(CodeServer, FileNames) {
  EXPECT_TRUE(is_file_name("worker_1-b"));
  for (const char* bad : {"", "a/b", "..", "a b", "a.b", "\xC3\xA9"}) {
    EXPECT_FALSE(is_file_name(bad)) << bad;
  }
}

TEST(CodeServer, TypesAreLoadedOnce) {
  CodeServer server(CodeServer::Settings{});
  const auto counter = server.find_process_type("counter");
  ASSERT_NE(counter.function, nullptr);
  EXPECT_FALSE(counter.takes_name);
  EXPECT_EQ(server.find_process_type("counter").function, counter.function);
  const auto basic = server.find_process_type("anything else");
  EXPECT_TRUE(basic.takes_name);
  EXPECT_EQ(basic.function->arity, 1U);
  for (const char* name : {"hello_world", "cashier_worker", "barista_worker"}) {
    EXPECT_FALSE(server.find_process_type(name).takes_name) << name;
  }
}

class ReportsTest : public testing::Test {
 protected:
  Capture out_;
  Capture err_;
  io::Output output_{out_.descriptor(), err_.descriptor()};
  io::ErrorOutput errors_{err_.descriptor()};
  base::LogicalClock clock_;
  Reports reports_{output_, errors_, &clock_};

  void fail(const Failure& failure) {
    if (reports_.admits_failure(failure.pid)) reports_.failed(failure);
  }
};

TEST_F(ReportsTest, NextSecondBeginsWithWhatWasLeftOut) {
  for (int i = 0; i < 14; ++i)
    reports_.dead_letter(1, "process 2", process::DeadLetterReason::kNoProcess);
  clock_.advance_by(1'000'000'000);
  reports_.dead_letter(1, "\"x\"", process::DeadLetterReason::kNoName);
  reports_.finish();
  const std::string text = err_.text();
  const std::string tail =
      "dead letters: 4 more\ndead letter: process 1 sent to \"x\", a name of no process\n";
  ASSERT_GT(text.size(), tail.size());
  EXPECT_EQ(text.substr(text.size() - tail.size()), tail);
  EXPECT_EQ(reports_.dead_letters(), 15U);
}

TEST_F(ReportsTest, OutputComesBeforeTheReport) {
  output_.write_line("before");
  fail({2, "f", "Exception: x", 0, {"f (a.ttvm:1)", "... 3 more"}, "", ""});
  EXPECT_EQ(out_.text(), "before\n");
  EXPECT_EQ(err_.text(),
            "process 2 (f) ended: Exception: x\n    at f (a.ttvm:1)\n    ... 3 more\n");
}

TEST_F(ReportsTest, LinesStayLines) {
  fail({2, "f", "Exception: a\nb\x1b", 0, {}, "", ""});
  EXPECT_EQ(err_.text(), "process 2 (f) ended: Exception: a\\nb?\n");
}

TEST_F(ReportsTest, MainIsReportedWhateverCameBefore) {
  for (int i = 0; i < 500; ++i) fail({2, "f", "Exception: x", 0, {}, "", ""});
  fail({1, "main", "Exception: last", 0, {}, "", ""});
  EXPECT_NE(err_.text().find("process 1 (main) ended: Exception: last\n"), std::string::npos);
}

TEST(Memory, LimitOfCgroups) {
  char pattern[] = "/tmp/ttvm-cgroup-XXXXXX";
  const std::string root = ::mkdtemp(pattern);
  std::filesystem::create_directories(root + "/a/b");
  std::filesystem::create_directories(root + "/memory/v1");
  std::ofstream(root + "/a/memory.max") << "5000000\n";
  std::ofstream(root + "/a/b/memory.max") << "max\n";
  std::ofstream(root + "/memory/v1/memory.limit_in_bytes") << "9223372036854771712\n";
  EXPECT_EQ(cgroup_memory_limit("0::/a/b\n", root), 5000000U);
  EXPECT_EQ(cgroup_memory_limit("4:cpu,memory:/v1\n", root), 0U);
  EXPECT_EQ(cgroup_memory_limit("nonsense\n", root), 0U);
  std::ofstream(root + "/memory/memory.limit_in_bytes") << "4000000\n";
  EXPECT_EQ(cgroup_memory_limit("4:cpu,memory:/v1\n0::/a\n", root), 4000000U);
  EXPECT_GT(default_memory_limit(), 0U);
  std::filesystem::remove_all(root);
}

TEST(LimitedExecutor, StopsAtTheLimitAndGrantsNoMore) {
  struct Spinner : process::Executor {
    process::SliceEnd run(process::Process& process, process::RunContext&,
                          std::int32_t budget) override {
      process.reductions += static_cast<std::uint64_t>(budget);
      return process::SliceEnd::kRunnable;
    }
    void collect(process::Process&, const process::Collection&) override {}
    void release(process::Process&) override {}
    Place locate(const process::Process&) const override { return {}; }
    std::vector<std::string> stack_of(const process::Process&) const override { return {}; }
  } spinner;
  LimitedExecutor limited(spinner, 2500);
  process::Process process;
  process::RunContext context;
  EXPECT_EQ(limited.run(process, context, 1000), process::SliceEnd::kRunnable);
  EXPECT_EQ(limited.run(process, context, 1000), process::SliceEnd::kRunnable);
  EXPECT_FALSE(limited.exceeded());
  EXPECT_EQ(limited.run(process, context, 1000), process::SliceEnd::kStopRun);
  EXPECT_EQ(process.reductions, 2500U);
  EXPECT_EQ(context.exit_status, 1);
  EXPECT_TRUE(limited.exceeded());
}

TEST(SignalWatcher, TellsOfTheFirstSignal) {
  std::promise<int> told;
  {
    const SignalWatcher watcher([&](int status) { told.set_value(status); });
    ::kill(::getpid(), SIGTERM);
    EXPECT_EQ(told.get_future().get(), 143);
  }
}

}  // namespace
}  // namespace ttvm::vm
