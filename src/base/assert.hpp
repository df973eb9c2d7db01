// Assertions. TTVM_CHECK holds in every build: a failure is a defect of the VM, is reported with
// its place and ends the program with status 70. TTVM_ASSERT is the same in debug builds and
// nothing in release builds; use it where the check would cost on a hot path.
#pragma once

namespace ttvm::base {

// Prints "ttvm: internal error: file:line: text" to standard error and exits with status 70.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

// What is done before the OS process ends by a defect or for lack of memory: `hook(reason)`, on the
// thread that found it, while others may still run. Null: nothing. For the whole OS process; set it
// when nothing runs.
using LastWords = void (*)(const char* reason) noexcept;
void set_last_words(LastWords hook) noexcept;
// Calls the hook, if there is one; only once in a life.
void say_last_words(const char* reason) noexcept;

}  // namespace ttvm::base

#define TTVM_CHECK(condition)                        \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::ttvm::base::check_failed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define TTVM_ASSERT(condition) static_cast<void>(sizeof(!(condition)))
#else
#define TTVM_ASSERT(condition) TTVM_CHECK(condition)
#endif

#define TTVM_LIKELY(x) __builtin_expect(static_cast<bool>(x), 1)
#define TTVM_UNLIKELY(x) __builtin_expect(static_cast<bool>(x), 0)
