// A virtual machine for benchmarks: the parts of vm::Vm, with a look at each slice and at the
// scheduler's counters.
//
// Thread safety: construct, run() once, destroy on one thread. An observer is called by all
// workers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "interp/interpreter.hpp"
#include "io/output.hpp"
#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "sched/scheduler.hpp"
#include "vm/code_server.hpp"
#include "vm/loader.hpp"

namespace ttvm::bench {

// Sees a process just before each of its slices, on the worker that is going to run it.
class SliceObserver {
 public:
  virtual ~SliceObserver() = default;
  virtual void before_slice(const process::Process& process,
                            const process::RunContext& context) = 0;
};

class Machine final : public process::Services {
 public:
  Machine(std::uint32_t schedulers, std::vector<std::string> arguments,
          SliceObserver* observer = nullptr);

  // Runs the program to its end and gives its status; 65 if it is no program.
  int run(const vm::Input& program);

  // Of the run itself, without loading.
  base::Nanos run_time() const { return run_time_; }
  // Exact after run(). Reductions are source instructions.
  sched::SchedulerCounters counters() const { return scheduler_.counters(); }

  // process::Services
  std::vector<std::uint64_t> dead_letter(std::uint64_t, std::string_view,
                                         process::DeadLetterReason) override {
    return {};
  }
  void want_dead_letters(std::uint64_t, bool) override {}
  void report_exit(const process::Process&, term::Term) override {}
  void print_line(std::string_view text) override { output_.write_line(text); }
  const std::vector<std::string>& arguments() const override { return arguments_; }
  void report_uncaught(const process::Process& process, std::string_view message,
                       const std::vector<std::string>& stack) override;
  ProcessType find_process_type(std::string_view name) override {
    return code_.find_process_type(name);
  }

 private:
  class ObservedExecutor final : public process::ForwardingExecutor {
   public:
    ObservedExecutor(process::Executor& executor, SliceObserver* observer)
        : ForwardingExecutor(executor), observer_(observer) {}
    process::SliceEnd run(process::Process& process, process::RunContext& context,
                          std::int32_t budget) override {
      observer_->before_slice(process, context);
      return executor_.run(process, context, budget);
    }

   private:
    SliceObserver* observer_;
  };

  process::Executor& executor(SliceObserver* observer) {
    if (observer != nullptr) return observed_;
    return interpreter_;
  }

  // In the order of their dependence: the scheduler, which holds the processes, goes first.
  std::vector<std::string> arguments_;
  base::SystemClock clock_;
  io::Output output_{1, 2};
  io::ErrorOutput errors_{2};
  vm::CodeServer code_{vm::CodeServer::Settings{}};
  process::ProcessTable table_;
  process::Registry registry_;
  interp::Interpreter interpreter_;
  ObservedExecutor observed_;
  base::Nanos run_time_ = 0;
  sched::Scheduler scheduler_;
};

}  // namespace ttvm::bench
