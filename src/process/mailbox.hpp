// The messages that a process has taken out of its inbox and not received yet: higher priority
// first, equal priorities in order of arrival. Private to the worker that runs the process.
//
// One list, kept sorted as messages arrive. With one priority (the usual case) that is an append;
// a message that has to overtake others is put in behind the last one that it may not overtake.
#pragma once

#include <cstdint>

#include "process/inbox.hpp"
#include "process/signal.hpp"

namespace ttvm::process {

class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Takes over a message. O(1) unless it overtakes others of a lower priority.
  void append(Message* message) {
    message->next = nullptr;
    ++count_;
    if (tail_ == nullptr) {
      head_ = tail_ = message;
    } else if (message->priority <= tail_->priority) {
      tail_->next = message;
      tail_ = message;
    } else {
      overtake(message);
    }
  }

  // The oldest of the highest priority, without taking it; null when empty.
  Message* peek() const { return head_; }

  // Takes it out; the caller owns it.
  Message* pop() {
    Message* message = head_;
    if (message == nullptr) return nullptr;
    head_ = following(message);
    if (head_ == nullptr) tail_ = nullptr;
    --count_;
    return message;
  }

  // Takes out the message behind `previous` (null: the first). For selective receive.
  Message* remove_after(Message* previous) {
    if (previous == nullptr) return pop();
    Message* message = following(previous);
    previous->next = message->next;
    if (tail_ == message) tail_ = previous;
    --count_;
    return message;
  }

  static Message* following(const Message* message) {
    return static_cast<Message*>(message->next);  // only messages are in this list
  }

  std::uint32_t count() const { return count_; }
  bool empty() const { return head_ == nullptr; }

  // Moves all signals of `inbox` out: messages into this box, in order; each other one is given to
  // `other(Signal*)`, which takes it over. Returns the number of signals.
  template <typename Other>
  std::uint32_t fetch(Inbox& inbox, Other&& other) {
    std::uint32_t taken = 0;
    Signal* signal = inbox.take_all();
    while (signal != nullptr) {
      Signal* next = signal->next;
      if (signal->kind == SignalKind::kMessage) {
        append(static_cast<Message*>(signal));
      } else {
        other(signal);
      }
      signal = next;
      ++taken;
    }
    return taken;
  }

 private:
  void overtake(Message* message);

  Message* head_ = nullptr;
  Message* tail_ = nullptr;
  std::uint32_t count_ = 0;
};

}  // namespace ttvm::process
