#include "base/assert.hpp"

#include <unistd.h>

#include <cstdio>

namespace ttvm::base {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "ttvm: internal error: %s:%d: %s does not hold\n", file, line, condition);
  std::fflush(stderr);
#ifdef NDEBUG
  ::_exit(70);
#else
  __builtin_trap();  // A debugger or sanitizer shows the stack.
#endif
}

}  // namespace ttvm::base
