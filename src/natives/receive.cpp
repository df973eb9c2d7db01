// Selective receive: by pattern, and by hand with the receive cursor (process/mailbox.hpp).
#include "heap/build.hpp"
#include "heap/copy.hpp"
#include "natives/families.hpp"
#include "process/details.hpp"
#include "process/signals.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"
#include "term/compare.hpp"
#include "term/match.hpp"

namespace ttvm::natives {

using process::CursorUse;
using process::Details;
using process::Message;
using process::Process;

namespace {

// Messages that one execution looks at before it gives the slice up.
constexpr std::uint32_t kLooksPerSlice = 2000;

void use_cursor(Process& process, CursorUse use, std::uint64_t mark) {
  Details& details = *process.details;
  details.cursor = use;
  details.peeked = nullptr;
  process.mailbox.rewind(mark);
}

// The cursor is this pattern's: where the last receive with the same pattern left it, else at the
// start, or behind the messages that are older than a ref in it.
void start_pattern(Process& process, Term pattern) {
  Details& details = process::details_of(process);
  if (details.cursor == CursorUse::kPattern &&
      (details.pattern.same(pattern) || term::equal(details.pattern, pattern))) {
    return;
  }
  std::uint64_t mark = 0;
  if (!term::newest_own_ref(pattern, process.pid, mark)) mark = 0;
  details.pattern = pattern;
  use_cursor(process, CursorUse::kPattern, mark);
}

// kDone with the message, kWait if none matches or the process is to end: it takes nothing any
// more.
NativeStatus match(NativeCall& call) {
  Process& process = call.process;
  const Term pattern = call.arguments[0];
  if (process.inbox.has_signals()) {
    process::fetch_signals(process, call.context);
    if (process.exit_kind != process::ExitKind::kNone) return NativeStatus::kWait;
  }
  start_pattern(process, pattern);
  for (std::uint32_t looks = 0; looks < kLooksPerSlice; ++looks) {
    Message* message = process.mailbox.next_unseen();
    if (message == nullptr) return NativeStatus::kWait;
    if (term::matches(pattern, message->value)) {
      process::take(process, call.context, message);
      call.result = message->value;
      process::adopt(process, message);
      return NativeStatus::kDone;
    }
    process.mailbox.pass(message);
  }
  return NativeStatus::kAgain;
}

// The cursor is the program's, and the inbox has been looked into.
void start_by_hand(NativeCall& call) {
  Process& process = call.process;
  if (process.inbox.has_signals()) process::fetch_signals(process, call.context);
  if (process::details_of(process).cursor != CursorUse::kProgram) {
    use_cursor(process, CursorUse::kProgram, 0);
  }
}

// Takes the message that RECV_PEEK has shown; null, with the exception set, if there is none.
Message* peeked(NativeCall& call) {
  const Details* details = call.process.details;
  if (details != nullptr && details->peeked != nullptr) return details->peeked;
  call.error = std::string(call.mnemonic) + " expects a message under the cursor: use RECV_PEEK";
  return nullptr;
}

}  // namespace

NativeStatus receive_match(NativeCall& call) {
  // Messages that were adopted count towards the next collection.
  return call.reserve(1) ? match(call) : NativeStatus::kOutOfMemory;
}

NativeStatus receive_match_after(NativeCall& call) {
  if (!call.reserve(1)) return NativeStatus::kOutOfMemory;
  Process& process = call.process;
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = call.arguments[1];
    base::Nanos deadline = 0;
    if (!process::deadline_after(call.context, ms, deadline)) {
      return call.raise(process::bad_milliseconds(call.mnemonic, ms));
    }
    process.wait_deadline = deadline;
  }
  NativeStatus status = match(call);
  if (status == NativeStatus::kAgain) return status;
  if (status == NativeStatus::kWait) {
    if (call.context.clock->now() < process.wait_deadline) return status;
    status = NativeStatus::kJump;
  }
  process.wait_deadline = process::kNoDeadline;
  return status;
}

NativeStatus recv_peek(NativeCall& call) {
  start_by_hand(call);
  Process& process = call.process;
  Message* message = process.mailbox.next_unseen();
  process.details->peeked = message;
  if (message == nullptr) return NativeStatus::kJump;
  call.result = message->value;
  if (!message->value.is_box()) return NativeStatus::kDone;
  // The message stays what it is in the mailbox: the program gets a copy.
  std::size_t words = 0;
  {
    const heap::MessageCopy measure(message->value);
    words = measure.words();
  }
  if (!call.reserve(words)) return NativeStatus::kOutOfMemory;
  heap::MessageCopy copy(message->value);
  copy.copy_to(process.heap, std::span(&call.result, 1));
  return NativeStatus::kDone;
}

NativeStatus recv_accept(NativeCall& call) {
  Message* message = peeked(call);
  if (message == nullptr) return NativeStatus::kRaise;
  process::take(call.process, call.context, message);
  process::adopt(call.process, message);
  use_cursor(call.process, CursorUse::kNobody, 0);
  return NativeStatus::kDone;
}

NativeStatus recv_skip(NativeCall& call) {
  Message* message = peeked(call);
  if (message == nullptr) return NativeStatus::kRaise;
  call.process.mailbox.pass(message);
  call.process.details->peeked = nullptr;
  return NativeStatus::kDone;
}

NativeStatus recv_wait(NativeCall& call) {
  start_by_hand(call);
  return call.process.mailbox.next_unseen() != nullptr ? NativeStatus::kDone : NativeStatus::kWait;
}

NativeStatus recv_wait_until(NativeCall& call) {
  Process& process = call.process;
  double ms = 0;
  if (!term::as_double(call.arguments[0], ms)) {
    return call.raise(expects(call, "a time in milliseconds", call.arguments[0]));
  }
  start_by_hand(call);
  NativeStatus status = NativeStatus::kDone;
  if (process.mailbox.next_unseen() == nullptr) {
    process.wait_deadline = process::deadline_at(call.context, ms);
    if (call.context.clock->now() < process.wait_deadline) return NativeStatus::kWait;
    use_cursor(process, CursorUse::kNobody, 0);
    status = NativeStatus::kJump;
  }
  process.wait_deadline = process::kNoDeadline;
  return status;
}

}  // namespace ttvm::natives
