// What the VM writes to standard error while and after a program runs: failures of
// processes, dead letters, deadlocks. Each report is one piece; a flood of them is cut down to a
// few lines a second and a sum.
//
// Thread safety: everything by any thread. Standard output is flushed before a report, so that on a
// terminal things stand in the order in which they happened.
#pragma once

#include <atomic>
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

// How a process ended, for the user.
struct Failure {
  std::uint64_t pid = 0;
  std::string name;
  std::string reason;              // "Exception: ...", or the text of another reason
  std::uint64_t ended_by = 0;      // whose exit signal; 0: nobody's
  std::vector<std::string> stack;  // "function (file:line)", innermost first
  std::string last_message;        // "{...} from process 1"; empty: it received none
  std::string supervisor;          // "process 2 (name)"; empty: it has none
};

class Reports {
 public:
  static constexpr std::uint32_t kDeadLettersPerSecond = 10;
  static constexpr std::uint32_t kFailuresPerSecond = 100;

  // `clock` null: time stands still (a seeded run must not depend on it), and the limits hold for
  // the whole run.
  Reports(io::Output& output, io::ErrorOutput& errors, const base::Clock* clock)
      : output_(output), errors_(errors), clock_(clock) {}

  // `to`: "process 2", or a name in quotes. Returns who wants to hear of it.
  std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                         process::DeadLetterReason reason);
  void want_dead_letters(std::uint64_t pid, bool wanted);
  // Whether the failure of that process is to be told; asked once for each, before it is described,
  // which costs much more.
  bool admits_failure(std::uint64_t pid);
  // Tells of one that was admitted.
  void failed(const Failure& failure);
  // As it is; for reports that come once.
  void write(std::string_view text);
  // At the end of the run: what was left out and has not been told.
  void finish();

  std::uint64_t dead_letters() const { return dead_letters_.load(std::memory_order_relaxed); }

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
  // Changed under the mutex, read without: a count, it publishes nothing.
  std::atomic<std::uint64_t> dead_letters_{0};
  Limit dead_letter_limit_ TTVM_GUARDED_BY(mutex_){kDeadLettersPerSecond};
  Limit failure_limit_ TTVM_GUARDED_BY(mutex_){kFailuresPerSecond};
};

// The name that reports show: a registered one, else the label, else that of the first function.
std::string shown_name(const process::Process& process, const process::Registry& registry);

// What is known of a process at its end, without `reason`, `stack` and `supervisor`.
Failure failure_of(const process::Process& process, const process::Registry& registry);

// Who waits where, when nothing can run any more. Only for the thread that ran the scheduler, after
// the run.
std::string deadlock_report(const process::ProcessTable& table, const process::Registry& registry,
                            const process::Executor& executor);

}  // namespace ttvm::vm
