#include "cli/program.hpp"

#include "cli/commands.hpp"
#include "cli/console.hpp"

namespace ttvm::cli {

namespace {

int no_input(const vm::Input& input) {
  std::string message = "cannot read " + input.name + ": " + input.error;
  if (input.name.find_first_of("/.") == std::string::npos) {
    const std::string_view nearest = nearest_command(input.name);
    message = "no command and no file is called " + input.name;
    if (!nearest.empty()) message += "; did you mean `ttvm " + std::string(nearest) + "`?";
    message += "\nSee `ttvm --help`.";
  }
  return fail(kNoInput, message);
}

}  // namespace

std::string folder_of(const std::string& program) {
  const std::size_t slash = program.rfind('/');
  if (program == "-" || slash == std::string::npos) return "";
  return slash == 0 ? "/" : program.substr(0, slash);
}

vm::Verified load_to_run(const std::string& program, int& status) {
  const vm::Input input = vm::read_input(program);
  if (!input.error.empty()) {
    status = no_input(input);
    return nullptr;
  }
  const base::Expected<vm::Verified> verified = vm::load_program(input);
  if (!verified) {
    status = report(verified.errors());
    return nullptr;
  }
  return *verified;
}

}  // namespace ttvm::cli
