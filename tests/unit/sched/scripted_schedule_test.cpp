#include "sched/scripted_schedule.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace ttvm::sched {
namespace {

using process::Process;
using process::ProcessPriority;

constexpr std::int32_t kBudget = 100;

TEST(Script, TextAndBack) {
  const Script script{{3, 1}, {12, 0}, {13, 18446744073709551615U}};
  EXPECT_EQ(to_text(script), "3:1,12:0,13:18446744073709551615");
  EXPECT_EQ(parse_script(to_text(script)), script);
  EXPECT_EQ(to_text({}), "default");
  EXPECT_EQ(parse_script("default"), Script());
}

TEST(Script, RefusesWhatIsNone) {
  for (const char* text : {"", "1", "1:", ":1", "1:2,", ",1:2", "1:2 ", " 1:2", "0:1", "2:1,2:3",
                           "2:1,1:3", "1:2;3:4", "-1:2", "1:99999999999999999999", "defaults"}) {
    EXPECT_FALSE(parse_script(text).has_value()) << text;
  }
}

// Processes that are told how each step of theirs ends.
class Schedules : public ::testing::Test {
 protected:
  Process* spawn(ProcessPriority priority = ProcessPriority::kNormal) {
    processes_.push_back(std::make_unique<Process>());
    processes_.back()->pid = processes_.size();
    processes_.back()->priority = priority;
    return processes_.back().get();
  }

  // `count` processes at their first scheduling points, process 1 before the others.
  void begin(Schedule& schedule, int count) {
    for (int i = 0; i < count; ++i) schedule.add({spawn(), Cause::kWoken, 0});
    for (int i = 0; i < count; ++i) {
      const Step step = schedule.take(false);
      EXPECT_EQ(step.process, processes_[static_cast<std::size_t>(i)].get());
      EXPECT_EQ(step.points, 0U);
      schedule.add({step.process, Cause::kAtPoint, 1});
    }
  }

  // The pids of the next steps, if each process goes on from point to point.
  static std::string steps(Schedule& schedule, int count) {
    std::string pids;
    for (int i = 0; i < count; ++i) {
      const Step step = schedule.take(true);
      if (step.process == nullptr) {
        pids += '0';
        continue;
      }
      EXPECT_EQ(step.points, 1U);
      pids += std::to_string(step.process->pid);
      schedule.add({step.process, Cause::kAtPoint, 1});
    }
    return pids;
  }

