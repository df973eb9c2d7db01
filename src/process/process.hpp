// A process: plain data, run by one worker at a time, moved between workers at will.
//
// Thread safety: `inbox` may be pushed to by any thread that holds an epoch guard (epoch.hpp).
// `pid` never changes. Everything else belongs to the worker that runs the process; the hand-over
// through a run queue (release/acquire) or through the inbox (see inbox.hpp) publishes it.
//
// Stack: frames of register code, growing upwards in [stack_begin, stack_end). The frame layout and
// the walk over frames are lower's and interp's (lower/code.hpp); here it is only memory.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "heap/heap.hpp"
#include "process/inbox.hpp"
#include "process/mailbox.hpp"
#include "process/signal.hpp"
#include "term/term.hpp"

namespace ttvm::process {

using heap::Word;

inline constexpr base::Nanos kNoDeadline = -1;

// Why a process ended; more reasons come with links and monitors.
enum class ExitKind : std::uint8_t { kNone, kNormal, kException, kOutOfMemory, kKilled };

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
  Signal* timer = nullptr;     // armed by the scheduler for wait_deadline; it owns the node
  void* pending_io = nullptr;  // natives: the outstanding or finished job of this process

  std::uint64_t reductions = 0;  // executed so far, slices that have ended
  std::uint64_t parent = 0;      // pid
  const term::FunctionInfo* initial_function = nullptr;
  ExitKind exit_kind = ExitKind::kNone;
  std::uint8_t registered_names = 0;  // saturates; names are in the registry

  Word* initial_block = nullptr;  // stack and heap of a small process in one block
  std::uint32_t initial_block_bytes = 0;
};

}  // namespace ttvm::process
