// A mailbox with room for so many messages (spawn option mailbox_limit), and what happens to a
// sender who finds it full.
//
// Only what programs send counts: SEND, SENDNAMED, SEND_WITH, ASK, timers. Answers, DOWN, EXIT and
// dead letters always come in, because nobody could wait for them.
//
// Thread safety: `max` and `policy` are constant once the process can be found. `queued` is changed
// by senders and receiver (relaxed: it is a count, and publishes nothing; the message itself goes
// through the inbox). The rest is the receiver's.
//
//   sender                                     receiver
//   1 before = queued++                        1 takes a message in (fetch_signals)
//   2 before < max: push, done                   kSenderWaits, and no room: into the line
//   3 full, kBlock: push with kSenderWaits,      kSenderWaits, and room: into the box, kRoom to
//     wait for kRoom                             the sender
//     kDropNewest, kRaise: queued--            2 gives one to the program: queued--; the first of
//     kDropOldest: push                          the line moves into the box, kRoom to its sender
//
// Invariant: messages that count in box, line and inbox are `queued` together. Who comes while
// others wait finds queued >= max and waits behind them: room is given in the order of arrival. A
// sender is never left behind: its message is in the inbox or in the line, and both are gone
// through at the end of the receiver.
#pragma once

#include <atomic>
#include <cstdint>

#include "process/executor.hpp"

namespace ttvm::process {

enum class OnFull : std::uint8_t { kBlock, kDropNewest, kDropOldest, kRaise };

struct MailboxLimit {
  MailboxLimit(std::uint32_t most, OnFull on_full) : max(most), policy(on_full) {}

  const std::uint32_t max;
  const OnFull policy;
  std::atomic<std::uint32_t> queued{0};
  std::uint32_t in_box = 0;  // messages in the mailbox that count
  // Messages whose senders wait, in order; linked by `next`.
  Message* line_head = nullptr;
  Message* line_tail = nullptr;
  std::uint32_t line_count = 0;
};

// Gives a process that is not in the table yet a limit.
void limit_mailbox(Process& process, std::uint32_t max, OnFull policy);
void free_limit(MailboxLimit* limit);

// The receiver takes in a message (instead of Mailbox::append).
void take_in_limited(Process& process, RunContext& context, Message* message);
// A message has left the mailbox for good: room for the next one. Only for processes with a limit.
void left_limited(Process& process, RunContext& context, const Message& message);
// At the end: whoever stands in line is told, and its message is a dead letter.
void dissolve_line(Process& process, RunContext& context);

}  // namespace ttvm::process
