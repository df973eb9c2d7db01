// What the VM writes to standard error while and after a program runs: uncaught exceptions, dead
// letters, deadlocks. Each report is one piece; a flood of them is cut down to a few lines a second
// and a sum.
//
// Thread safety: everything by any thread. Standard output is flushed before a report, so that on a
// terminal things stand in the order in which they happened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "io/output.hpp"
#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"

namespace ttvm::vm {

class Reports {
 public:
  static constexpr std::uint32_t kDeadLettersPerSecond = 10;
  static constexpr std::uint32_t kExceptionsPerSecond = 100;

  // `clock` null: time stands still (a seeded run must not depend on it), and the limits hold for
  // the whole run.
  Reports(io::Output& output, io::ErrorOutput& errors, const base::Clock* clock)
      : output_(output), errors_(errors), clock_(clock) {}

  // `to`: "process 2", or a name in quotes. Returns who wants to hear of it.
  std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                         process::DeadLetterReason reason);
  void want_dead_letters(std::uint64_t pid, bool wanted);
  // `name`: registered, or of the process's first function. `message`: "Exception: ...".
  void uncaught(std::uint64_t pid, std::string_view name, std::string_view message,
                const std::vector<std::string>& stack);
  // An end for another reason. Told of at the same rate.
  void exited(const process::Process& process, std::string_view name, std::string_view reason);
  // As it is; for reports that come once.
  void write(std::string_view text);
  // At the end of the run: what was left out and has not been told.
  void finish();

  std::uint64_t dead_letters() const;

 private:
  // So many in each second; counts the others.
  struct Limit {
    std::uint32_t per_second;
    base::Nanos window = 0;
    std::uint32_t in_window = 0;
    std::uint64_t left_out = 0;
    // True: it may be written.
    bool allow(base::Nanos now);
  };

  base::Nanos now() const { return clock_ == nullptr ? 0 : clock_->now(); }
  void tell_left_out(Limit& limit, const char* what) TTVM_REQUIRES(mutex_);

  io::Output& output_;
  io::ErrorOutput& errors_;
  const base::Clock* clock_;
  mutable base::Mutex mutex_;
  std::vector<std::uint64_t> dead_letter_listeners_ TTVM_GUARDED_BY(mutex_);
  std::uint64_t dead_letters_ TTVM_GUARDED_BY(mutex_) = 0;
  Limit dead_letter_limit_ TTVM_GUARDED_BY(mutex_){kDeadLettersPerSecond};
  Limit exception_limit_ TTVM_GUARDED_BY(mutex_){kExceptionsPerSecond};
};

// The name that reports show: a registered one, else that of the first function.
std::string shown_name(const process::Process& process, const process::Registry& registry);

// Who waits where, when nothing can run any more. Only for the thread that ran the scheduler, after
// the run.
std::string deadlock_report(const process::ProcessTable& table, const process::Registry& registry,
                            const process::Executor& executor);

}  // namespace ttvm::vm
