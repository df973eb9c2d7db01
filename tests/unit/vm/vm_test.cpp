#include "vm/vm.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/unit/vm/support.hpp"

namespace ttvm::vm {
namespace {

TEST(Vm, RunsASequentialProgram) {
  const Result result = run("PUSH_INT 2\nPUSH_INT 3\nADD\nPRINT\n");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "5\n");
  EXPECT_EQ(result.errors, "");
}

TEST(Vm, EmptyProgramEnds) {
  EXPECT_EQ(run("").status, 0);
  EXPECT_EQ(run("", smp(2)).status, 0);
}

TEST(Vm, RefusesProcessesWithoutSmp) {
  const Result result = run("TRY c\nPUSH_STR \"counter\"\nSPAWN\nPOP\nEND_TRY\nc:\nHALT\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.errors,
            "process 1 (main) ended: SPAWN needs the SMP scheduler: run with --smp\n"
            "    at main (test.ttvm:3)\n");
}

TEST(Vm, ReportsAnUncaughtExceptionWithItsStack) {
  const Result result = run("CALL f\nFUNC f\nPUSH_INT 1\nPUSH_INT 0\nDIV\nPRINT\nEND\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.errors,
            "process 1 (main) ended: Exception: Division by zero\n"
            "    at f (test.ttvm:5)\n    at main (test.ttvm:1)\n");
}

TEST(Vm, ReportsShowARegisteredName) {
  const Result result = run("REGISTER boss\nPUSH_STR \"no\"\nTHROW\n", smp());
  EXPECT_EQ(result.errors.substr(0, 24), "process 1 (boss) ended: ");
}

TEST(Vm, DeadlockReportNamesEveryWaitingProcess) {
  const Result result = run(
      "MAKE_FUNCTION wait\nSPAWN\nSTORE p\nRECEIVE\nPRINT\nHALT\nFUNC wait\nRECEIVE\nPOP\nEND\n",
      smp());
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.errors,
            "deadlock: process 1 waits for a message and no process is left that could send one\n"
            "    process 1 (main) waits for a message at test.ttvm:4, 0 messages queued\n"
            "    process 2 (wait) waits for a message at test.ttvm:8, 0 messages queued\n");
}

TEST(Vm, DeadlockReportIsBounded) {
  const Result result =
      run("PUSH_INT 0\nSTORE i\nWHILE\nLOAD i\nPUSH_INT 150\nLT\nDO\nMAKE_FUNCTION w\nSPAWN\nPOP\n"
          "LOAD i\nPUSH_INT 1\nADD\nSTORE i\nENDWHILE\nRECEIVE\nFUNC w\nRECEIVE\nPOP\nEND\n",
          smp());
  EXPECT_EQ(result.status, 3);
  EXPECT_NE(result.errors.find("\n    and 51 more\n"), std::string::npos) << result.errors;
}

TEST(Vm, DeadLettersAreLimitedAndSummedUp) {
  Options options = smp();
  options.seed = 1;
  const Result result =
      run("PUSH_INT 0\nSTORE i\nWHILE\nLOAD i\nPUSH_INT 25\nLT\nDO\nNULL\nSEND 9\n"
          "LOAD i\nPUSH_INT 1\nADD\nSTORE i\nENDWHILE\n",
          options);
  EXPECT_EQ(result.status, 0);
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    expected += "dead letter: process 1 sent to process 9, which does not run\n";
  }
  EXPECT_EQ(result.errors, expected + "dead letters: 15 more\n");
}

TEST(Vm, ExitStatus) { EXPECT_EQ(run("EXIT 42\n").status, 42); }

TEST(Vm, MaxReductionsEndsTheRun) {
  Options options = smp(2);
  options.max_reductions = 100'000;
  const Result result = run("again:\nJMP again\n", options);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.errors, "ttvm: stopped after 100000 reductions (--max-reductions)\n");
  EXPECT_EQ(run("PUSH_INT 1\nPRINT\n", options).status, 0);
}

