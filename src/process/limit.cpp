#include "process/limit.hpp"

#include <new>

#include "heap/slab.hpp"
#include "process/details.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"

namespace ttvm::process {

namespace {

// Is there room for the first of those in line? `queued` also counts senders whose messages are
// still in the inbox, so that it may exceed what is here: never let one of them pass the line.
bool has_room(const MailboxLimit& limit) {
  return limit.queued.load(std::memory_order_relaxed) - limit.line_count < limit.max;
}

void put_in_line(MailboxLimit& limit, Message* message) {
  ++limit.line_count;
  message->next = nullptr;
  if (limit.line_tail == nullptr) {
    limit.line_head = message;
  } else {
    limit.line_tail->next = message;
  }
  limit.line_tail = message;
}

Message* first_of_line(MailboxLimit& limit) {
  Message* message = limit.line_head;
  if (message == nullptr) return nullptr;
  limit.line_head = Mailbox::following(message);
  if (limit.line_head == nullptr) limit.line_tail = nullptr;
  --limit.line_count;
  return message;
}

// The sender goes on. One that asks waits for the answer, not for room.
void tell_room(Process& process, RunContext& context, const Message& message) {
  if (message.kind == SignalKind::kRequest) return;
  Control* room = make_control(SignalKind::kRoom, process.pid, 0);
  if (!deliver_to(context, message.sender, room)) free_control(room);
}

void put_in_box(Process& process, RunContext& context, Message* message) {
  if (message->room == Room::kSenderWaits) {
    tell_room(process, context, *message);
    message->room = Room::kCounted;
  }
  ++process.details->limit->in_box;
  process.mailbox.append(message);
}

void let_line_in(Process& process, RunContext& context) {
  MailboxLimit& limit = *process.details->limit;
  while (limit.line_head != nullptr && has_room(limit)) {
    put_in_box(process, context, first_of_line(limit));
  }
}

// kDropOldest: the oldest of the least urgent makes room.
void drop_oldest(Process& process, RunContext& context) {
  Message* victim = process.mailbox.least();
  while (victim != nullptr && victim->room == Room::kNotCounted) {
    victim = Mailbox::following(victim);
  }
  if (victim == nullptr) return;
  forget_peeked(process, victim);
  process.mailbox.remove(victim);
  left_limited(process, context, *victim);
  drop_dead_letter(context, {process.pid, {}}, DeadLetterReason::kMailboxFull, victim);
}

}  // namespace

void limit_mailbox(Process& process, std::uint32_t max, OnFull policy) {
  process.limited = true;
  make_details(process).limit =
      new (heap::slab_allocate(sizeof(MailboxLimit))) MailboxLimit(max, policy);
}

void free_limit(MailboxLimit* limit) { heap::slab_free(limit, sizeof(MailboxLimit)); }

void take_in_limited(Process& process, RunContext& context, Message* message) {
  MailboxLimit& limit = *process.details->limit;
  if (message->room == Room::kNotCounted) {
    process.mailbox.append(message);
    return;
  }
  if (message->room == Room::kSenderWaits) {
    put_in_line(limit, message);
    return let_line_in(process, context);
  }
  put_in_box(process, context, message);
  if (limit.policy == OnFull::kDropOldest && limit.in_box > limit.max) {
    drop_oldest(process, context);
  }
}

void left_limited(Process& process, RunContext& context, const Message& message) {
  if (message.room == Room::kNotCounted) return;
  MailboxLimit& limit = *process.details->limit;
  --limit.in_box;
  limit.queued.fetch_sub(1, std::memory_order_relaxed);
  let_line_in(process, context);
}

void dissolve_line(Process& process, RunContext& context) {
  while (Message* message = first_of_line(*process.details->limit)) {
    tell_room(process, context, *message);
    drop_dead_letter(context, {process.pid, {}}, DeadLetterReason::kEnded, message);
  }
}

}  // namespace ttvm::process
