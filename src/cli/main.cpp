// The ttvm program.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>

#include "cli/commands.hpp"
#include "cli/console.hpp"

namespace {

// A descriptor 0-2 that is closed would be given to the next file that is opened, and then get the
// program's output. /dev/null opened for reading stands in: writing to it fails and is reported.
void fill_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    if (::open("/dev/null", O_RDONLY) != descriptor) return;
  }
}

[[noreturn]] void die() {
  ttvm::cli::fail(ttvm::cli::kInternalError, "internal error: an exception that nothing handles");
  ::_exit(ttvm::cli::kInternalError);
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(die);
  try {
    return ttvm::cli::run_command_line({argv + 1, argv + argc});
  } catch (const std::bad_alloc&) {
    return ttvm::cli::fail(ttvm::cli::kFailed, "out of memory");
  } catch (const std::exception& error) {
    return ttvm::cli::fail(ttvm::cli::kInternalError,
                           std::string("internal error: ") + error.what());
  }
}