TEST(Vm, StopFromAnotherThread) {
  const Capture output;
  Options options = smp(2);
  options.output = output.descriptor();
  Vm machine(options);
  // Whether it comes before or after the start of the run.
  std::thread stopper([&] { machine.stop(130); });
  EXPECT_EQ(
      machine.run(program("PUSH_STR \"s\"\nSPAWN\nagain:\nJMP again\nFUNC s\nRECEIVE\nEND\n"), ""),
      130);
  stopper.join();
}

TEST(Vm, ArgumentsBecomeUtf8) {
  Options options;
  options.arguments = {"a", "\xFF"};
  EXPECT_EQ(run("ARGS\nPRINT\n", options).output, "[\"a\", \"\xEF\xBF\xBD\"]\n");
}

TEST(Vm, OutputThatCannotBeWrittenIsStatus1) {
  const Capture errors;
  Options options;
  options.output = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  options.errors = errors.descriptor();
  {
    Vm machine(options);
    EXPECT_EQ(machine.run(program("PUSH_INT 1\nPRINT\n"), ""), 1);
  }
  ::close(options.output);
  EXPECT_NE(errors.text().find("No space left on device"), std::string::npos);
}

TEST(Vm, SameSeedSameRun) {
  const std::string text =
      "PUSH_INT 0\nSTORE i\nWHILE\nLOAD i\nPUSH_INT 10\nLT\nDO\nLOAD i\nMAKE_FUNCTION say\nSPAWN\n"
      "POP\nLOAD i\nPUSH_INT 1\nADD\nSTORE i\nENDWHILE\nFUNC say n\nLOAD n\nPRINT\nYIELD\nLOAD n\n"
      "PRINT\nEND\n";
  Options options = smp();
  options.seed = 4;
  const std::string first = run(text, options).output;
  EXPECT_EQ(run(text, options).output, first);
  options.seed = 5;
  EXPECT_NE(run(text, options).output, first);
}

class Beside : public testing::Test {
 protected:
  Beside() {
    char pattern[] = "/tmp/ttvm-vm-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  ~Beside() override { std::system(("rm -rf " + folder_).c_str()); }
  void put(const char* name, const char* text) { std::ofstream(folder_ + "/" + name) << text; }
  Result spawn(const std::string& name) {
    return run("TRY e\nPUSH_STR \"" + name +
                   "\"\nSPAWN\nPOP\nEND_TRY\nHALT\ne:\nGET_FIELD message\n"
                   "PRINT\n",
               smp(), folder_);
  }
  std::string folder_;
};

TEST_F(Beside, SpawnRunsAFileBesideTheProgram) {
  put("child-1.ttvm", "PUSH_STR \"child\"\nPRINT\n");
  EXPECT_EQ(spawn("child-1").output, "child\n");
}

TEST_F(Beside, PredefinedTypeComesBeforeAFile) {
  put("counter.ttvm", "PUSH_STR \"mine\"\nPRINT\n");
  EXPECT_EQ(spawn("counter").output, "1\n2\n3\n");
}

TEST_F(Beside, FileWithErrorsRaises) {
  put("broken.ttvm", "PRINT\nNONSENSE\n");
  const std::string output = spawn("broken").output;
  EXPECT_TRUE(output.starts_with("SPAWN cannot load \"broken.ttvm\": broken.ttvm:2:1: error: "))
      << output;
  EXPECT_EQ(output.find('\n'), output.size() - 1);
}

TEST_F(Beside, NameWithASlashIsNoFile) {
  put("child.ttvm", "PUSH_STR \"child\"\nPRINT\n");
  EXPECT_EQ(spawn("./child").output, "Spawned process: ./child\n");
  EXPECT_EQ(spawn("none").output, "Spawned process: none\n");
  EXPECT_EQ(spawn("basic_process").output, "Spawned process: basic_process\n");
}

TEST_F(Beside, ChildSpawnsChildren) {
  put("a.ttvm", "PUSH_STR \"b\"\nSPAWN\nPOP\n");
  put("b.ttvm",
      "PUSH_STR \"inner\"\nSPAWN\nPOP\nFUNC inner\nPUSH_STR \"inner of b\"\nPRINT\nEND\n");
  EXPECT_EQ(spawn("a").output, "inner of b\n");
}

}  // namespace
}  // namespace ttvm::vm
