// A process: plain data, run by one worker at a time, moved between workers at will.
//
// Thread safety: `inbox` may be pushed to by any thread that holds an epoch guard (epoch.hpp).
// `pid` never changes. Everything else belongs to the worker that runs the process; the hand-over
// through a run queue (release/acquire) or through the inbox (see inbox.hpp) publishes it.
//
// Stack: frames of register code, growing upwards in [stack_begin, stack_end). The frame layout and
// the walk over frames are lower's and interp's (lower/code.hpp); here it is only memory.
//
// Life: create_process -> (runs) -> release_process. The struct itself is given back through the
// epoch, because others may still hold its address until the end of their slice; stack, heap and
// queued messages are given back at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "heap/heap.hpp"
#include "process/inbox.hpp"
#include "process/mailbox.hpp"
#include "process/signal.hpp"
#include "term/term.hpp"

namespace ttvm::process {

class EpochParticipant;

using heap::Word;

inline constexpr base::Nanos kNoDeadline = -1;

// Words of the first block of a process, stack and heap together. Small, because a million waiting
// processes must fit; a process that needs more grows at once and once.
inline constexpr std::uint32_t kInitialBlockWords = 26;

// How a process ended. The reason as programs see it: exit_reason().
enum class ExitKind : std::uint8_t {
  kNone,
  kNormal,       // "normal"
  kException,    // an exception that nobody caught, which has been reported; the reason is it
  kOutOfMemory,  // "out_of_memory"
  kExited,       // EXIT_SELF, or an exit signal; Details::exit_reason
  kKilled,       // EXIT_PID with "kill": "killed"
};

// Among processes that can run, the more urgent ones go first (sched/turns.hpp has the exceptions).
enum class ProcessPriority : std::uint8_t { kLow, kNormal, kHigh };

struct ExecutionExtras;  // interp: operand stack of unproven code, active TRYs; null until needed
struct Details;          // details.hpp: what only some processes have; null until needed

// Waiting for room in another's mailbox (kBlock in limit.hpp), from the SEND to the signal kRoom.
enum class SendState : std::uint8_t { kNone, kWaitsForRoom, kHasRoom };

// Of the message received last: MSG_ID, MSG_SENDER, MSG_CORRELATION, MSG_PRIORITY, REPLY.
struct LastMessage {
  std::uint64_t id = 0;  // 0: nothing was received yet
  std::uint64_t sender = 0;
  Term correlation = Term::null();  // in the heap; a root
  // For reports. In the heap, but it keeps nothing alive there: unset once the collector has found
  // nobody else who holds it.
  Term value = Term::unset();
};

// What a slice needs comes first: a process that has slept long is not in the cache.
struct Process {
  std::uint64_t pid = 0;
  Process* queue_next = nullptr;  // link in the one queue or list that holds the process
  Inbox inbox;

  ProcessPriority priority = ProcessPriority::kNormal;
  ExitKind exit_kind = ExitKind::kNone;  // set: the process ends at once, and runs nothing any more
  SendState send_state = SendState::kNone;
  std::uint8_t last_priority = kNormalPriority;  // of `last`
  bool waits = false;                            // for a signal, since its last slice
  bool traps_exits = false;
  bool limited = false;               // details->limit; constant once the process can be found
  std::uint8_t registered_names = 0;  // saturates; names are in the registry

  Mailbox mailbox;  // messages taken from the inbox, in order
  Details* details = nullptr;

  // Registers of the machine while the process does not run.
  const Word* pc = nullptr;  // next instruction
  Word* frame = nullptr;     // register 0 of the current frame
  Word* stack_begin = nullptr;
  Word* stack_end = nullptr;
  heap::Heap heap;
  LastMessage last;

  // Waiting. `wait_deadline` is set by the instruction that waits and stays until it has finished,
  // so that the instruction can be executed again after every wake-up.
  base::Nanos wait_deadline = kNoDeadline;
  Signal* timer = nullptr;  // armed by the scheduler for wait_deadline; see sched/lane.hpp

  std::uint64_t reductions = 0;  // executed so far, slices that have ended
  ExecutionExtras* extras = nullptr;
  std::uint64_t parent = 0;  // pid
  const term::FunctionInfo* initial_function = nullptr;

  // Stack and heap of a small process in one block of `initial_block_bytes`.
  Word* initial_block = nullptr;
  std::uint32_t initial_block_bytes = 0;

  // `reductions`, modulo 2^16, when a slice last ended with kCollect. In the next slice collections
  // are done at once: the instruction that wanted room must get on.
  std::uint16_t left_at = 0;
  // A thread may be collecting the heap (sched/collections.hpp), and nobody may look into the
  // process. Set by its worker, cleared (release) by that thread; read (acquire) for a report.
  std::atomic<bool> is_collected{false};
  std::uint8_t collected_at = 0;  // RunContext::slice_mark at the last collection in a slice
};

// A process with a first block of `words` words (initial_block; its division into stack and heap is
// the executor's).
Process* create_process(std::uint64_t pid, std::uint64_t parent,
                        std::uint32_t words = kInitialBlockWords);

// Every kTimeout node is one block of this size (made by sched, freed by whoever drains it).
inline constexpr std::size_t kTimeoutBytes = 80;
void free_timeout(Signal* timeout);

// Frees the initial block, if there still is one. For the executor when it has moved stack and
// heap.
void free_initial_block(Process& process);

// Before the end: drops the job of the process if it has come back and was not used. One that is
// still out is discarded by whoever brings it back and finds no process. Call it while the process
// is still in the table: after that such a job may be gone at any moment.
void give_up_job(Process& process);

// Frees heap, first block and details of a process, and retires the struct, which others may still
// hold. What else it had must be gone.
void discard_process(Process* process, EpochParticipant& epoch);

}  // namespace ttvm::process
