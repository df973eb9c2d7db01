// Standard output, line by line, and whole messages on standard error.
//
// Output collects lines and writes them in one piece when 32 KB are there, when someone calls
// flush() (a worker about to park, the end of the run), when flush_if_due() finds them older than
// 10 ms, and after each line if it is a terminal. Lines of different processes are never mixed.
//
// Thread safety: all functions by any thread; one mutex for each object. After a write error
// (closed pipe, full disk) nothing is written any more and failed() is true; the error is told
// once, on standard error. SIGPIPE must be ignored (ignore_sigpipe).
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace ttvm::io {

class Output {
 public:
  static constexpr std::size_t kFlushBytes = 32 * 1024;
  static constexpr base::Nanos kMaxAge = 10'000'000;

  explicit Output(int descriptor, int error_descriptor = 2);
  ~Output();  // flushes
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // The text and a newline, as one.
  void write_line(std::string_view text);
  // The text as it is, as one.
  void write(std::string_view text);
  void flush();
  // Flushes if something has been waiting since before `now` - kMaxAge; reads one word if nothing
  // is. The clock must be the same at each call.
  void flush_if_due(base::Nanos now);
  bool has_pending() const { return pending_.load(std::memory_order_relaxed); }

  bool failed() const { return error_.load(std::memory_order_relaxed) != 0; }
  int error() const { return error_.load(std::memory_order_relaxed); }  // errno, or 0

 private:
  void append(std::string_view text, bool newline);
  void flush_locked() TTVM_REQUIRES(mutex_);

  const int descriptor_;
  const int error_descriptor_;
  const bool each_line_;
  base::Mutex mutex_;
  std::string buffer_ TTVM_GUARDED_BY(mutex_);
  // Whether buffer_ has something and the first failure. Written under the mutex, read anywhere;
  // hints, they publish nothing.
  std::atomic<bool> pending_{false};
  std::atomic<int> error_{0};
  std::atomic<base::Nanos> waiting_since_{0};  // 0: not seen by flush_if_due yet
};

// Standard error: each message in one piece, at once.
class ErrorOutput {
 public:
  explicit ErrorOutput(int descriptor = 2) : descriptor_(descriptor) {}
  void write(std::string_view message);  // as it is; ends with a newline

 private:
  const int descriptor_;
  base::Mutex mutex_;
};

// Writes all of `text`, however many calls that takes. 0, or errno.
int write_fully(int descriptor, std::string_view text);

void ignore_sigpipe();

}  // namespace ttvm::io
