#include "sched/scheduler.hpp"

#include "sched/deterministic_driver.hpp"
#include "sched/smp_driver.hpp"

namespace ttvm::sched {

Scheduler::Scheduler(const SchedulerOptions& options, process::Executor& executor,
                     process::ProcessTable& table, process::Registry& registry, base::Clock& clock,
                     process::Services& services, io::Output& output) {
  TTVM_CHECK(options.schedulers >= 1 && options.budget >= 1);
  // The logical clock of a deterministic run begins at 0.
  const bool deterministic = options.seed.has_value() || options.script.has_value();
  const base::Nanos start = deterministic ? 0 : clock.now();
  const Environment environment{options, executor, table, registry, services, output, start};
  if (deterministic) {
    driver_ = std::make_unique<DeterministicDriver>(environment);
  } else {
    driver_ = std::make_unique<SmpDriver>(environment, clock);
  }
}

Scheduler::~Scheduler() = default;

process::RunContext& Scheduler::first_context() { return driver_->first_context(); }
void Scheduler::spawn_first(process::Process* process) { driver_->spawn_first(process); }
void Scheduler::receives_commute() { driver_->receives_commute(); }
RunResult Scheduler::run() { return driver_->run(); }
void Scheduler::stop(RunReason reason, int status) { driver_->stop(reason, status); }
void Scheduler::wake_from_outside(process::Process* process) {
  driver_->wake_from_outside(process);
}
bool Scheduler::look_at_rest(const std::function<void(bool all)>& look) {
  return driver_->look_at_rest(look);
}
std::vector<SchedulerState> Scheduler::states() const { return driver_->states(); }
SchedulerCounters Scheduler::counters() const { return driver_->counters(); }

}  // namespace ttvm::sched
