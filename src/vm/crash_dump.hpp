// The crash dump: what every process does and has, as JSON, for a person and for tools. The form is
// in docs/crash-dumps.md.
//
// A machine that goes on is dumped by a child of fork: it is brought to rest only as long as the
// fork takes, and the child, which has a copy of everything, writes at leisure.
//
// Thread safety: all functions by any thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "sched/scheduler.hpp"

namespace ttvm::vm {

// What there is to see of a machine.
struct MachineView {
  const process::ProcessTable& table;
  const process::Registry& registry;
  const process::Executor& executor;
  std::vector<sched::SchedulerState> schedulers;
  base::Nanos now = 0;         // by the clock of the run
  base::Nanos start_time = 0;  // by the same
  std::uint64_t dead_letters = 0;
  bool at_rest = true;  // false: processes that are running cannot be looked at
};

class CrashDumper {
 public:
  // Looks at the machine. Called in the child, so what it sees stands still, whatever it was.
  using Look = std::function<MachineView()>;

  // `path`: the file, replaced by each dump as a whole.
  explicit CrashDumper(std::string path) : path_(std::move(path)) {}
  ~CrashDumper() { wait(); }
  CrashDumper(const CrashDumper&) = delete;
  CrashDumper& operator=(const CrashDumper&) = delete;

  // Why the file could not be written, found by trying the folder: empty if it can.
  static std::string problem_with(const std::string& path);

  // All say on standard error that there is a dump, or why there is none.

  // Here and now.
  void write(const MachineView& view, std::string_view reason) const;
  // By a child; returns as soon as there is one. If the last child is still writing, it is left to
  // that.
  void write_in_child(const Look& look, std::string_view reason);
  // By a child, and waits for it: a machine that is about to die may make it crash.
  void write_last(const Look& look, std::string_view reason) const;

  // Until the child has finished.
  void wait();

 private:
  int save(const MachineView& view, std::string_view reason) const;
  void tell_outcome(int error, std::string_view reason) const;
  bool is_writing() const TTVM_REQUIRES(mutex_);
  void finish_child() TTVM_REQUIRES(mutex_);
  void await(pid_t child) const;

  const std::string path_;
  base::Mutex mutex_;
  pid_t child_ TTVM_GUARDED_BY(mutex_) = -1;
  int writing_ TTVM_GUARDED_BY(mutex_) = -1;  // a pipe that ends when the child has written
};

}  // namespace ttvm::vm
