// What only some processes have: relations to others, a reason for their end, a selective receive
// or a question under way. Made when first needed; the process's own.
#pragma once

#include <string>

#include "process/process.hpp"
#include "process/relations.hpp"

namespace ttvm::process {

struct MailboxLimit;  // limit.hpp

// A question that waits for its answer: ASK, PROCESS_INFO. One at a time, as a process waits.
struct Question {
  std::uint64_t ref = 0;      // number of its ref; 0: none is open
  std::uint64_t to = 0;       // pid
  Message* answer = nullptr;  // kReply or kDown, as it came
};

// Whose the receive cursor of the mailbox is.
enum class CursorUse : std::uint8_t {
  kNobody,
  kPattern,   // RECEIVE_MATCH
  kPatterns,  // RECEIVE_SELECT
  kProgram,   // RECV_PEEK and its like
};

struct Details {
  ~Details();

  Relations relations;
  Term exit_reason = Term::null();  // a root; see ExitKind
  std::uint64_t ended_by = 0;       // pid whose exit signal ended this process, or 0

  // Selective receive. `pattern` (a root): what the cursor has passed does not match it, or, with
  // kPatterns, none in that list.
  Term pattern = Term::null();
  Message* peeked = nullptr;  // RECV_PEEK's, still in the mailbox
  CursorUse cursor = CursorUse::kNobody;

  MailboxLimit* limit = nullptr;  // Process::limited; owned
  Question question;
  Job* pending_io = nullptr;            // natives: the outstanding or finished job of this process
  std::uint64_t waits_for_room_of = 0;  // pid, while SendState::kWaitsForRoom
  std::string label;
  static constexpr std::size_t kMinForgetTimers = 16;
  std::size_t forget_timers_at = kMinForgetTimers;  // relations; see forget_old_timers
};

Details& make_details(Process& process);
inline Details& details_of(Process& process) {
  return TTVM_LIKELY(process.details != nullptr) ? *process.details : make_details(process);
}

// `message` leaves the mailbox: RECV_PEEK's, if it is that, is no longer there.
inline void forget_peeked(Process& process, const Message* message) {
  if (process.details != nullptr && process.details->peeked == message) {
    process.details->peeked = nullptr;
  }
}

inline Job* pending_io_of(const Process& process) {
  return process.details == nullptr ? nullptr : process.details->pending_io;
}

// Visits every value that the process holds outside of its stack, for the collector (but for
// LastMessage::value).
template <typename Visit>
void visit_roots(Process& process, Visit&& visit) {
  visit(process.last.correlation);
  if (process.details == nullptr) return;
  visit(process.details->exit_reason);
  visit(process.details->pattern);
}

// The reason of a process that ends, as links and monitors are told it.
Term exit_reason(const Process& process);

// From now on the process ends: with `reason` (kExited, or kNormal if it says "normal").
void begin_exit(Process& process, Term reason);

}  // namespace ttvm::process
