#include "vm/explore.hpp"

#include <string>

#include "support.hpp"

namespace ttvm::vm {
namespace {

constexpr const char* kTwoPrint =
    "PUSH_STR \"a\"\nMAKE_FUNCTION say\nSPAWN\nPOP\n"
    "PUSH_STR \"b\"\nMAKE_FUNCTION say\nSPAWN\nPOP\nHALT\n"
    "FUNC say what\nLOAD what\nPRINT\nEND\n";

RunRecord isolated(const Verified& verified, const Options& options, std::size_t max_memory = 0) {
  IsolatedRunner runner;
  RunRecord record;
  EXPECT_TRUE(runner.run(verified, "", options, max_memory, false, record)) << runner.error();
  return record;
}

Options scripted() {
  Options options = smp();
  options.script = sched::Script();
  return options;
}

TEST(IsolatedRun, GivesWhatWasWritten) {
  const RunRecord record =
      isolated(program("PUSH_STR \"out\"\nPRINT\nPUSH_STR \"oh\"\nTHROW\n"), scripted());
  EXPECT_EQ(record.status, 1);
  EXPECT_EQ(record.ending, Ending::kFinished);
  EXPECT_FALSE(record.crashed);
  EXPECT_EQ(record.output, "out\n");
  EXPECT_NE(record.errors.find("Exception: oh"), std::string::npos) << record.errors;
}

TEST(IsolatedRun, TellsHowItEnded) {
  EXPECT_EQ(isolated(program("RECEIVE\n"), scripted()).ending, Ending::kDeadlock);
  const RunRecord exited = isolated(program("EXIT 70\n"), scripted());
  EXPECT_EQ(exited.ending, Ending::kExit);
  EXPECT_EQ(exited.status, 70);
  EXPECT_FALSE(exited.crashed);
  Options limited = scripted();
  limited.max_reductions = 1000;
  EXPECT_EQ(isolated(program("again:\nJMP again\n"), limited).ending, Ending::kLimit);
}

TEST(IsolatedRun, ADefectIsAResult) {
  Options broken = scripted();
  broken.reductions = 0;  // the scheduler refuses that
  const RunRecord record = isolated(program("HALT\n"), broken);
  EXPECT_TRUE(record.crashed);
  EXPECT_NE(record.status, 0);
  EXPECT_FALSE(record.errors.empty());
}

TEST(IsolatedRun, TheMemoryLimitIsNoDefect) {
  const RunRecord record = isolated(
      program("NEW_LIST\nagain:\nPUSH_STR \"x\"\nLIST_APPEND\nJMP again\n"), scripted(), 1U << 22U);
  EXPECT_FALSE(record.crashed) << record.status;
  EXPECT_EQ(record.status, 1);
  EXPECT_FALSE(record.errors.empty());
}

TEST(Explore, FindsAllOutcomes) {
  ExploreOptions options;
  options.run = smp();
  std::uint64_t told = 0;
  options.progress = [&](std::uint64_t runs, std::size_t) { told = runs; };
  const Exploration found = explore(program(kTwoPrint), "", options);
  EXPECT_TRUE(found.covered_all);
  EXPECT_EQ(found.runs, found.systematic);
  EXPECT_EQ(told, found.runs);
  ASSERT_EQ(found.outcomes.size(), 2U);
  EXPECT_EQ(found.outcomes[0].count + found.outcomes[1].count, found.runs);
  EXPECT_GE(found.outcomes[0].count, found.outcomes[1].count);
  EXPECT_EQ(found.outcomes[0].record.output.size() + found.outcomes[1].record.output.size(), 8U);
  EXPECT_NE(found.outcomes[0].record.output, found.outcomes[1].record.output);
}

TEST(Explore, AnOutcomesScriptRepeatsIt) {
  ExploreOptions options;
  options.run = smp();
  for (const Outcome& outcome : explore(program(kTwoPrint), "", options).outcomes) {
    ASSERT_TRUE(outcome.flag.starts_with("--schedule "));
    Options again = smp();
    again.script = parse_schedule(outcome.flag.substr(outcome.flag.find(' ') + 1));
    ASSERT_TRUE(again.script.has_value()) << outcome.flag;
    EXPECT_EQ(run(kTwoPrint, again).output, outcome.record.output);
  }
}

TEST(Explore, SeedsFollowWhenTheSearchHasNotReachedEverything) {
  ExploreOptions options;
  options.run = smp();
  options.runs = 20;
  options.preemptions = 0;
  const Exploration found = explore(program(kTwoPrint), "", options);
  EXPECT_EQ(found.runs, 20U);
  EXPECT_LT(found.systematic, 15U);
  EXPECT_EQ(found.covered, 0U);
  EXPECT_FALSE(found.covered_all);
}

}  // namespace
}  // namespace ttvm::vm
