// With a chosen schedule a process that has failed ends later, when the schedule says so: its end
// is a step of its own, since others can notice it. The report on standard error can be noticed
// too, so it comes at the end and not at the failure.
//
// Thread safety: the thread of the deterministic driver only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "process/executor.hpp"
#include "vm/reports.hpp"

namespace ttvm::vm {

class DelayedReports final : public process::ForwardingExecutor {
 public:
  DelayedReports(process::Executor& executor, Reports& reports)
      : ForwardingExecutor(executor), reports_(reports) {}

  void release(process::Process& process) override {
    const auto report = waiting_.find(process.pid);
    if (report != waiting_.end()) {
      if (reports_.admits_failure(process.pid)) reports_.failed(report->second);
      waiting_.erase(report);
    }
    executor_.release(process);
  }

  void failed(Failure failure) {
    const std::uint64_t pid = failure.pid;
    waiting_[pid] = std::move(failure);
  }

  // The run is over: those who have not ended by now never will.
  void drop() { waiting_.clear(); }

 private:
  Reports& reports_;
  std::unordered_map<std::uint64_t, Failure> waiting_;  // by pid
};

}  // namespace ttvm::vm
