// Sending: copying a value into a message, finding the receiver, dead letters.
//
// Thread safety: by the worker that runs the sender, online in the epoch domain.
#pragma once

#include <span>
#include <string_view>

#include "heap/copy.hpp"
#include "process/executor.hpp"
#include "process/table.hpp"
#include "term/shape.hpp"

namespace ttvm::process {

enum class SendResult : std::uint8_t {
  kSent,     // or a dead letter: the sender goes on
  kWaits,    // sent, but the sender waits for room: SendState::kWaitsForRoom is set
  kRefused,  // the mailbox is full and its process wants an exception for it; nothing was sent
  kGone,     // only kRequest: the receiver has just ended; nothing was sent
};

// The values are copied; boxed ones into the message's block.
Message* make_other_message_of(Term value);
[[gnu::always_inline]] inline Message* make_message_of(Term value) {
  const std::size_t words = heap::plain_words(value);
  if (words == 0) return make_other_message_of(value);
  Message* message = make_message(static_cast<std::uint32_t>(words));
  const heap::Word* from = value.pointer();
  heap::Word* to = message->fragment.data();
  to[0] = term::Header(from[0]).with_flags(0).word();
  // One by one: they have just been written so, and a load of two would wait for the stores.
  for (std::size_t i = 1; i < words; ++i) to[i] = from[i];
  message->value = Term::box(to);
  return message;
}
Message* make_message_of(Term value, Term correlation);
// A message with an object: `values` in the order of the keys of `shape`.
Message* make_object_message(const term::Shape* shape, std::span<const Term> values);

// A number that no other ref of this run has.
inline std::uint64_t unique_ref(RunContext& context) {
  return (++context.next_ref << 10U) | context.worker;
}

// Sends a message of the running process (kMessage or kRequest), whose sender is set here.
// O(1).
inline SendResult send(Process& sender, RunContext& context, std::uint64_t pid, Message* message);
inline SendResult send(Process& sender, RunContext& context, const Address& to, Message* message);
// A send that gave kWaits is executed again after every signal: is its message in the mailbox now?
// False: the process waits on, or is to end.
bool has_got_room(Process& sender, RunContext& context);
// The same to a process at hand. kRequest: the sender does not wait for room by itself.
SendResult send_to(Process& sender, RunContext& context, Process& receiver, Message* message);
// Without a sender who could wait or be told: the fired timer's way, and that of answers.
void send_unattended(RunContext& context, const Address& to, Message* message);

// A signal that is no message to the process with that pid. False: there is none, and the caller
// still has the signal.
bool deliver_to(RunContext& context, std::uint64_t pid, Signal* signal);

// The process of that name, or null.
Process* find_named(RunContext& context, std::string_view name);
// The process of that address, or null.
inline Process* find_receiver(RunContext& context, const Address& to) {
  return TTVM_LIKELY(to.name.empty()) ? context.table->find(to.pid) : find_named(context, to.name);
}

// Nobody will receive the message: it is counted, warned of, shown to those who asked for dead
// letters, and freed.
void drop_dead_letter(RunContext& context, const Address& to, DeadLetterReason reason,
                      Message* message);

// The rest of send(): no receiver, or one with a limit, or one that has just ended, or one found by
// its name.
SendResult send_rarely(Process& sender, RunContext& context, const Address& to, Process* receiver,
                       Message* message);

[[gnu::always_inline]] inline SendResult send(Process& sender, RunContext& context,
                                              std::uint64_t pid, Message* message) {
  message->sender = sender.pid;
  Process* receiver = context.table->find(pid);
  if (TTVM_LIKELY(receiver != nullptr && !receiver->limited) &&
      TTVM_LIKELY(context.deliver(*receiver, message))) {
    return SendResult::kSent;
  }
  return send_rarely(sender, context, {pid, {}}, receiver, message);
}
inline SendResult send(Process& sender, RunContext& context, const Address& to, Message* message) {
  message->sender = sender.pid;
  return send_rarely(sender, context, to, find_receiver(context, to), message);
}

// Shapes of the objects that the VM itself sends.
struct SystemShapes {
  const term::Shape* down;         // type, ref, pid, reason
  const term::Shape* exit;         // type, pid, reason
  const term::Shape* dead_letter;  // type, to, from, reason, message
};
const SystemShapes& system_shapes();

}  // namespace ttvm::process
