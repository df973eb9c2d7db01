#include "base/assert.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdio>

namespace ttvm::base {

namespace {
// Written by set_last_words, taken by the first thread that fails. Release and acquire: the hook
// uses what was there before it was set.
std::atomic<LastWords> g_last_words{nullptr};
}  // namespace

void set_last_words(LastWords hook) noexcept {
  g_last_words.store(hook, std::memory_order_release);
}

void say_last_words(const char* reason) noexcept {
  const LastWords hook = g_last_words.exchange(nullptr, std::memory_order_acq_rel);
  if (hook != nullptr) hook(reason);
}

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "ttvm: internal error: %s:%d: %s does not hold\n", file, line, condition);
  std::fflush(stderr);
  say_last_words("a defect of ttvm");
#ifdef NDEBUG
  ::_exit(70);
#else
  __builtin_trap();  // A debugger or sanitizer shows the stack.
#endif
}

}  // namespace ttvm::base
