// What the deterministic driver asks: who runs next, and how far. A schedule keeps the processes
// that can run and hands them out, one step at a time.
//
// Steps can be cut at *scheduling points*: before each instruction whose effects another process or
// the user can see, and before the end of a process. What happens between two points concerns
// nobody else, so cutting there is enough to reach everything that can be observed.
//
// Thread safety: the driver's thread only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "process/process.hpp"

namespace ttvm::sched {

// How a process came to be runnable.
enum class Cause : std::uint8_t {
  kWoken,    // spawned, or it waited
  kUsedUp,   // its slice is over
  kYielded,  // it gave up the rest of it
  kAtPoint,  // it stands at a scheduling point
  kEnded,    // it has nothing left to do but to end
};

struct Runnable {
  process::Process* process = nullptr;
  Cause cause = Cause::kWoken;
  std::uint64_t reductions = 0;  // of the step that it has just made
};

// One step.
struct Step {
  process::Process* process = nullptr;  // null: nobody; time passes to the next timer
  bool ends = false;                    // the process is to be ended
  std::int32_t budget = 0;              // reductions
  std::uint32_t points = 0;             // RunContext::points_to_pass
};

class Schedule {
 public:
  Schedule() = default;
  virtual ~Schedule() = default;
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  // Processes woken by a step are added in order, and then the one that made it.
  virtual void add(const Runnable& runnable) = 0;
  // How many can run.
  virtual std::size_t count() const = 0;
  bool empty() const { return count() == 0; }
  // The next step; somebody can run. `timers`: some are armed, so time may pass instead.
  virtual Step take(bool timers) = 0;
  // Whether a process that has ended is added (kEnded) or ended at once.
  virtual bool delays_end() = 0;
  // Before the first step: a process that was woken does nothing that concerns others before its
  // next scheduling point.
  virtual void receives_commute() {}
  // False if the schedule wanted something that was not possible.
  virtual bool fits() const { return true; }
};

}  // namespace ttvm::sched
