// Send, receive, sleep.
#include "heap/build.hpp"
#include "interp/machine.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"

namespace ttvm::interp {

using isa::Op;
using process::Message;

namespace {

// The address that a term other than a pid names; false if it can be none.
bool find_address(Op op, Term target, process::Address& to) {
  std::int64_t number = 0;
  if (term::is_string(target)) {
    to.name = term::text_of(target);
  } else if (op == Op::kSend && term::as_int64(target, number)) {
    to.pid = static_cast<std::uint64_t>(number);
  } else {
    return false;
  }
  return true;
}

// The SEND that is executed again: its message is on its way, but there was no room for it yet.
Outcome wait_for_room(Machine& m) {
  if (process::has_got_room(m.process, m.context)) return Outcome::kOk;
  return m.process.exit_kind == process::ExitKind::kNone ? Outcome::kWait : Outcome::kDie;
}

Outcome after_send(Machine& m, process::SendResult result) {
  switch (result) {
    case process::SendResult::kSent:
    case process::SendResult::kGone:
      break;
    case process::SendResult::kWaits:
      return wait_for_room(m);
    case process::SendResult::kRefused:
      return m.raise("Mailbox full");
  }
  return Outcome::kOk;
}

[[gnu::always_inline]] inline Outcome send_value(Machine& m, Term value, std::uint64_t pid) {
  const process::SendResult result =
      process::send(m.process, m.context, pid, process::make_message_of(value));
  return TTVM_LIKELY(result == process::SendResult::kSent) ? Outcome::kOk : after_send(m, result);
}

// To a name, or to a pid given as a number.
[[gnu::noinline]] Outcome send_to_other(Machine& m, Term target) {
  const auto op = static_cast<Op>(m.operand(3));
  process::Address to;
  if (!find_address(op, target, to)) {
    return m.raise(
        wrong_type(op, op == Op::kSend ? "a pid, number or name as its target" : "a name", target));
  }
  return after_send(
      m, process::send(m.process, m.context, to, process::make_message_of(m.reg(m.operand(0)))));
}

enum class Taken : std::uint8_t { kMessage, kNothing, kDie };

// The oldest message of the highest priority, adopted.
[[gnu::always_inline]] inline Taken take_message(Machine& m, Term& value) {
  Process& process = m.process;
  Message* message = nullptr;
  if (process.inbox.has_signals()) {
    message = process::fetch_single(process, m.context);
    if (TTVM_UNLIKELY(process.exit_kind != process::ExitKind::kNone)) return Taken::kDie;
  }
  if (message != nullptr) {
    process::note_taken(process, m.context, message);
  } else {
    message = process::take_next(process, m.context);
    if (message == nullptr) return Taken::kNothing;
  }
  value = message->value;
  process::adopt(process, message);
  return Taken::kMessage;
}

}  // namespace

Outcome send(Machine& m) {
  if (TTVM_UNLIKELY(m.process.send_state != process::SendState::kNone)) return wait_for_room(m);
  const Term target = m.reg(m.operand(1));
  if (TTVM_UNLIKELY(!target.is_pid())) return send_to_other(m, target);
  return send_value(m, m.reg(m.operand(0)), target.as_pid());
}

Outcome send_to_pid(Machine& m) {
  if (TTVM_UNLIKELY(m.process.send_state != process::SendState::kNone)) return wait_for_room(m);
  return send_value(m, m.reg(m.operand(0)), m.immediate(0));
}

Outcome receive_slow(Machine& m) {
  // Adopted messages count towards the next collection; who only receives has it here.
  if (!make_room(m, 1)) return Outcome::kDie;
  switch (take_message(m, m.reg(m.operand(0)))) {
    case Taken::kMessage:
      return Outcome::kOk;
    case Taken::kNothing:
      return Outcome::kWait;
    case Taken::kDie:
      break;
  }
  return Outcome::kDie;
}

Outcome receive_after(Machine& m, bool& timed_out) {
  if (!make_room(m, 1)) return Outcome::kDie;
  Process& process = m.process;
  const Taken taken = take_message(m, m.reg(m.operand(0)));
  if (taken == Taken::kDie) return Outcome::kDie;
  if (taken == Taken::kMessage) {
    process.wait_deadline = process::kNoDeadline;
    return Outcome::kOk;
  }
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = m.reg(m.operand(1));
    if (!process::deadline_after(m.context, ms, process.wait_deadline)) {
      return m.raise(process::bad_milliseconds("RECEIVE_AFTER", ms));
    }
  }
  if (m.context.clock->now() < process.wait_deadline) return Outcome::kWait;
  process.wait_deadline = process::kNoDeadline;
  timed_out = true;
  return Outcome::kOk;
}

Outcome sleep(Machine& m) {
  Process& process = m.process;
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = m.reg(m.operand(0));
    if (!process::deadline_after(m.context, ms, process.wait_deadline)) {
      return m.raise(process::bad_milliseconds("SLEEP", ms));
    }
  }
  if (m.context.clock->now() < process.wait_deadline) {
    // Messages wait in the mailbox, so that the inbox is empty.
    process::fetch_signals(process, m.context);
    if (process.exit_kind != process::ExitKind::kNone) return Outcome::kDie;
    return Outcome::kWait;
  }
  process.wait_deadline = process::kNoDeadline;
  return Outcome::kOk;
}

Outcome make_ref(Machine& m) {
  if (!make_room(m, heap::kRefNeed)) return Outcome::kDie;
  m.reg(m.operand(0)) = process::make_own_ref(m.process, process::unique_ref(m.context));
  return Outcome::kOk;
}

Outcome exit_status(Machine& m) {
  const Term status = m.reg(m.operand(0));
  std::int64_t value = 0;
  if (!term::as_int64(status, value) || value < 0 || value > 255) {
    std::string text = "EXIT expects a status from 0 to 255 but got ";
    if (term::as_int64(status, value)) return m.raise(text + std::to_string(value));
    return m.raise(text.append(display_type(status)));
  }
  m.context.exit_status = static_cast<int>(value);
  return Outcome::kOk;
}

}  // namespace ttvm::interp