  std::vector<std::unique_ptr<Process>> processes_;
};

TEST_F(Schedules, GoesOnWithOneUntilItStops) {
  ScriptedSchedule schedule({}, kBudget, nullptr);
  begin(schedule, 3);
  EXPECT_EQ(steps(schedule, 3), "111");
  EXPECT_EQ(schedule.take(false).process, processes_[0].get());  // it waits: nobody adds it
  EXPECT_EQ(steps(schedule, 3), "222");
  Step step = schedule.take(false);
  schedule.add({step.process, Cause::kYielded, 1});
  EXPECT_EQ(steps(schedule, 2), "33");
  step = schedule.take(false);
  schedule.add({step.process, Cause::kEnded, 1});
  step = schedule.take(false);
  EXPECT_EQ(step.process, processes_[2].get());
  EXPECT_TRUE(step.ends);
  schedule.add({processes_[0].get(), Cause::kWoken, 0});  // the first one again, behind 2
  step = schedule.take(false);
  EXPECT_EQ(step.process, processes_[1].get());
  EXPECT_EQ(step.points, 0U);  // it yielded, and stands at no point
  step = schedule.take(false);
  EXPECT_EQ(step.process, processes_[0].get());
  EXPECT_TRUE(schedule.empty());
  EXPECT_TRUE(schedule.fits());
}

TEST_F(Schedules, ASliceThatIsUsedUpGivesTheNextOneItsTurn) {
  ScriptedSchedule schedule({}, 3, nullptr);
  begin(schedule, 2);
  EXPECT_EQ(steps(schedule, 12), "111222111222");
  const Step step = schedule.take(false);
  EXPECT_EQ(step.budget, 3);
  schedule.add({step.process, Cause::kUsedUp, 3});
  EXPECT_EQ(schedule.take(false).process, processes_[1].get());
}

TEST_F(Schedules, ANewProcessRunsToItsFirstPointAtOnce) {
  ScriptedSchedule schedule({}, kBudget, nullptr);
  begin(schedule, 2);
  EXPECT_EQ(steps(schedule, 1), "1");
  Step step = schedule.take(false);
  schedule.add({spawn(), Cause::kWoken, 0});
  schedule.add({step.process, Cause::kAtPoint, 1});
  step = schedule.take(false);
  EXPECT_EQ(step.process, processes_[2].get());
  EXPECT_EQ(step.points, 0U);
  schedule.add({step.process, Cause::kAtPoint, 1});
  EXPECT_EQ(steps(schedule, 2), "11");
}

TEST_F(Schedules, AScriptPreempts) {
  ScriptedSchedule schedule({{2, 3}, {4, 0}, {6, 2}}, kBudget, nullptr);
  begin(schedule, 3);
  // Who was preempted, also by time, is the first of the queue.
  EXPECT_EQ(steps(schedule, 3), "133");
  EXPECT_EQ(steps(schedule, 2), "03");
  EXPECT_EQ(steps(schedule, 2), "22");
  EXPECT_TRUE(schedule.fits());
}

TEST_F(Schedules, AScriptThatNamesSomebodyWhoCannotRunDoesNotFit) {
  ScriptedSchedule schedule({{2, 7}}, kBudget, nullptr);
  begin(schedule, 2);
  EXPECT_EQ(steps(schedule, 3), "111");
  EXPECT_FALSE(schedule.fits());
  ScriptedSchedule longer({{2, 1}}, kBudget, nullptr);
  EXPECT_FALSE(longer.fits());  // the run ended before
}

TEST_F(Schedules, UrgentOnesFirst) {
  ScriptedSchedule schedule({}, kBudget, nullptr);
  begin(schedule, 1);
  schedule.take(false);  // waits
  for (const auto priority :
       {ProcessPriority::kLow, ProcessPriority::kNormal, ProcessPriority::kHigh}) {
    schedule.add({spawn(priority), Cause::kWoken, 0});
    schedule.add({schedule.take(false).process, Cause::kAtPoint, 0});
  }
  EXPECT_EQ(steps(schedule, 2), "44");
  schedule.take(false);
  EXPECT_EQ(steps(schedule, 2), "33");
  schedule.take(false);
  EXPECT_EQ(steps(schedule, 2), "22");
}

std::string text_of(const Recording& recording) {
  std::string text;
  for (std::size_t i = 0; i < recording.count; ++i) {
    const Alternative& other = recording.entries[i];
    text += std::to_string(other.step) + ":" + std::to_string(other.pid);
    text += other.preempts ? "! " : " ";
  }
  return text;
}

TEST_F(Schedules, RecordsWhatElseCouldHaveBeenDone) {
  std::vector<Alternative> entries(100);
  Recording recording{entries.data(), entries.size(), false, 0, false};
  ScriptedSchedule schedule({{2, 2}}, kBudget, &recording);
  begin(schedule, 3);
  EXPECT_EQ(steps(schedule, 3), "122");
  Step step = schedule.take(true);  // step 4; yields
  schedule.add({step.process, Cause::kYielded, 1});
  EXPECT_EQ(steps(schedule, 1), "1");  // step 5: free, but for the one who has yielded
  schedule.take(true);                 // step 6; waits
  EXPECT_EQ(steps(schedule, 1), "3");
  EXPECT_EQ(text_of(recording), "3:1! 3:3! 4:1! 4:3! 5:3 5:2! 6:3! 6:2! 7:2 ");
  EXPECT_FALSE(recording.truncated);
}

TEST_F(Schedules, RecordsTimeAsAChoiceIfWanted) {
  std::vector<Alternative> entries(3);
  Recording recording{entries.data(), entries.size(), true, 0, false};
  ScriptedSchedule schedule({}, kBudget, &recording);
  begin(schedule, 1);
  EXPECT_EQ(steps(schedule, 2), "11");
  schedule.add({schedule.take(false).process, Cause::kAtPoint, 1});  // no timer: no choice
  EXPECT_EQ(text_of(recording), "1:0! 2:0! ");
  EXPECT_EQ(steps(schedule, 2), "11");
  EXPECT_EQ(recording.count, 3U);
  EXPECT_TRUE(recording.truncated);
}

}  // namespace
}  // namespace ttvm::sched
