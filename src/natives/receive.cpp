// Selective receive: by pattern, and by hand with the receive cursor (process/mailbox.hpp).
#include <algorithm>
#include <span>
#include <vector>

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
using process::Mailbox;
using process::Message;
using process::Process;

namespace {

void use_cursor(Process& process, CursorUse use, std::uint64_t mark) {
  Details& details = *process.details;
  details.cursor = use;
  details.peeked = nullptr;
  process.mailbox.rewind(mark);
}

// The patterns of a list, in a row; those of a long list are copied. Good until something is
// allocated.
class Patterns {
 public:
  explicit Patterns(const Term& one) : all_(&one, 1) {}
  struct OfList {
    Term list;
  };
  explicit Patterns(OfList of) {
    const std::uint64_t count = term::list_length(of.list);
    if (term::is_kind(of.list, term::Kind::kList)) {
      const term::Word* first = of.list.pointer() + term::kListElements;
      all_ = {reinterpret_cast<const Term*>(first), count};
      return;
    }
    copy_.reserve(count);
    for (term::ListReader reader(of.list); !reader.done();) copy_.push_back(reader.next());
    all_ = copy_;
  }
  std::span<const Term> all() const { return all_; }

 private:
  std::span<const Term> all_;
  std::vector<Term> copy_;
};

// How many messages had arrived before the first that can match: nobody can have put a ref of this
// process into an older one than the ref. 0: all can.
std::uint64_t mark_of(std::span<const Term> patterns, std::uint64_t pid) {
  std::uint64_t least = ~std::uint64_t{0};
  for (const Term pattern : patterns) {
    std::uint64_t mark = 0;
    if (!term::newest_own_ref(pattern, pid, mark)) return 0;
    least = std::min(least, mark);
  }
  return least;
}

// The cursor is that of `wanted`: where the last receive of the same left it, else at the start, or
// behind the messages that are too old.
void start_patterns(Process& process, CursorUse use, Term wanted, std::span<const Term> patterns) {
  Details& details = process::details_of(process);
  if (details.cursor == use) {
    if (details.pattern.same(wanted)) return;
    // In an empty mailbox there is nothing that could be passed over.
    if (!process.mailbox.empty() && term::equal(details.pattern, wanted)) return;
  }
  details.pattern = wanted;
  use_cursor(process, use, process.mailbox.empty() ? 0 : mark_of(patterns, process.pid));
}

// kDone with the message, kWait if none matches or the process is to end: it takes nothing any
// more. `wanted`, the first argument, is one pattern (kPattern) or a list of them (kPatterns).
NativeStatus match(NativeCall& call, CursorUse use) {
  Process& process = call.process;
  const Term wanted = call.arguments[0];
  if (process.inbox.has_signals()) {
    process::fetch_signals(process, call.context);
    if (process.exit_kind != process::ExitKind::kNone) return NativeStatus::kWait;
  }
  const Patterns patterns =
      use == CursorUse::kPattern ? Patterns(wanted) : Patterns(Patterns::OfList{wanted});
  start_patterns(process, use, wanted, patterns.all());
  if (process.mailbox.empty()) return NativeStatus::kWait;
  Mailbox::Selected found;
  switch (process.mailbox.select(patterns.all(), found)) {
    case Mailbox::Search::kFound:
      break;
    case Mailbox::Search::kNothing:
      return NativeStatus::kWait;
    case Mailbox::Search::kUnfinished:
      return NativeStatus::kAgain;
  }
  process::take(process, call.context, found.message);
  call.result = found.message->value;
  call.second = Term::small(found.pattern);
  process::adopt(process, found.message);
  if (process.mailbox.empty()) {
    // Nothing has been passed over that the next receive could begin behind.
    process.details->cursor = CursorUse::kNobody;
    process.details->pattern = Term::null();
  }
  return NativeStatus::kDone;
}

// The same with a deadline that is the second argument.
NativeStatus match_after(NativeCall& call, CursorUse use) {
  Process& process = call.process;
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = call.arguments[1];
    base::Nanos deadline = 0;
    if (!process::deadline_after(call.context, ms, deadline)) {
      return call.raise(process::bad_milliseconds(call.mnemonic, ms));
    }
    process.wait_deadline = deadline;
  }
  NativeStatus status = match(call, use);
  if (status == NativeStatus::kAgain) return status;
  if (status == NativeStatus::kWait) {
    if (call.context.clock->now() < process.wait_deadline) return status;
    status = NativeStatus::kJump;
  }
  process.wait_deadline = process::kNoDeadline;
  return status;
}

// False, with the exception set, if the first argument is no list of patterns.
bool has_patterns(NativeCall& call) {
  const Term patterns = call.arguments[0];
  if (!term::is_list(patterns)) {
    call.error = expects(call, "a list of patterns", patterns);
  } else if (term::list_length(patterns) == 0) {
    call.error = std::string(call.mnemonic) + " expects at least one pattern";
  } else {
    return true;
  }
  return false;
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

// Messages that were adopted count towards the next collection: it has its place here.
NativeStatus receive_match(NativeCall& call) {
  return call.reserve_first(1) ? match(call, CursorUse::kPattern) : NativeStatus::kOutOfMemory;
}

NativeStatus receive_match_after(NativeCall& call) {
  return call.reserve_first(1) ? match_after(call, CursorUse::kPattern)
                               : NativeStatus::kOutOfMemory;
}

NativeStatus receive_select(NativeCall& call) {
  if (!has_patterns(call)) return NativeStatus::kRaise;
  return call.reserve_first(1) ? match(call, CursorUse::kPatterns) : NativeStatus::kOutOfMemory;
}

NativeStatus receive_select_after(NativeCall& call) {
  if (!has_patterns(call)) return NativeStatus::kRaise;
  return call.reserve_first(1) ? match_after(call, CursorUse::kPatterns)
                               : NativeStatus::kOutOfMemory;
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
