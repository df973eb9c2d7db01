// The seam between the scheduler, which decides who runs, and the interpreter, which runs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "process/epoch.hpp"
#include "process/process.hpp"

namespace ttvm::process {

class Executor;
class ProcessTable;
class Registry;

// Where a message goes: to a name if there is one, else to a pid.
struct Address {
  std::uint64_t pid = 0;
  std::string_view name;
};

// How a slice ended, and so what the scheduler does with the process.
enum class SliceEnd : std::uint8_t {
  kRunnable,  // preempted or yielded: to the end of the queue
  kAtPoint,   // before a scheduling point, see RunContext::points_to_pass
  kWaiting,   // for a signal; until Process::wait_deadline if that is set
  kExited,    // the process is over: the scheduler releases it
  kStopRun,   // EXIT: the whole run ends (RunContext::exit_status)
  kCollect,   // RunContext::collection is to be done; then it goes on at the same instruction
};

// Why a message reaches nobody.
enum class DeadLetterReason : std::uint8_t {
  kNoProcess,    // the pid is not alive
  kNoName,       // no process has that name
  kMailboxFull,  // on_full: drop_newest or drop_oldest
  kLateReply,    // the one who asked waits no longer
  kEnded,        // the receiver ended while the sender waited for room
};
// "no such process": the field `reason` of a dead letter.
std::string_view text_of(DeadLetterReason reason);

// Cold services of the VM that instructions need; implemented by vm.
class Services {
 public:
  virtual ~Services() = default;
  // A message that nobody gets. Counted, warned of at a limited rate. `to`: "process 2", or a name
  // in quotes. Returns the processes that want to hear of it (DEAD_LETTERS).
  virtual std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                                 DeadLetterReason reason) = 0;
  // From now on `pid` hears of dead letters, or no more.
  virtual void want_dead_letters(std::uint64_t pid, bool wanted) = 0;
  // One line on standard output, written as one.
  virtual void print_line(std::string_view text) = 0;
  // The arguments that follow the program on the command line.
  virtual const std::vector<std::string>& arguments() const = 0;
  // How many schedulers the run has.
  virtual std::uint32_t schedulers() const { return 1; }
  // An exception that nobody caught ended `process`: one report on standard error.
  // `stack`: "function (file:line)", innermost first.
  virtual void report_uncaught(const Process& process, std::string_view message,
                               const std::vector<std::string>& stack) = 0;
  // A process ends for another reason than an exception, `normal` or `shutdown`.
  virtual void report_exit(const Process& process, Term reason) = 0;

  // What SPAWN means by a name that is no function of the program: a predefined type, a file beside
  // the program, else a basic process, which gets the name as its argument.
  struct ProcessType {
    const term::FunctionInfo* function = nullptr;
    bool takes_name = false;
    std::string error;  // set instead of function: the file is there but is no valid program
  };
  virtual ProcessType find_process_type(std::string_view name) = 0;
  // A function of the standard library that instructions are made of. Null: this VM has none.
  virtual const term::FunctionInfo* find_library_function(std::string_view /*name*/) {
    return nullptr;
  }
};

// A message that is to be sent later; the rest is the TimerPort's.
struct DelayedSend {
  Message* message = nullptr;  // null once it has been sent
  base::Nanos deadline = 0;
};

// Where delayed messages go; implemented by the lane of the worker.
class TimerPort {
 public:
  virtual ~TimerPort() = default;
  // Takes over the message. With `keep` the caller may cancel, and must release() at last; else the
  // result is not to be used.
  virtual DelayedSend* send_at(base::Nanos deadline, Message* message, const Address& to,
                               bool keep) = 0;
  // True: it will not be sent, and the message has been dropped. By any worker.
  virtual bool cancel(DelayedSend* delayed) = 0;
  virtual bool is_over(const DelayedSend* delayed) const = 0;
  virtual void release(DelayedSend* delayed) = 0;
};

// Where blocking work goes; implemented by the scheduler.
class JobPort {
 public:
  virtual ~JobPort() = default;
  // Hands over a job of the running process (job->pid, run, discard set). It comes back through the
  // inbox of that process as kIoDone, or is discarded if the process is gone by then.
  virtual void submit(Job* job) = 0;
};

// A collection of the heap of a process that does not run.
struct Collection {
  std::size_t words = 0;       // that shall be free afterwards
  const Word* next = nullptr;  // behind the instruction that the process stands at
};

