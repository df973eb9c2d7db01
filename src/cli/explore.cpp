// ttvm explore PROGRAM: what can come of it under other schedules.
#include "vm/explore.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/program.hpp"
#include "vm/memory.hpp"

namespace ttvm::cli {

namespace {

constexpr const char* kFooter =
    R"(Each run is the whole program from its start, in an OS process of its own, with a logical
clock. First come schedules that change processes only when one waits, yields or ends, in all
their orders; then those with one preemption, with two, and so on; then seeds. Two outcomes are
the same if status, standard output and standard error are the same bytes.

"All schedules with up to 2 preemptions" means just that: each order in which processes can take
turns, if at no more than two places a process is stopped that could have gone on. A place is
before an instruction that another process or the user can notice, and before a process ends.

--fail-on takes one or more of these, separated by commas, and makes exploring a test:
  stderr     a run wrote to standard error
  status     a run ended with a status other than 0
  deadlock   a run ended in a deadlock
  diverge    there is more than one outcome

Examples:
  ttvm explore --runs 5000 bank.ttvm              every outcome, with the flag that repeats it
  ttvm explore --fail-on deadlock locks.ttvm      a test for a build
  ttvm explore --fail-on stderr,diverge p.ttb 7   p.ttb with the argument 7
  ttvm --smp --schedule 12:3 bank.ttvm            repeat what was found

Status:
  0    done, and nothing that --fail-on names   65   the program has errors
  1    something that --fail-on names           66   the program cannot be read
  2    wrong usage                              70   a run crashed: a defect of ttvm itself
Files that the program writes are written in each run. It reads nothing from standard input.
)";

constexpr std::uint64_t kMaxReductions = 10'000'000;

struct Conditions {
  bool on_errors = false;
  bool on_status = false;
  bool on_deadlock = false;
  bool on_divergence = false;
};

struct Flags {
  vm::ExploreOptions explore;
  Conditions fail_on;
  std::string repeated;  // flags of the run that its repetition needs too
};

void add_conditions(Parser& parser, Conditions& conditions) {
  const auto accept = [&conditions](const std::string& name) -> std::string {
    if (name == "stderr") {
      conditions.on_errors = true;
    } else if (name == "status") {
      conditions.on_status = true;
    } else if (name == "deadlock") {
      conditions.on_deadlock = true;
    } else if (name == "diverge") {
      conditions.on_divergence = true;
    } else {
      return "expects stderr, status, deadlock or diverge but got \"" + name + "\"";
    }
    return "";
  };
  parser.add_words("--fail-on", "WHAT", accept, "Status 1 if that happens; see below");
}

void add_flags(Parser& parser, Flags& flags) {
  vm::ExploreOptions& explore = flags.explore;
  vm::Options& run = explore.run;
  constexpr std::uint64_t kMost = 1'000'000'000;
  parser.add_number(
      "--runs", 1, kMost, [&](std::uint64_t n) { explore.runs = n; },
      "At most so many; 1000 unless said");
  add_conditions(parser, flags.fail_on);
  parser.add_number(
      "--preemptions", 0, kMost,
      [&](std::uint64_t n) { explore.preemptions = static_cast<std::uint32_t>(n); },
      "Search up to so many systematically; else as many as the runs allow");
  parser.add_flag("--only-seeds", explore.only_seeds,
                  "Nothing systematically: all runs are under seeds");
  parser.add_flag("--early-timeouts", explore.early_timeouts,
                  "Timeouts may come while others can run, as on a slow machine");
  parser.add_number(
      "--seed", 0, UINT64_MAX, [&](std::uint64_t n) { explore.first_seed = n; },
      "The first of the seeds; 1 unless said");
  parser.add_number(
      "--max-reductions", 1, UINT64_MAX, [&](std::uint64_t n) { run.max_reductions = n; },
      "Stop a run after so many instructions; 10000000 unless said");
  const auto repeat = [&](const char* name, std::uint64_t n) {
    flags.repeated += std::string(name) + " " + std::to_string(n) + " ";
  };
  parser.add_number(
      "--reductions", 1, kMost,
      [&, repeat](std::uint64_t n) {
        run.reductions = static_cast<std::int32_t>(n);
        repeat("--reductions", n);
      },
      "Instructions of a slice; 1000 unless said");
  parser.add_number(
      "--max-processes", 1, vm::kMaxProcesses,
      [&, repeat](std::uint64_t n) {
        run.max_processes = n;
        repeat("--max-processes", n);
      },
      "SPAWN raises when so many are alive");
}

// A word as a shell takes it.
std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::strchr("_-./,:=+@%", c) != nullptr;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

// The words from the program on.
std::string command_for(const vm::Outcome& outcome, const Flags& flags, const Words& program) {
  std::string text = "ttvm --smp " + outcome.flag + " " + flags.repeated;
  if (outcome.record.ending == vm::Ending::kLimit) {
    text += "--max-reductions " + std::to_string(*flags.explore.run.max_reductions) + " ";
  }
  for (const std::string& word : program) {
    text += quoted(word);
    text += ' ';
  }
  text.pop_back();
  return text;
}

std::string plural(std::uint64_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string how_it_ended(const vm::RunRecord& record) {
  if (record.signal != 0) return "ttvm crashed: signal " + std::to_string(record.signal);
  std::string status = "status " + std::to_string(record.status);
  if (record.crashed) return "ttvm crashed: " + status;
  switch (record.ending) {
    case vm::Ending::kDeadlock:
      return status + ", deadlock";
    case vm::Ending::kLimit:
      return status + ", did not end (--max-reductions)";
    default:
      return status;
  }
}

// The first lines of what a run wrote, so that a terminal can show them.
std::string excerpt(const char* name, std::string_view text) {
  constexpr std::size_t kLines = 10;
  constexpr std::size_t kWidth = 160;
  if (text.empty()) return "";
  std::string shown = std::string("   ") + name + ":\n";
  std::size_t lines = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (++lines > kLines) continue;
    shown += "     ";
    for (const char c : line.substr(0, kWidth)) {
      const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
      shown += control ? '?' : c;
    }
    shown += line.size() > kWidth ? "...\n" : "\n";
  }
  if (lines > kLines) shown += "     ... and " + plural(lines - kLines, "line") + " more\n";
  return shown;
}

std::string summary_of(const vm::Exploration& found) {
  std::string text = plural(found.outcomes.size(), "outcome") + " in " + plural(found.runs, "run");
  const std::string systematic = std::to_string(found.systematic);
  if (found.covered_all) {
    text += " (all schedules: " + systematic + ")";
  } else {
    text += " (";
    if (found.covered == 0U) {
      text += "all schedules without preemption, ";
    } else if (found.covered.has_value()) {
      text += "all schedules with up to " + plural(*found.covered, "preemption") + ", ";
    }
    text += systematic + " systematic, " + std::to_string(found.runs - found.systematic) +
            " under seeds)";
  }
  return text + "\n";
}

std::string report_of(const vm::Exploration& found, const Flags& flags, const Words& program) {
  std::string text = summary_of(found);
  std::size_t number = 0;
  for (const vm::Outcome& outcome : found.outcomes) {
    text += "\n" + std::to_string(++number) + ". " + how_it_ended(outcome.record) + ": " +
            plural(outcome.count, "run") + "\n   repeat: " + command_for(outcome, flags, program) +
            "\n";
    text += excerpt("stdout", outcome.record.output);
    text += excerpt("stderr", outcome.record.errors);
  }
  return text;
}

// What --fail-on finds in an outcome, or empty.
std::string fault_of(const vm::RunRecord& record, const Conditions& conditions) {
  if (conditions.on_deadlock && record.ending == vm::Ending::kDeadlock) return "a deadlock";
  if (conditions.on_status && record.status != 0) return how_it_ended(record);
  if (conditions.on_errors && !record.errors.empty()) return "output on standard error";
  return "";
}

// All that --fail-on finds; the status to end with.
int judge(const vm::Exploration& found, const Flags& flags, const Words& program) {
  std::string message;
  for (const vm::Outcome& outcome : found.outcomes) {
    const std::string fault = fault_of(outcome.record, flags.fail_on);
    if (fault.empty()) continue;
    message += "\n  " + fault + " in " + plural(outcome.count, "run") + ": " +
               command_for(outcome, flags, program);
  }
  if (flags.fail_on.on_divergence && found.outcomes.size() > 1) {
    message += "\n  " + plural(found.outcomes.size(), "outcome") + " where there should be one";
  }
  return message.empty() ? kFine : fail(kFailed, "--fail-on: the program fails" + message);
}

// A line on a terminal that tells how far it is; gone when the report comes.
class Progress {
 public:
  explicit Progress(std::uint64_t runs) : runs_(runs), shown_(::isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (written_) write_all(STDERR_FILENO, "\r\033[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void operator()(std::uint64_t done, std::size_t outcomes) {
    if (!shown_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    written_ = true;
    write_all(STDERR_FILENO, "\r" + std::to_string(done) + " of " + plural(runs_, "run") + ", " +
                                 plural(outcomes, "outcome") + "\033[K");
  }

 private:
  const std::uint64_t runs_;
  const bool shown_;
  bool written_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

int explore_program(Flags& flags, const Words& program) {
  int status = kFine;
  const vm::Verified verified = load_to_run(program.front(), status);
  if (verified == nullptr) return status;
  flags.explore.run.arguments.assign(program.begin() + 1, program.end());
  flags.explore.max_memory = vm::default_memory_limit();
  vm::Exploration found;
  {
    Progress progress(flags.explore.runs);
    flags.explore.progress = [&progress](std::uint64_t done, std::size_t outcomes) {
      progress(done, outcomes);
    };
    found = vm::explore(verified, folder_of(program.front()), flags.explore);
  }
  status = print(report_of(found, flags, program));
  if (status != kFine) return status;
  if (!found.error.empty()) return fail(kFailed, found.error);
  for (const vm::Outcome& outcome : found.outcomes) {
    if (outcome.record.crashed) {
      return fail(kInternalError,
                  "ttvm itself failed; repeat: " + command_for(outcome, flags, program));
    }
  }
  return judge(found, flags, program);
}

}  // namespace

int explore(const Words& words) {
  Flags flags;
  flags.explore.run.smp = true;
  flags.explore.run.max_reductions = kMaxReductions;
  const Help help{"explore", "ttvm explore [FLAGS] PROGRAM.ttvm|PROGRAM.ttb [ARGUMENTS]", kFooter};
  Parser parser("Runs a program under many schedules and reports every distinct outcome.", help,
                Parser::Operands::kBehind);
  add_flags(parser, flags);
  const int status = parser.parse_operands(words, "no program is given", SIZE_MAX);
  if (status >= 0) return status;
  return explore_program(flags, parser.operands());
}

}  // namespace ttvm::cli
