// test-*: runs the checks and prints one line for each.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

struct Score {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

// False: standard output is gone.
bool run_suite(const Suite& suite, const std::string& prefix, Score& score) {
  for (const Check& check : suite.checks) {
    const std::string problem = run_check(check, suite);
    const std::string name = prefix + std::string(check.name);
    ++(problem.empty() ? score.passed : score.failed);
    std::string line = problem.empty() ? "PASS " : "FAIL ";
    line += name;
    if (!problem.empty()) line += ": " + problem;
    line += '\n';
    if (print(line) != kFine) return false;
  }
  return true;
}

}  // namespace

int test(const std::string& command, const Words& words) {
  const Suite* suite = find_suite(command);
  const std::string summary = suite == nullptr ? "all of them" : std::string(suite->summary);
  const Help help{
      command, "ttvm " + command,
      "Each check is a program that is run on one and more schedulers and under several\n"
      "seeds. One line for each: `PASS name`, or `FAIL name: expected ..., got ...`;\n"
      "then the sum.\n\n"
      "Status: 0 all passed, 1 some failed, 2 wrong usage.\n"};
  Parser parser("Checks this installation of ttvm: " + summary + ".", help,
                Parser::Operands::kAnywhere);
  const int status = parser.parse(words);
  if (status >= 0) return status;
  if (!parser.operands().empty()) {
    return fail_usage("one operand too many: " + parser.operands().front(), command);
  }
  Score score;
  if (suite != nullptr) {
    if (!run_suite(*suite, "", score)) return kFailed;
  } else {
    for (const Suite& one : suites()) {
      if (!run_suite(one, std::string(one.command) + ": ", score)) return kFailed;
    }
  }
  const int printed = print(std::to_string(score.passed) + " passed, " +
                            std::to_string(score.failed) + " failed\n");
  return score.failed == 0 ? printed : kFailed;
}

}  // namespace ttvm::cli
