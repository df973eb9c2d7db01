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
inline constexpr std::uint32_t kInitialBlockWords = 32;

// Why a process ended; more reasons come with links and monitors.
enum class ExitKind : std::uint8_t { kNone, kNormal, kException, kOutOfMemory, kKilled };

// Among processes that can run, the more urgent ones go first (sched/turns.hpp has the exceptions).
enum class ProcessPriority : std::uint8_t { kLow, kNormal, kHigh };

struct ExecutionExtras;  // interp: operand stack of unproven code, active TRYs; null until needed

struct Process {
  std::uint64_t pid = 0;

  Process* queue_next = nullptr;  // link in the one queue or list that holds the process
  Inbox inbox;
  Mailbox mailbox;  // signals taken from the inbox, in order

  // Registers of the machine while the process does not run.
  const Word* pc = nullptr;  // next instruction
  Word* frame = nullptr;     // register 0 of the current frame
  Word* stack_begin = nullptr;
  Word* stack_end = nullptr;
  heap::Heap heap;
  ExecutionExtras* extras = nullptr;

  // Waiting. `wait_deadline` is set by the instruction that waits and stays until it has finished,
  // so that the instruction can be executed again after every wake-up.
  base::Nanos wait_deadline = kNoDeadline;
  Signal* timer = nullptr;    // armed by the scheduler for wait_deadline; see sched/lane.hpp
  Job* pending_io = nullptr;  // natives: the outstanding or finished job of this process

  std::uint64_t reductions = 0;  // executed so far, slices that have ended
  std::uint64_t parent = 0;      // pid
  const term::FunctionInfo* initial_function = nullptr;
  ExitKind exit_kind = ExitKind::kNone;
  ProcessPriority priority = ProcessPriority::kNormal;
  std::uint8_t registered_names = 0;  // saturates; names are in the registry

  // Stack and heap of a small process in one block of `initial_block_bytes`.
  Word* initial_block = nullptr;
  std::uint32_t initial_block_bytes = 0;
};

// A process with a first block of `words` words (initial_block; its division into stack and heap is
// the executor's).
Process* create_process(std::uint64_t pid, std::uint64_t parent,
                        std::uint32_t words = kInitialBlockWords);

// What a signal that is no message means to its receiver: a timeout is dropped (`timer` is cleared
// if it was the current one), a job is marked done.
void take_control_signal(Process& process, Signal* signal);

// Takes everything out of the inbox: messages into the mailbox, the rest is dealt with. Returns the
// number of signals.
inline std::uint32_t fetch_signals(Process& process) {
  return process.mailbox.fetch(process.inbox,
                               [&](Signal* signal) { take_control_signal(process, signal); });
}

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

// The end: closes the inbox, drops queue, fragments, heap and blocks, and retires the struct. The
// process must be out of the table, its names, its timer and its job gone, the executor's part (a
// stack that has left the initial block too) released.
// Returns the number of messages that were still queued.
std::uint64_t release_process(Process* process, EpochParticipant& epoch);

}  // namespace ttvm::process
