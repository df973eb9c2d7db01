// The deterministic driver: one thread, and one seed that decides everything. Who runs next and for
// how long comes from the random generator; time is a count of reductions and jumps to the next
// timer when nobody can run; jobs are done at once. No address, no wall time and no thread has a
// say, so one seed is one run, byte for byte.
//
// Thread safety: as scheduler.hpp says; stop() only sets a flag.
#pragma once

#include <array>
#include <vector>

#include "base/random.hpp"
#include "io/counted_queue.hpp"
#include "sched/driver.hpp"
#include "sched/lane.hpp"
#include "sched/turns.hpp"

namespace ttvm::sched {

class DeterministicDriver final : public Driver, public process::JobPort {
 public:
  explicit DeterministicDriver(const Environment& environment);
  ~DeterministicDriver() override;

  process::RunContext& first_context() override { return lane_.context(); }
  void spawn_first(process::Process* process) override { add_runnable(process); }
  RunResult run() override;
  void stop(RunReason reason, int status) override { run_state_.stop(reason, status); }
  void wake_from_outside(process::Process* process) override { injected_.push(process); }
  SchedulerCounters counters() const override { return lane_.counters(); }
  void submit(process::Job* job) override { finished_jobs_.push_back(job); }

 private:
  static constexpr base::Nanos kNanosPerReduction = 10;

  using Processes = std::vector<process::Process*>;

  Processes& runnable(process::ProcessPriority priority) {
    return runnable_[static_cast<std::size_t>(priority)];
  }
  void add_runnable(process::Process* process) { runnable(process->priority).push_back(process); }
  // In which classes of priority somebody can run.
  Waiting waiting() const;
  // Everything that can make a process runnable between two slices.
  void collect_runnable();
  void run_one_slice(const Waiting& waiting);

  Environment environment_;
  RunState run_state_;
  base::LogicalClock clock_;
  base::Random random_;
  process::EpochDomain epochs_;
  Lane lane_;
  std::array<Processes, 3> runnable_;  // by priority
  Turns turns_;
  std::vector<process::Job*> finished_jobs_;
  io::CountedQueue<process::Process> injected_;
};

}  // namespace ttvm::sched
