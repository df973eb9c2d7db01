// One run of a program in an OS process of its own, with all that it writes captured. So runs do
// not influence each other, and a crash of the VM is a result like any other.
//
// Thread safety: one thread, and the OS process must have no other (it forks).
#pragma once

#include <span>
#include <string>

#include "sched/script.hpp"
#include "vm/vm.hpp"

namespace ttvm::vm {

struct RunRecord {
  Ending ending = Ending::kFinished;
  int status = 0;
  int signal = 0;        // the VM was ended by it
  bool crashed = false;  // by a signal or by a defect that the VM found itself
  std::string output;    // standard output and error
  std::string errors;

  // Whether a user sees the same.
  bool same_as(const RunRecord& other) const {
    return status == other.status && signal == other.signal && output == other.output &&
           errors == other.errors;
  }
};

class IsolatedRunner {
 public:
  IsolatedRunner();
  ~IsolatedRunner();
  IsolatedRunner(const IsolatedRunner&) = delete;
  IsolatedRunner& operator=(const IsolatedRunner&) = delete;

  // `options` but for output, errors and recording. False: the system gave no process or memory;
  // error() says what.
  bool run(const Verified& program, const std::string& folder, const Options& options,
           std::size_t max_memory, bool early_timeouts, RunRecord& record);
  const std::string& error() const { return error_; }

  // What the last run, if it was one with a script, could have done otherwise.
  std::span<const sched::Alternative> alternatives() const;
  bool has_all_alternatives() const;

 private:
  struct Shared;  // memory that the child writes and we read

  [[noreturn]] void run_in_child(const Verified& program, const std::string& folder,
                                 Options options, std::size_t max_memory);
  bool fail(const char* what);

  int output_ = -1;  // memfd, emptied before each run
  int errors_ = -1;
  Shared* shared_ = nullptr;
  std::string error_;
};

}  // namespace ttvm::vm
