// The deterministic driver: one thread, and a schedule (schedule.hpp) that decides everything: a
// seeded or a scripted one. Time is a count of reductions and jumps to the next timer when nobody
// can run; jobs are done at once. No address, no wall time and no thread has a say, so one schedule
// is one run, byte for byte.
//
// Thread safety: as scheduler.hpp says; stop() only sets a flag.
#pragma once

#include <memory>
#include <vector>

#include "io/counted_queue.hpp"
#include "sched/driver.hpp"
#include "sched/lane.hpp"
#include "sched/parking_lot.hpp"
#include "sched/schedule.hpp"

namespace ttvm::sched {

class DeterministicDriver final : public Driver, public process::JobPort {
 public:
  explicit DeterministicDriver(const Environment& environment);
  ~DeterministicDriver() override;

  process::RunContext& first_context() override { return lane_.context(); }
  void spawn_first(process::Process* process) override { add(process, Cause::kWoken); }
  void receives_commute() override { schedule_->receives_commute(); }
  RunResult run() override;
  void stop(RunReason reason, int status) override;
  void wake_from_outside(process::Process* process) override { injected_.push(process); }
  bool look_at_rest(const std::function<void(bool all)>& look) override;
  SchedulerCounters counters() const override { return lane_.counters(); }
  std::vector<SchedulerState> states() const override;
  void submit(process::Job* job) override { finished_jobs_.push_back(job); }

 private:
  static constexpr base::Nanos kNanosPerReduction = 10;

  void add(process::Process* process, Cause cause, std::uint64_t reductions = 0) {
    schedule_->add({process, cause, reductions});
  }
  void add_woken();
  // Everything that can make a process runnable between two steps.
  void collect_runnable();
  void make_step();
  void pass_time();

  Environment environment_;
  std::unique_ptr<Schedule> schedule_;
  RunState run_state_;
  ParkingLot lot_{1};  // for its gate
  base::LogicalClock clock_;
  process::EpochDomain epochs_;
  Lane lane_;
  std::vector<process::Job*> finished_jobs_;
  io::CountedQueue<process::Process> injected_;
};

}  // namespace ttvm::sched
