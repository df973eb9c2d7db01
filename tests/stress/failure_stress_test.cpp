// Storms of everything that processes can do to each other, in the real machine: spawns, links,
// monitors, kills, sends of each kind, questions, timers, names, mailboxes with limits. At the end
// nothing is lost: the ledger (storm_ledger.hpp) finds each message, each DOWN and each EXIT, and
// no process, name, timer or byte is left.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include "heap/slab.hpp"
#include "interp/interpreter.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "sched/scheduler.hpp"
#include "term/print.hpp"
#include "tests/stress/storm_ledger.hpp"
#include "vm/code_server.hpp"
#include "vm/loader.hpp"
#include "vm/reports.hpp"

namespace ttvm::stress {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint32_t kScale = 1;
#else
constexpr std::uint32_t kScale = 20;
#endif

// The process whose slice this thread runs.
thread_local const process::Process* running = nullptr;

class NowhereOutput {
 public:
  NowhereOutput() : descriptor_(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {}
  ~NowhereOutput() { ::close(descriptor_); }
  NowhereOutput(const NowhereOutput&) = delete;
  NowhereOutput& operator=(const NowhereOutput&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Weather {
  std::uint32_t schedulers = 2;
  std::uint32_t actors = 1000;  // that the main program starts; they have children
  std::uint32_t most = 60;      // of them at a time
  std::uint64_t random_seed = 1;
  std::int32_t budget = 1000;
  std::optional<std::uint64_t> schedule_seed;  // the deterministic driver
};

// The parts of vm::Vm, with the ledger in the place of the output.
class StormMachine final : public process::Services {
 public:
  StormMachine(const Weather& weather, Ledger& ledger)
      : ledger_(ledger),
        arguments_({std::to_string(weather.random_seed), std::to_string(weather.actors),
                    std::to_string(weather.most)}),
        output_(nowhere_.descriptor(), nowhere_.descriptor()),
        errors_(nowhere_.descriptor()),
        reports_(output_, errors_, &clock_),
        table_(weather.schedulers),
        interpreter_(interp::InterpreterOptions{}),
        watched_(interpreter_, ledger),
        scheduler_({weather.schedulers, weather.budget, weather.schedule_seed, {}, nullptr},
                   watched_, table_, registry_, clock_, *this, output_) {}

  sched::RunResult run(vm::Verified program) {
    const lower::Program& code = code_.load_main(std::move(program), "");
    process::Process* main = process::spawn_process(scheduler_.first_context(), 0);
    TTVM_CHECK(main != nullptr && main->pid == 1);
    interpreter_.prepare(*main, code.main(), {});
    scheduler_.spawn_first(main);
    return scheduler_.run();
  }

  const process::ProcessTable& table() const { return table_; }
  const process::Registry& registry() const { return registry_; }
  sched::SchedulerCounters counters() const { return scheduler_.counters(); }
  std::uint64_t dead_letters() const { return reports_.dead_letters(); }

  // process::Services
  std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                         process::DeadLetterReason reason) override {
    return reports_.dead_letter(from, to, reason);
  }
  void want_dead_letters(std::uint64_t pid, bool wanted) override {
    reports_.want_dead_letters(pid, wanted);
  }
  void print_line(std::string_view text) override { ledger_.told(*running, text); }
  const std::vector<std::string>& arguments() const override { return arguments_; }
  void report_uncaught(const process::Process& process, std::string_view message,
                       const std::vector<std::string>& stack) override {
    if (!reports_.admits_failure(process.pid)) return;
    vm::Failure failure = vm::failure_of(process, registry_);
    failure.reason = message;
    failure.stack = stack;
    reports_.failed(failure);
  }
  void report_exit(const process::Process& process, term::Term reason) override {
    std::string text;
    term::print(reason, text, false);
    report_uncaught(process, text, interpreter_.stack_of(process));
  }
  ProcessType find_process_type(std::string_view name) override {
    return code_.find_process_type(name);
  }

 private:
  class WatchedExecutor final : public process::ForwardingExecutor {
   public:
    WatchedExecutor(process::Executor& executor, Ledger& ledger)
        : ForwardingExecutor(executor), ledger_(ledger) {}
    process::SliceEnd run(process::Process& process, process::RunContext& context,
                          std::int32_t budget) override {
      running = &process;
      return executor_.run(process, context, budget);
    }
    void release(process::Process& process) override {
      ledger_.ended(process);
      executor_.release(process);
    }

   private:
    Ledger& ledger_;
  };

  // In the order of their dependence: the scheduler, which holds the processes, goes first.
  Ledger& ledger_;
  const NowhereOutput nowhere_;
  std::vector<std::string> arguments_;
  base::SystemClock clock_;
  io::Output output_;
  io::ErrorOutput errors_;
  vm::Reports reports_;
  vm::CodeServer code_{vm::CodeServer::Settings{}};
  process::ProcessTable table_;
  process::Registry registry_;
  interp::Interpreter interpreter_;
  WatchedExecutor watched_;
  sched::Scheduler scheduler_;
};

vm::Verified storm_program() {
  const vm::Input input = vm::read_input(TTVM_STRESS "/programs/failure_storm.ttvm");
  EXPECT_EQ(input.error, "");
  base::Expected<vm::Verified> loaded = vm::load_program(input);
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : base::format(loaded.errors()));
  return loaded.ok() ? *loaded : nullptr;
}

// For the size of the books: actors with their descendants are fewer.
constexpr std::uint64_t kProcessesEach = 12;

void balance(const Ledger& ledger, const StormMachine& machine) {
  const Ledger::Sums sums = ledger.sums();
  const sched::SchedulerCounters counters = machine.counters();
  EXPECT_EQ(ledger.complaints(), "");
  EXPECT_EQ(sums.dead, machine.dead_letters());
  EXPECT_EQ(sums.sent, sums.received + sums.dead + sums.cancelled + sums.queued + sums.lost);
  // What the ledger does not find was still in the inboxes of those that ended.
  ASSERT_GE(counters.messages_dropped, ledger.in_mailboxes());
  const std::uint64_t in_inboxes = counters.messages_dropped - ledger.in_mailboxes();
  EXPECT_GE(sums.lost, in_inboxes);
  EXPECT_LE(sums.lost, in_inboxes + ledger.uncertain());
  EXPECT_EQ(machine.table().live_count(), 1U);  // the one that hears of dead letters
  EXPECT_EQ(machine.registry().size(), 0U);
  EXPECT_EQ(counters.exits + 1, machine.table().spawned_count());
}

// How much happened in all storms of one kind.
struct Happened {
  std::uint64_t operations = 0;
  std::uint64_t received = 0;
  std::uint64_t dead = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t queued = 0;
  std::uint64_t orderly_ends = 0;
  std::uint64_t downs = 0;
  std::uint64_t exits = 0;

