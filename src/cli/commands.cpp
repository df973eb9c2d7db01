#include "cli/commands.hpp"

#include "asm/suggest.hpp"
#include "cli/selfcheck.hpp"

namespace ttvm::cli {

bool is_command(std::string_view word) {
  return word == "run" || word == "compile" || word == "disasm" || word == "check" ||
         word == "explore" || find_suite(word) != nullptr || word == kTestAll;
}

std::string_view nearest_command(std::string_view word) {
  assembler::Nearest nearest(word);
  for (const std::string_view command : {"run", "compile", "disasm", "check", "explore"}) {
    nearest.consider(command);
  }
  for (const Suite& suite : suites()) nearest.consider(suite.command);
  nearest.consider(kTestAll);
  return nearest.best();
}

int run_command_line(const Words& words) {
  if (words.empty() || !is_command(words.front())) return run(words, false);
  const std::string& command = words.front();
  const Words rest(words.begin() + 1, words.end());
  if (command == "run") return run(rest, true);
  if (command == "compile") return compile(rest);
  if (command == "disasm") return disasm(rest);
  if (command == "check") return check(rest);
  if (command == "explore") return explore(rest);
  return test(command, rest);
}

}  // namespace ttvm::cli
