#include "cli/selfcheck.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "bytecode/ttb.hpp"
#include "vm/vm.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Mode, 6> kModes{{{"1 scheduler", 1},
                                      {"2 schedulers", 2},
                                      {"seed 1", 1, 1},
                                      {"seed 2", 1, 2},
                                      {"seed 3", 1, 3},
                                      {"slices of 1", 1, 0, false, 1}}};
constexpr std::array<Mode, 3> kBytecodeModes{{{"bytecode, 1 scheduler", 1, 0, true},
                                              {"bytecode, 2 schedulers", 2, 0, true},
                                              {"bytecode, seed 1", 1, 1, true}}};
constexpr std::array<Mode, 4> kParallelModes{{{"2 schedulers", 2},
                                              {"3 schedulers", 3},
                                              {"4 schedulers", 4},
                                              {"4 schedulers, short slices", 4, 0, false, 20}}};

// What a run writes, kept in memory.
class Capture {
 public:
  explicit Capture(const char* name) : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {}
  ~Capture() { ::close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  int descriptor() const { return descriptor_; }
  std::string text() const {
    std::string out;
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::pread(descriptor_, buffer.data(), buffer.size(),
                            static_cast<off_t>(out.size()))) > 0) {
      out.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return out;
  }

 private:
  int descriptor_;
};

// Ends a run that does not end by itself, so that the command can tell of it.
class Watchdog {
 public:
  static constexpr int kStatus = 124;

  explicit Watchdog(vm::Vm& machine) : thread_([this, &machine] { watch(machine); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  static constexpr std::chrono::seconds kLimit{60};

  void watch(vm::Vm& machine) {
    std::unique_lock lock(mutex_);
    if (!wake_.wait_for(lock, kLimit, [this] { return over_; })) machine.stop(kStatus);
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

// " | " as the end of a line; at the end of a line of the table it is " |".
std::string with_lines(std::string_view text) {
  constexpr std::string_view kBreak = " |";
  std::string out;
  for (;;) {
    const std::size_t at = text.find(kBreak);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(std::min(at + kBreak.size() + 1, text.size()));
  }
  if (!out.empty()) out += '\n';
  return out;
}

std::string on_one_line(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += " | ";
    } else {
      out += c;
    }
  }
  constexpr std::size_t kShown = 400;
  if (out.size() > kShown) out = out.substr(0, kShown) + "...";
  return out;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

struct Outcome {
  int status = 0;
  std::string output;
  std::string errors;
};

Outcome run_once(vm::Verified program, const Check& check, const Mode& mode) {
  const Capture output("output");
  const Capture errors("errors");
  Outcome outcome;
  {
    vm::Options options;
    options.smp = true;
    options.schedulers = mode.schedulers;
    options.reductions = mode.reductions;
    if (mode.seed != 0) options.seed = mode.seed;
    if (check.max_processes != 0) options.max_processes = check.max_processes;
    options.output = output.descriptor();
    options.errors = errors.descriptor();
    vm::Vm machine(options);
    const Watchdog watchdog(machine);
    outcome.status = machine.run(std::move(program), "/nonexistent");
  }
  outcome.output = output.text();
  outcome.errors = errors.text();
  return outcome;
}

base::Expected<vm::Verified> load(const Check& check, std::string_view helpers, const Mode& mode) {
  vm::Input input{"check.ttvm", with_lines(check.program) + with_lines(helpers), {}};
  if (mode.bytecode) {
    const base::Expected<bytecode::Module> module = vm::parse_program(input);
    if (!module) return module.errors();
    const std::vector<std::uint8_t> bytes = bytecode::write_ttb(*module);
    input = {"check.ttb", std::string(bytes.begin(), bytes.end()), {}};
  }
  return vm::load_program(input);
}

std::string difference(const Check& check, const Outcome& outcome) {
  if (outcome.status == Watchdog::kStatus) return "expected an end, got none";
  const std::string wanted = with_lines(check.output);
  const bool same = check.order == Order::kExact
                        ? wanted == outcome.output
                        : sorted_lines(wanted) == sorted_lines(outcome.output);
  if (!same) {
    return "expected \"" + on_one_line(wanted) + "\", got \"" + on_one_line(outcome.output) + "\"" +
           (outcome.errors.empty() ? "" : " and \"" + on_one_line(outcome.errors) + "\"");
  }
  if (check.status != outcome.status) {
    return "expected status " + std::to_string(check.status) + ", got " +
           std::to_string(outcome.status) + " and \"" + on_one_line(outcome.errors) + "\"";
  }
  const bool errors_fit = check.errors.empty()
                              ? outcome.errors.empty()
                              : outcome.errors.find(check.errors) != std::string::npos;
  if (errors_fit) return "";
  return "expected \"" + std::string(check.errors) + "\" on standard error, got \"" +
         on_one_line(outcome.errors) + "\"";
}

}  // namespace

std::string run_check(const Check& check, const Suite& suite) {
  if (check.custom != nullptr) return check.custom();
  for (const Mode& mode : suite.modes) {
    base::Expected<vm::Verified> program = load(check, suite.helpers, mode);
    if (!program) {
      return "expected a program, got " + on_one_line(base::format(program.errors()));
    }
    const std::string problem = difference(check, run_once(*program, check, mode));
    if (!problem.empty()) return problem + " (" + std::string(mode.name) + ")";
  }
  return "";
}

std::span<const Suite> suites() {
  static const std::array<Suite, 16> kSuites{{
      {"test-concurrency", "processes, messages, ends of runs", basic_checks(), kModes},
      {"test-spawn-comprehensive", "all that SPAWN takes", spawn_checks(), kModes},
      {"test-send-receive-comprehensive", "all kinds of messages and receivers",
       send_receive_checks(), kModes},
      {"test-register-whereis", "names of processes", name_checks(), kModes},
      {"test-yield-comprehensive", "cooperation and preemption", yield_checks(), kModes},
      {"test-smp-concurrency", "several schedulers", smp_checks(), kParallelModes},
      {"test-concurrency-bytecode", "the same through .ttb", bytecode_checks(), kBytecodeModes},
      {"test-message-passing", "patterns of communication", message_checks(), kModes},
      {"test-process-spawning", "many processes, limits, lives", process_checks(), kModes},
      {"test-multithreaded", "nothing lost under contention", multithreaded_checks(),
       kParallelModes},
      {"test-monitoring-linking", "links, monitors, exit signals", failure_checks(), kModes},
      {"test-supervisor-tree", "restarts, limits, orderly stops", supervisor_checks(), kModes,
       supervisor_helpers()},
      {"test-selective-receive", "patterns, the receive cursor, questions", selective_checks(),
       kModes},
      {"test-trap-exit", "exit signals as messages", trap_exit_checks(), kModes},
      {"test-process-registry", "who is there, and what is known of them", registry_checks(),
       kModes},
      {"test-coffee-shop", "customer, cashier and barista", coffee_shop_checks(), kModes},
  }};
  return kSuites;
}

const Suite* find_suite(std::string_view command) {
  for (const Suite& suite : suites()) {
    if (suite.command == command) return &suite;
  }
  return nullptr;
}

}  // namespace ttvm::cli