// What a worker lends to the code that it runs. One for each worker, touched by that worker only.
struct RunContext {
  // Processes that became runnable during the slice (spawned, or woken by a push that found
  // "waiting"), oldest first. The scheduler queues them when the slice ends: no atomics on the way.
  Process* woken_head = nullptr;
  Process* woken_tail = nullptr;
  std::uint32_t woken_count = 0;

  void wake(Process* process) {
    process->queue_next = nullptr;
    if (woken_tail != nullptr) {
      woken_tail->queue_next = process;
    } else {
      woken_head = process;
    }
    woken_tail = process;
    ++woken_count;
  }

  // Pushes a signal and wakes the receiver if it waited for one. False: the receiver is dead and
  // the caller still has the signal.
  bool deliver(Process& to, Signal* signal) {
    const PushResult result = to.inbox.push(signal);
    if (result == PushResult::kWakeReceiver) wake(&to);
    return result != PushResult::kClosed;
  }

  Executor* executor = nullptr;
  ProcessTable* table = nullptr;
  Registry* registry = nullptr;
  base::Clock* clock = nullptr;
  base::Nanos start_time = 0;         // what MONOTONIC_MS counts from
  Services* services = nullptr;       // null once the run is over and what is left is freed
  EpochParticipant* epoch = nullptr;  // online while a slice runs
  JobPort* jobs = nullptr;
  TimerPort* timers = nullptr;
  std::uint32_t worker = 0;           // index of the worker
  std::uint64_t next_message_id = 0;  // worker-local; ids are made unique by the worker's index
  std::uint64_t next_ref = 0;
  std::uint8_t slice_mark = 0;  // goes on by 1 every 4 slices of this worker, modulo 256
  int exit_status = 0;
  // Of a slice that ends with kWaiting: messages that the process has received and can reach no
  // more, a list. The inbox may still keep the newest (Inbox::keep): freed when it does not.
  heap::Fragment* garbage = nullptr;
  // A collection that may take long need not be done in the slice, which then ends with kCollect.
  bool leaves_collections = false;
  Collection collection;
  // How many scheduling points the process may still pass in this slice. Only code made for chosen
  // schedules has such points (lower: LowerOptions::points).
  std::uint32_t points_to_pass = UINT32_MAX;
};

// A new process: pid, struct, first block. Nobody can find it yet: the caller prepares it, then
// publishes it, then calls context.wake(). Null when `max_processes` are alive.
Process* new_process(RunContext& context, std::uint64_t parent,
                     std::uint32_t words = kInitialBlockWords);
// Its entry in the table. False when there is no memory for that: the process is gone.
bool publish(RunContext& context, Process* process);
// Both, for a process whose preparation nobody else could see.
Process* spawn_process(RunContext& context, std::uint64_t parent,
                       std::uint32_t words = kInitialBlockWords);

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `process` for about `budget` reductions (never more than twice that).
  virtual SliceEnd run(Process& process, RunContext& context, std::int32_t budget) = 0;
  // What a slice that ended with kCollect has left: by any thread, nobody else touches the process
  // meanwhile. Over the memory limit: exit_kind is set.
  virtual void collect(Process& process, const Collection& collection) = 0;
  // Releases everything that only the executor knows of (ExecutionExtras, a stack that has left the
  // initial block). Called once, at the end. The heap stays.
  virtual void release(Process& process) = 0;
  // Where a process that does not run is: function and line of its next instruction, for reports.
  struct Place {
    std::string_view function;
    std::string_view source;
    std::uint32_t line = 0;
    std::string_view instruction;  // if it is one that may wait
  };
  virtual Place locate(const Process& process) const = 0;
  // Its active functions as in an exception's stack: "function (file:line)", innermost first.
  virtual std::vector<std::string> stack_of(const Process& process) const = 0;
};

// Passes everything on: for executors that add something to another one.
class ForwardingExecutor : public Executor {
 public:
  explicit ForwardingExecutor(Executor& executor) : executor_(executor) {}
  SliceEnd run(Process& process, RunContext& context, std::int32_t budget) override {
    return executor_.run(process, context, budget);
  }
  void collect(Process& process, const Collection& collection) override {
    executor_.collect(process, collection);
  }
  void release(Process& process) override { executor_.release(process); }
  Place locate(const Process& process) const override { return executor_.locate(process); }
  std::vector<std::string> stack_of(const Process& process) const override {
    return executor_.stack_of(process);
  }

 protected:
  Executor& executor_;
};

}  // namespace ttvm::process
