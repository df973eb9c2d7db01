// The scheduler: runs processes on worker threads until the run is over. Two drivers stand behind
// this one interface: SMP (a thread for each worker) and deterministic (one thread, a seeded or
// scripted choice of who runs next and for how long, a logical clock).
//
// Thread safety: construct, first_context(), spawn_first(), run() and destroy on one thread; stop()
// and wake_from_outside() on any thread while the object lives. After run() has returned nothing
// runs any more, and the processes that are left can be inspected through the table.
//
// The protocol, step by step, is in README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "io/output.hpp"
#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "sched/script.hpp"

namespace ttvm::sched {

struct SchedulerOptions {
  std::uint32_t schedulers = 1;
  std::int32_t budget = 1000;  // reductions of a slice
  // Set: the deterministic driver (and `schedulers` is 1). A script goes before a seed.
  std::optional<std::uint64_t> seed;
  std::optional<Script> script;
  Recording* recording = nullptr;  // with a script: what else it could have done
};

enum class RunReason : std::uint8_t {
  kFinished,  // process 1 has ended and nothing can run any more
  kDeadlock,  // nothing can run any more, and process 1 or a sender in a full mailbox's line waits
  kExit,      // EXIT
  kInterrupted,   // stop()
  kOutputFailed,  // standard output cannot be written any more
};

struct RunResult {
  RunReason reason = RunReason::kFinished;
  int status =
      0;  // finished: 0, or 1 if process 1 ended abnormally; deadlock: 3; else what was said
  bool schedule_fits = true;  // false: the script named processes that could not run
};

// How often things happened; sums over the workers, for reports and tests.
struct SchedulerCounters {
  std::uint64_t slices = 0;
  std::uint64_t reductions = 0;
  std::uint64_t exits = 0;
  std::uint64_t steals = 0;  // successful ones
  std::uint64_t parks = 0;
  std::uint64_t wakes = 0;  // of parked workers by other workers
  std::uint64_t timers_armed = 0;
  std::uint64_t timers_fired = 0;
  std::uint64_t messages_dropped = 0;  // still queued when their receiver ended
};

// One worker, for reports.
struct SchedulerState {
  std::uint64_t running = 0;  // pid of the process whose slice is under way; 0: none
  std::uint64_t queued = 0;   // processes in its queue that can run
  std::uint64_t timers = 0;   // armed here
  SchedulerCounters counters;
};

class Driver;

class Scheduler {
 public:
  // All references must outlive the scheduler. With a seed or script `clock` is not used: the
  // logical clock of the deterministic driver takes its place (RunContext::clock).
  Scheduler(const SchedulerOptions& options, process::Executor& executor,
            process::ProcessTable& table, process::Registry& registry, base::Clock& clock,
            process::Services& services, io::Output& output);
  ~Scheduler();  // releases all processes that are left
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // For the thread that is going to call run(): to create the first process (spawn_process).
  process::RunContext& first_context();
  // Makes it runnable; before run().
  void spawn_first(process::Process* process);

  // Before run(): the code has no scheduling points at RECEIVE (lower: receives_commute).
  void receives_commute();

  // Runs until the end of the run; the calling thread is worker 0.
  RunResult run();

  // Ends the run: each worker leaves at its next slice boundary. The first reason given counts.
  // Takes a lock and so must not be called from a signal handler proper: use a thread with sigwait.
  void stop(RunReason reason, int status);

  // Makes a process runnable whose inbox a thread that is no worker has found waiting.
  void wake_from_outside(process::Process* process);

  // While run() runs: waits until no process runs, calls `look`, and lets them go on. `look` gets
  // true when everything rests; false when some worker has not come to rest for long (it may wait
  // for the reader of standard output): then the processes that states() calls running must not be
  // touched. False, without a look: the run is over. By one thread at a time, which is no worker.
  bool look_at_rest(const std::function<void(bool all)>& look);

  // Exact after run() and in a look at rest.
  SchedulerCounters counters() const;
  std::vector<SchedulerState> states() const;

 private:
  std::unique_ptr<Driver> driver_;
};

}  // namespace ttvm::sched
