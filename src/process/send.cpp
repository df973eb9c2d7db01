#include "process/send.hpp"

#include <array>
#include <string>

#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "heap/copy.hpp"
#include "heap/heap.hpp"
#include "process/details.hpp"
#include "process/limit.hpp"
#include "process/registry.hpp"
#include "process/signals.hpp"
#include "term/symbols.hpp"

namespace ttvm::process {

namespace {

std::string shown(const Address& to) {
  if (!to.name.empty()) return "\"" + std::string(to.name) + "\"";
  return "process " + std::to_string(static_cast<std::int64_t>(to.pid));
}

// {type: "dead_letter", to, from, reason, message}
Message* make_notice(const Address& to, DeadLetterReason reason, const Message& dead) {
  heap::Heap heap;  // of the name, until it is copied
  Term receiver = Term::pid(to.pid);
  if (!to.name.empty()) {
    static_cast<void>(heap::collect(heap, heap::make_string_need(to.name.size()), {}));
    receiver = heap::make_string(heap, to.name);
  }
  const std::array<Term, 5> values{term::intern("dead_letter"), receiver, Term::pid(dead.sender),
                                   term::intern(text_of(reason)), dead.value};
  return make_object_message(system_shapes().dead_letter, values);
}

}  // namespace

std::string_view text_of(DeadLetterReason reason) {
  switch (reason) {
    case DeadLetterReason::kNoProcess:
      return "no such process";
    case DeadLetterReason::kNoName:
      return "no such name";
    case DeadLetterReason::kMailboxFull:
      return "mailbox full";
    case DeadLetterReason::kLateReply:
      return "late reply";
    case DeadLetterReason::kEnded:
      return "receiver ended";
  }
  return "";
}

const SystemShapes& system_shapes() {
  static const SystemShapes kShapes{
      term::shape_of_keys({"type", "ref", "pid", "reason"}),
      term::shape_of_keys({"type", "pid", "reason"}),
      term::shape_of_keys({"type", "to", "from", "reason", "message"})};
  return kShapes;
}

Message* make_other_message_of(Term value) {
  if (!value.is_box()) {
    Message* message = make_message(0);
    message->value = value;
    return message;
  }
  if (const heap::ShallowCopy copy(value); copy.words() != 0) {
    Message* message = make_message(static_cast<std::uint32_t>(copy.words()));
    message->value = copy.copy_to(message->fragment);
    return message;
  }
  heap::MessageCopy copy(value);
  Message* message = make_message(static_cast<std::uint32_t>(copy.words()));
  message->value = copy.copy_to(message->fragment);
  return message;
}

Message* make_message_of(Term value, Term correlation) {
  if (correlation.is_null()) return make_message_of(value);
  const std::array<Term, 2> roots{value, correlation};
  std::array<Term, 2> copies;
  heap::MessageCopy copy{std::span<const Term>(roots)};
  const auto words = static_cast<std::uint32_t>(copy.words());
  Message* message = make_message(words + 1);
  copy.copy_to(message->fragment, copies);
  message->value = copies[0];
  message->correlated = true;
  message->fragment.words = words + 1;
  message->fragment.data()[words] = copies[1].word();
  return message;
}

Message* make_object_message(const term::Shape* shape, std::span<const Term> values) {
  TTVM_ASSERT(values.size() == shape->count && shape->count <= 8);
  std::array<Term, 8> copies;
  heap::MessageCopy copy(values);
  const std::size_t copied = copy.words();
  Message* message = make_message(static_cast<std::uint32_t>(copied + 1 + values.size()));
  copy.copy_to(message->fragment, std::span(copies).first(values.size()));
  // The object itself comes behind what its fields refer to.
  message->fragment.words = static_cast<std::uint32_t>(copied + 1 + values.size());
  heap::Word* box = message->fragment.data() + copied;
  box[0] =
      term::Header(term::Kind::kObject, shape->id, static_cast<std::uint16_t>(shape->count)).word();
  for (std::size_t i = 0; i < values.size(); ++i) box[1 + i] = copies[i].word();
  message->value = Term::box(box);
  return message;
}

Process* find_named(RunContext& context, std::string_view name) {
  const std::uint64_t pid = context.registry->whereis(name);
  return pid == 0 ? nullptr : context.table->find(pid);
}

bool deliver_to(RunContext& context, std::uint64_t pid, Signal* signal) {
  Process* receiver = context.table->find(pid);
  return receiver != nullptr && context.deliver(*receiver, signal);
}

namespace {

// Step 1 to 3 of the sender in limit.hpp. False: the message is not to be pushed.
bool enter_limited(RunContext& context, Process& receiver, Process* sender, Message* message,
                   SendResult& result) {
  MailboxLimit& limit = *receiver.details->limit;
  message->room = Room::kCounted;
  if (limit.queued.fetch_add(1, std::memory_order_relaxed) < limit.max) return true;
  switch (limit.policy) {
    case OnFull::kDropOldest:
      return true;
    case OnFull::kBlock:
      if (sender == nullptr) return true;  // nobody could wait
      if (sender == &receiver) break;      // it would wait for itself
      message->room = Room::kSenderWaits;
      result = SendResult::kWaits;
      return true;
    case OnFull::kRaise:
      if (sender == nullptr) return true;
      break;
    case OnFull::kDropNewest:
      limit.queued.fetch_sub(1, std::memory_order_relaxed);
      drop_dead_letter(context, {receiver.pid, {}}, DeadLetterReason::kMailboxFull, message);
      return false;
  }
  limit.queued.fetch_sub(1, std::memory_order_relaxed);
  free_message(message);
  result = SendResult::kRefused;
  return false;
}

SendResult push_message(RunContext& context, Process& receiver, Process* sender, Message* message) {
  SendResult result = SendResult::kSent;
  if (TTVM_UNLIKELY(receiver.limited) &&
      !enter_limited(context, receiver, sender, message, result)) {
    return result;
  }
  const bool asks = message->kind == SignalKind::kRequest;
  if (TTVM_UNLIKELY(!context.deliver(receiver, message))) {
    if (asks) {
      free_message(message);
      return SendResult::kGone;
    }
    drop_dead_letter(context, {receiver.pid, {}}, DeadLetterReason::kNoProcess, message);
    return SendResult::kSent;
  }
  if (TTVM_UNLIKELY(result == SendResult::kWaits)) {
    if (asks) return SendResult::kSent;  // it waits for the answer
    sender->send_state = SendState::kWaitsForRoom;
    details_of(*sender).waits_for_room_of = receiver.pid;
  }
  return result;
}

// There is nobody at that address.
void drop_unaddressed(RunContext& context, const Address& to, Message* message) {
  drop_dead_letter(context, to,
                   to.name.empty() ? DeadLetterReason::kNoProcess : DeadLetterReason::kNoName,
                   message);
}

}  // namespace

SendResult send_rarely(Process& sender, RunContext& context, const Address& to, Process* receiver,
                       Message* message) {
  if (receiver != nullptr) return push_message(context, *receiver, &sender, message);
  drop_unaddressed(context, to, message);
  return SendResult::kSent;
}

bool has_got_room(Process& sender, RunContext& context) {
  if (sender.send_state == SendState::kWaitsForRoom) {
    fetch_signals(sender, context);
    const bool is_to_end = sender.exit_kind != ExitKind::kNone;
    if (is_to_end || sender.send_state == SendState::kWaitsForRoom) return false;
  }
  sender.send_state = SendState::kNone;
  return true;
}

SendResult send_to(Process& sender, RunContext& context, Process& receiver, Message* message) {
  return push_message(context, receiver, &sender, message);
}

void send_unattended(RunContext& context, const Address& to, Message* message) {
  Process* receiver = find_receiver(context, to);
  if (receiver == nullptr) return drop_unaddressed(context, to, message);
  push_message(context, *receiver, nullptr, message);
}

void drop_dead_letter(RunContext& context, const Address& to, DeadLetterReason reason,
                      Message* message) {
  if (context.services == nullptr) return free_message(message);  // the run is over
  const std::vector<std::uint64_t> listeners =
      context.services->dead_letter(message->sender, shown(to), reason);
  for (const std::uint64_t pid : listeners) {
    Message* notice = make_notice(to, reason, *message);
    if (!deliver_to(context, pid, notice)) {
      free_message(notice);
      context.services->want_dead_letters(pid, false);
    }
  }
  free_message(message);
}

}  // namespace ttvm::process
