// ttvm [run] PROGRAM: the default command.
#include <unistd.h>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/program.hpp"
#include "cli/selfcheck.hpp"
#include "vm/memory.hpp"
#include "vm/signals.hpp"
#include "vm/vm.hpp"

namespace ttvm::cli {

namespace {

constexpr const char* kVersion = "ttvm 0.1.0";

constexpr const char* kUsage1 =
    "ttvm [FLAGS] PROGRAM.ttvm|PROGRAM.ttb [ARGUMENTS]\n"
    "       ttvm COMMAND ...";

constexpr const char* kExamples =
    R"(PROGRAM may be `-` for standard input. What follows it belongs to the program (ARGS).

Examples:
  ttvm --smp examples/coffee_shop_demo.ttvm     run a concurrent program
  ttvm --smp --schedulers 2 server.ttb          run compiled code on two threads
  ttvm --smp --seed 7 examples/ring.ttvm        the same run each time
  echo 'SELF
  PRINT' | ttvm -                               run what comes from a pipe

Status:
  0    fine                                 65   the program has errors
  1    process 1 ended abnormally           66   the program cannot be read
  2    wrong usage                          70   a defect of ttvm itself
  3    deadlock                             130  stopped by Ctrl-C
  EXIT n ends with status n. Status 1 also stands for output that cannot be written, for
  --max-memory and for --max-reductions.
)";

struct RunFlags {
  vm::Options options;
  std::size_t max_memory = 0;  // 0: the default
  bool gc_stress = false;
};

void add_flags(Parser& parser, RunFlags& flags) {
  vm::Options& options = flags.options;
  parser.add_version(kVersion);
  parser.add_flag("--smp", options.smp, "Run processes: one scheduler for each CPU");
  constexpr std::uint64_t kMaxSchedulers = 1024;
  constexpr std::uint64_t kMaxReductions = 1'000'000'000;
  parser.add_number(
      "--schedulers", 1, kMaxSchedulers,
      [&](std::uint64_t n) { options.schedulers = static_cast<std::uint32_t>(n); },
      "With --smp: so many schedulers");
  parser.add_number(
      "--reductions", 1, kMaxReductions,
      [&](std::uint64_t n) { options.reductions = static_cast<std::int32_t>(n); },
      "Instructions of a slice; 1000 unless said");
  parser.add_number(
      "--max-processes", 1, vm::kMaxProcesses, [&](std::uint64_t n) { options.max_processes = n; },
      "SPAWN raises when so many are alive");
  parser.add_number(
      "--seed", 0, UINT64_MAX, [&](std::uint64_t n) { options.seed = n; },
      "One scheduler, logical time: the same seed gives the same run");
  const auto set_schedule = [&options](const std::string& text) -> std::string {
    options.script = vm::parse_schedule(text);
    if (options.script.has_value()) return "";
    return "expects what `ttvm explore` printed, such as 12:3,40:1 or default, but got \"" + text +
           "\"";
  };
  parser.add_word("--schedule", "STEPS", set_schedule,
                  "The same with a schedule that `ttvm explore` printed");
  constexpr std::uint64_t kMinStack = 4096;
  constexpr std::uint64_t kMinMemory = std::uint64_t{1} << 20U;
  parser.add_size(
      "--max-stack-bytes", kMinStack, [&](std::uint64_t n) { options.max_stack_bytes = n; },
      "`Stack overflow` past it, for each process; 256M unless said");
  parser.add_size(
      "--max-memory", kMinMemory, [&](std::uint64_t n) { flags.max_memory = n; },
      "End in order when the VM needs more; 80% of the machine unless said");
  parser.add_number(
      "--max-reductions", 1, UINT64_MAX, [&](std::uint64_t n) { options.max_reductions = n; },
      "End the run after so many instructions of all processes");
  const auto set_dump = [&options](const std::string& path) -> std::string {
    options.crash_dump = path;
    const std::string problem = vm::crash_dump_problem(path);
    return problem.empty() ? "" : "cannot write " + path + ": " + problem;
  };
  parser.add_word(
      "--crash-dump", "FILE", set_dump,
      "Where a deadlock, a fatal error or SIGUSR1 writes what every process does (JSON)");
  parser.add_flag("--gc-stress", flags.gc_stress, "Collect at each allocation (slow; for tests)");
}

std::string footer(bool named) {
  if (named) return kExamples;
  std::string text =
      "Commands:\n"
      "  run                                the default: run a program\n"
      "  compile IN.ttvm [OUT.ttb]          write bytecode\n"
      "  disasm IN.ttb [--hex]              print bytecode as assembly\n"
      "  explore PROGRAM                    run a program under many schedules\n"
      "  check IN.ttvm|IN.ttb               find errors without running anything\n";
  for (const Suite& suite : suites()) {
    text += "  " + std::string(suite.command);
    text += std::string(suite.command.size() < 35 ? 35 - suite.command.size() : 1, ' ');
    text += std::string(suite.summary) + "\n";
  }
  text += "  " + std::string(kTestAll) + "                           all of these tests\n";
  return text + "  `ttvm COMMAND --help` says more.\n\n" + kExamples;
}

int execute(const RunFlags& flags, const std::string& program) {
  int status = 0;
  const vm::Verified verified = load_to_run(program, status);
  if (verified == nullptr) return status;
  if (flags.gc_stress) vm::collect_always();
  vm::Vm machine(flags.options);
  machine.limit_memory(flags.max_memory != 0 ? flags.max_memory : vm::default_memory_limit());
  std::function<void()> dump;
  if (!flags.options.crash_dump.empty()) dump = [&] { machine.dump("SIGUSR1"); };
  const vm::SignalWatcher watcher([&](int signal_status) { machine.stop(signal_status); }, dump);
  status = machine.run(verified, folder_of(program));
#ifdef NDEBUG
  // Output is flushed and nothing runs any more; the system takes back a million processes faster
  // than we could.
  ::_exit(status);
#else
  return status;
#endif
}

}  // namespace

int run(const Words& words, bool named) {
  RunFlags flags;
  const Help help{named ? "run" : "", named ? "ttvm run [FLAGS] PROGRAM [ARGUMENTS]" : kUsage1,
                  footer(named)};
  Parser parser("ttvm: a virtual machine of lightweight processes", help,
                Parser::Operands::kBehind);
  add_flags(parser, flags);
  const int status = parser.parse_operands(words, "no program is given", SIZE_MAX);
  if (status >= 0) return status;
  const Words& rest = parser.operands();
  const std::string& program = rest.front();
  if (!words.empty() && is_command(program) && words.front() != program && !named &&
      ::access(program.c_str(), F_OK) != 0) {
    return fail_usage("flags of the command " + program + " come after its name", program);
  }
  flags.options.arguments.assign(rest.begin() + 1, rest.end());
  return execute(flags, program);
}

}  // namespace ttvm::cli
