// What signals do to the process that receives them, and what a process tells others at its end.
// SIGNALS.md has the protocols and their races. All functions: by the worker that runs the process.
#pragma once

#include "process/details.hpp"
#include "process/executor.hpp"

namespace ttvm::process {

// One signal, whatever it is, taken out of the inbox.
void take_signal(Process& process, RunContext& context, Signal* signal);

// Takes in what was in the inbox, the oldest first: messages into the mailbox; links, monitors,
// exits and the rest are dealt with. Afterwards the process may have to end (exit_kind).
inline void take_signals(Process& process, RunContext& context, Signal* signal) {
  while (signal != nullptr) {
    Signal* next = signal->next;
    if (TTVM_LIKELY(signal->kind == SignalKind::kMessage && !process.limited)) {
      process.mailbox.append(static_cast<Message*>(signal));
    } else {
      take_signal(process, context, signal);
    }
    signal = next;
  }
}
inline void fetch_signals(Process& process, RunContext& context) {
  take_signals(process, context, process.inbox.take_all());
}

// Fetches signals if there are any: all there is may be one message for an empty mailbox, which
// then is the result and does not go through the mailbox. Else null. If the message has a block
// that will be adopted, the inbox keeps it until the process waits or collects.
[[gnu::always_inline]] inline Message* fetch_single(Process& process, RunContext& context) {
  Signal* signal = process.inbox.single();
  const bool passes = signal != nullptr && signal->kind == SignalKind::kMessage &&
                      process.mailbox.empty() && !process.limited;
  if (TTVM_LIKELY(passes && static_cast<Message*>(signal)->fragment.words != 0)) {
    process.inbox.keep(signal);
  } else {
    signal = process.inbox.take_all();
    if (!passes || signal->next != nullptr) {
      take_signals(process, context, signal);
      return nullptr;
    }
  }
  auto* message = static_cast<Message*>(signal);
  process.mailbox.pass_through(message);
  return message;
}

// What else follows when a message leaves the mailbox for the program; see take().
void settle_taken(Process& process, RunContext& context, Message* message);

// The id of a message, which it gets when it is received: nobody can see it before. No other of
// this run has it.
inline std::uint64_t unique_message_id(RunContext& context) {
  return (++context.next_message_id << 10U) | context.worker;
}

inline void note_taken(Process& process, RunContext& context, Message* message) {
  process.last = {unique_message_id(context), message->sender, message->correlation(),
                  message->value};
  process.last_priority = message->priority;
  if (TTVM_UNLIKELY(process.limited || process.details != nullptr)) {
    settle_taken(process, context, message);
  }
}
// Takes a message of the mailbox for the program: `last` is set, room is made in a limited mailbox.
// The caller adopts it.
inline void take(Process& process, RunContext& context, Message* message) {
  process.mailbox.remove(message);
  note_taken(process, context, message);
}
// The same with what RECEIVE gives; null if the mailbox is empty.
inline Message* take_next(Process& process, RunContext& context) {
  Message* message = process.mailbox.pop();
  if (message != nullptr) note_taken(process, context, message);
  return message;
}
// Makes the message's block part of the process's heap, or frees it. Its value stays good.
inline void adopt(Process& process, Message* message) {
  if (message->fragment.words == 0) {
    free_message(message);
  } else {
    process.heap.adopt(&message->fragment);
  }
}

// ---- Links and monitors. The process is the running one.

// Linked to one that is dead: an exit signal with `noproc`.
void link(Process& process, RunContext& context, std::uint64_t to);
void unlink(Process& process, RunContext& context, std::uint64_t to);
// `ref` is the number of a fresh ref. Dead already: DOWN with `noproc`.
void monitor(Process& process, RunContext& context, std::uint64_t to, std::uint64_t ref);
// No DOWN of it is received from now on. O(1), or O(mailbox) if it has fired already.
void demonitor(Process& process, RunContext& context, std::uint64_t ref);
// EXIT_PID. To itself it takes effect at once.
void send_exit(Process& process, RunContext& context, std::uint64_t to, Term reason);

// Both ends of a link, or of a monitor, when the other cannot be running yet.
void link_new(Process& parent, Process& child);
void monitor_new(Process& parent, Process& child, std::uint64_t ref);

// ---- The end

// Tells the user of an end for another reason than `normal`, `shutdown` or an exception.
void report_end(const Process& process, RunContext& context);

// Of a process that is out of the table, without names, timer and job, and that the executor has
// released: closes the inbox, answers what is in it, tells links and monitors, frees everything.
// Returns the number of messages that were still queued.
std::uint64_t end_process(Process* process, RunContext& context);

}  // namespace ttvm::process
