#include "cli/console.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace ttvm::cli {

namespace {

bool use_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int fail(int status, std::string_view message) {
  const bool colour = use_colour();
  std::string text = colour ? "ttvm: \033[1;31merror:\033[0m " : "ttvm: error: ";
  text.append(message).append("\n");
  write_all(STDERR_FILENO, text);
  return status;
}

int fail_usage(std::string_view message, std::string_view command) {
  std::string text(message);
  text += "\nSee `ttvm ";
  if (!command.empty()) text.append(command).append(" ");
  return fail(kUsage, text + "--help`.");
}

int report(const base::Diagnostics& errors) {
  write_all(STDERR_FILENO, base::format(errors, use_colour()));
  return kBadProgram;
}

int print(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0) return kFine;
  return fail(kFailed,
              "cannot write to standard output: " + std::generic_category().message(error));
}

}  // namespace ttvm::cli
