// What a message carries beside its value, sending with options, timers, dead letters.
#include "heap/build.hpp"
#include "natives/families.hpp"
#include "process/details.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

using process::Message;

namespace {

bool has_received(NativeCall& call) {
  if (call.process.last.id != 0) return true;
  call.error = std::string(call.mnemonic) + ": no message was received yet";
  return false;
}

struct SendOptions {
  std::uint8_t priority = process::kNormalPriority;
  Term correlation = Term::null();
  Term delay = Term::null();
};

bool read_send_option(NativeCall& call, std::string_view key, Term value, SendOptions& options) {
  std::int64_t number = 0;
  if (key == "priority") {
    if (!term::as_int64(value, number) || number < 0 || number > 255) {
      call.error =
          "SEND_WITH expects an Int from 0 to 255 as priority but got " + term::to_text(value);
      return false;
    }
    options.priority = static_cast<std::uint8_t>(number);
  } else if (key == "correlation_id") {
    options.correlation = value;
  } else if (key == "delay_ms") {
    options.delay = value;
  } else {
    call.error = "SEND_WITH does not know the option " + std::string(key);
    return false;
  }
  return true;
}

bool read_send_options(NativeCall& call, Term object, SendOptions& options) {
  if (term::type_of(object) != term::Type::kObject) {
    call.error = expects(call, "an object of options", object);
    return false;
  }
  Term key;
  Term value;
  for (term::ObjectReader reader(object); reader.next(key, value);) {
    if (!read_send_option(call, term::text_of(key), value, options)) return false;
  }
  return true;
}

// The SEND_WITH that is executed again: it waits for room.
NativeStatus wait_for_room(NativeCall& call) {
  return process::has_got_room(call.process, call.context) ? NativeStatus::kDone
                                                           : NativeStatus::kWait;
}

// Hands a message to the timers. With `ref` the process may cancel it.
void send_later(NativeCall& call, const process::Address& to, Message* message,
                base::Nanos deadline, std::uint64_t ref) {
  message->sender = call.process.pid;
  process::DelayedSend* delayed = call.context.timers->send_at(deadline, message, to, ref != 0);
  if (ref == 0) return;
  process::forget_old_timers(call.process, call.context);
  process::details_of(call.process)
      .relations.insert(process::Relation::kTimer, ref, reinterpret_cast<std::uint64_t>(delayed));
}

}  // namespace

NativeStatus msg_id(NativeCall& call) {
  if (!has_received(call)) return NativeStatus::kRaise;
  call.result = Term::small(static_cast<std::int64_t>(call.process.last.id));
  return NativeStatus::kDone;
}

NativeStatus msg_sender(NativeCall& call) {
  if (!has_received(call)) return NativeStatus::kRaise;
  call.result = Term::pid(call.process.last.sender);
  return NativeStatus::kDone;
}

NativeStatus msg_priority(NativeCall& call) {
  if (!has_received(call)) return NativeStatus::kRaise;
  call.result = Term::small(call.process.last_priority);
  return NativeStatus::kDone;
}

NativeStatus msg_correlation(NativeCall& call) {
  if (!has_received(call)) return NativeStatus::kRaise;
  call.result = call.process.last.correlation;
  return NativeStatus::kDone;
}

NativeStatus send_with(NativeCall& call) {
  if (call.process.send_state != process::SendState::kNone) return wait_for_room(call);
  process::Address to;
  SendOptions options;
  if (!take_address(call, call.arguments[1], to) ||
      !read_send_options(call, call.arguments[2], options)) {
    return NativeStatus::kRaise;
  }
  base::Nanos deadline = 0;
  if (!options.delay.is_null() && !process::deadline_after(call.context, options.delay, deadline)) {
    return call.raise(process::bad_milliseconds(call.mnemonic, options.delay));
  }
  Message* message = process::make_message_of(call.arguments[0], options.correlation);
  message->priority = options.priority;
  if (!options.delay.is_null()) {
    send_later(call, to, message, deadline, 0);
    return NativeStatus::kDone;
  }
  switch (process::send(call.process, call.context, to, message)) {
    case process::SendResult::kSent:
    case process::SendResult::kGone:
      break;
    case process::SendResult::kWaits:
      return wait_for_room(call);
    case process::SendResult::kRefused:
      return call.raise("Mailbox full");
  }
  return NativeStatus::kDone;
}

NativeStatus send_after(NativeCall& call) {
  process::Address to;
  if (!take_address(call, call.arguments[1], to)) return NativeStatus::kRaise;
  const std::uint64_t ref = process::unique_ref(call.context);
  process::details_of(call.process).relations.prefetch(process::Relation::kTimer, ref);
  base::Nanos deadline = 0;
  if (!process::deadline_after(call.context, call.arguments[2], deadline)) {
    return call.raise(process::bad_milliseconds(call.mnemonic, call.arguments[2]));
  }
  if (!call.reserve(heap::kRefNeed)) return NativeStatus::kOutOfMemory;
  take_address(call, call.arguments[1], to);  // the name may have moved
  send_later(call, to, process::make_message_of(call.arguments[0]), deadline, ref);
  call.result = process::make_own_ref(call.process, ref);
  return NativeStatus::kDone;
}

NativeStatus cancel_timer(NativeCall& call) {
  std::uint64_t ref = 0;
  if (!take_ref(call, call.arguments[0], ref)) return NativeStatus::kRaise;
  call.result = Term::boolean(false);
  process::Details& details = process::details_of(call.process);
  const std::uint64_t* handle = details.relations.find(process::Relation::kTimer, ref);
  if (handle == nullptr) return NativeStatus::kDone;
  auto* delayed = reinterpret_cast<process::DelayedSend*>(*handle);
  details.relations.erase(process::Relation::kTimer, ref);
  call.result = Term::boolean(call.context.timers->cancel(delayed));
  call.context.timers->release(delayed);
  return NativeStatus::kDone;
}

NativeStatus dead_letters(NativeCall& call) {
  call.context.services->want_dead_letters(call.process.pid, true);
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