  void add(const Ledger& ledger) {
    const Ledger::Sums sums = ledger.sums();
    operations += ledger.operations();
    received += sums.received;
    dead += sums.dead;
    cancelled += sums.cancelled;
    queued += sums.queued;
    orderly_ends += ledger.orderly_ends();
    downs += ledger.downs();
    exits += ledger.exits();
  }
};

void storm(const vm::Verified& program, const Weather& weather, Happened& happened) {
  Ledger ledger(weather.actors * kProcessesEach + 10000);
  {
    StormMachine machine(weather, ledger);
    const sched::RunResult result = machine.run(program);
    EXPECT_EQ(result.reason, sched::RunReason::kFinished);
    EXPECT_EQ(result.status, 0);
    balance(ledger, machine);
    if (std::getenv("TTVM_STORM_REPORT") != nullptr) {
      const Ledger::Sums sums = ledger.sums();
      const sched::SchedulerCounters counters = machine.counters();
      std::printf(
          "operations %lu, processes %lu, orderly %lu; sent %lu = received %lu + dead %lu + "
          "cancelled %lu + queued %lu + in inboxes %lu; uncertain %lu; monitors %lu, DOWN %lu, "
          "EXIT %lu; timers %lu, steals %lu, parks %lu\n",
          ledger.operations(), machine.table().spawned_count(), ledger.orderly_ends(), sums.sent,
          sums.received, sums.dead, sums.cancelled, sums.queued, sums.lost, ledger.uncertain(),
          ledger.monitors(), ledger.downs(), ledger.exits(), counters.timers_armed, counters.steals,
          counters.parks);
    }
  }
  happened.add(ledger);
}

// Storms of that kind with several seeds. The first one makes what stays for ever (symbols,
// shapes); the others must leave no byte behind. At least so many `operations`, and each kind
// often.
void storms(Weather weather, std::uint32_t runs, std::uint64_t operations) {
  const vm::Verified program = storm_program();
  ASSERT_NE(program, nullptr);
  Happened happened;
  storm(program, {2, 50, 20, 99, 1000, {}}, happened);
  const std::size_t before = heap::held_bytes();
  const std::uint64_t first_seed = weather.random_seed;
  for (std::uint32_t run = 0; run < runs; ++run) {
    weather.random_seed = first_seed + run;
    if (weather.schedule_seed.has_value()) weather.schedule_seed = run + 1;
    storm(program, weather, happened);
    EXPECT_EQ(heap::held_bytes(), before);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "in run " << run;
  }
  EXPECT_GT(happened.operations, operations);
  EXPECT_GT(happened.received, operations / 50);
  EXPECT_GT(happened.dead, operations / 50);
  EXPECT_GT(happened.cancelled, operations / 500);
  EXPECT_GT(happened.queued, operations / 500);
  EXPECT_GT(happened.orderly_ends, operations / 500);
  EXPECT_GT(happened.downs, operations / 500);
  EXPECT_GT(happened.exits, operations / 500);
}

TEST(FailureStorm, TwoSchedulers) {
  storms({2, 1000 * kScale, 60, 1000, 1000, {}}, 2, 50'000U * kScale);
}

TEST(FailureStorm, OneScheduler) {
  storms({1, 150 * kScale, 60, 2000, 1000, {}}, 2, 5'000U * kScale);
}

TEST(FailureStorm, MoreSchedulersThanCpus) {
  storms({4, 150 * kScale, 100, 3000, 1000, {}}, 2, 5'000U * kScale);
}

// A process changes hands at each jump.
TEST(FailureStorm, ShortSlices) { storms({2, 150 * kScale, 60, 4000, 1, {}}, 2, 5'000U * kScale); }

// With few of them the schedulers sleep often, and the end of one is soon noticed by the others.
TEST(FailureStorm, FewAtATime) { storms({2, 100 * kScale, 3, 5000, 100, {}}, 2, 4'000U * kScale); }

TEST(FailureStorm, Seeds) { storms({1, 100, 30, 6000, 100, 1}, 5 * kScale, 10'000U * kScale); }

}  // namespace
}  // namespace ttvm::stress
