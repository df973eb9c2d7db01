// The deterministic driver: one thread, and one seed that decides everything. Who runs next and for
// how long comes from the random generator; time is a count of reductions and jumps to the next
// timer when nobody can run; jobs are done at once. No address, no wall time and no thread has a
// say, so one seed is one run, byte for byte.
//
// Thread safety: as scheduler.hpp says; stop() only sets a flag.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "io/counted_queue.hpp"
#include "sched/driver.hpp"
#include "sched/lane.hpp"

namespace ttvm::sched {

class DeterministicDriver final : public Driver, public process::JobPort {
 public:
  explicit DeterministicDriver(const Environment& environment);
  ~DeterministicDriver() override;

  process::RunContext& first_context() override { return lane_.context(); }
  void spawn_first(process::Process* process) override { runnable_.push_back(process); }
  RunResult run() override;
  void stop(RunReason reason, int status) override { run_state_.stop(reason, status); }
  void wake_from_outside(process::Process* process) override { injected_.push(process); }
  SchedulerCounters counters() const override { return lane_.counters(); }
  void submit(process::Job* job) override { finished_jobs_.push_back(job); }

 private:
  static constexpr base::Nanos kNanosPerReduction = 10;

  // Everything that can make a process runnable between two slices.
  void collect_runnable();
  void run_one_slice();

  Environment environment_;
  RunState run_state_;
  base::LogicalClock clock_;
  base::Random random_;
  process::EpochDomain epochs_;
  Lane lane_;
  std::vector<process::Process*> runnable_;
  std::vector<process::Job*> finished_jobs_;
  io::CountedQueue<process::Process> injected_;
};

}  // namespace ttvm::sched
