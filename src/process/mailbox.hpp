// The messages that a process has taken out of its inbox and not received yet: higher priority
// first, equal priorities in order of arrival. Private to the worker that runs the process.
//
// Usually there is one priority and nobody receives selectively: one list, its ends here. Else the
// box has a *band* for each priority that occurs, sorted, each with a list and a receive cursor of
// its own. The cursor is the last message of the band that has been looked at and left; so a
// message that overtakes others is looked at although those behind it were left before, and no
// message is looked at twice while the same thing is looked for.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "process/inbox.hpp"
#include "process/signal.hpp"

namespace ttvm::process {

class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Takes over a message. O(1); O(log p) with p priorities.
  void append(Message* message) {
    message->arrival = static_cast<std::uint32_t>(++arrivals_);
    ++count_;
    if (TTVM_LIKELY(bands_ == nullptr &&
                    (head_ == nullptr || message->priority == head_->priority))) {
      put_last(head_, tail_, message);
    } else {
      append_to_band(message);
    }
  }

  // As append() and pop() at once, of a message that comes into the empty box.
  void pass_through(Message* message) {
    TTVM_ASSERT(empty());
    message->arrival = static_cast<std::uint32_t>(++arrivals_);
  }

  // The oldest of the highest priority, without taking it; null when empty.
  Message* peek() const { return bands_ == nullptr ? head_ : first_of_bands(); }

  // Takes it out; the caller owns it.
  Message* pop() {
    if (TTVM_UNLIKELY(bands_ != nullptr)) return pop_of_bands();
    Message* message = head_;
    if (message == nullptr) return nullptr;
    head_ = following(message);
    if (head_ == nullptr) {
      tail_ = nullptr;
    } else {
      head_->set_previous(nullptr);
    }
    --count_;
    return message;
  }

  // Takes any message of this box out; the caller owns it. O(1).
  void remove(Message* message) {
    --count_;
    if (TTVM_LIKELY(bands_ == nullptr)) {
      take_out(head_, tail_, message);
    } else {
      remove_from_band(message);
    }
  }

  // The oldest of the lowest priority; null when empty.
  Message* least() const;

  // ---- The receive cursor

  // The next message to look at: the oldest of the highest priority that has not been passed.
  Message* next_unseen() const;
  // Looked at and left: `message` is what next_unseen() gave.
  void pass(Message* message);
  // Everything is to be looked at again, but for the messages that had arrived before the box had
  // taken in `mark` messages (0: all). O(messages since then).
  void rewind(std::uint64_t mark = 0);

  // Visits all, in the order in which they would be received.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    if (bands_ == nullptr) {
      for (Message* at = head_; at != nullptr; at = following(at)) visit(*at);
      return;
    }
    for (const Band& band : *bands_) {
      for (Message* at = band.head; at != nullptr; at = following(at)) visit(*at);
    }
  }

  static Message* following(const Message* message) {
    return static_cast<Message*>(message->next);  // only messages are in this list
  }

  std::uint32_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  // How many messages this box has ever taken in.
  std::uint64_t arrivals() const { return arrivals_; }

 private:
  struct Band {
    Message* head;
    Message* tail;
    Message* seen;  // the cursor; null: nothing has been looked at
    std::uint8_t priority;
  };

  static void put_last(Message*& head, Message*& tail, Message* message) {
    message->next = nullptr;
    message->set_previous(tail);
    if (tail == nullptr) {
      head = message;
    } else {
      tail->next = message;
    }
    tail = message;
  }
  static void take_out(Message*& head, Message*& tail, Message* message) {
    Message* next = following(message);
    Message* previous = message->previous();
    if (previous == nullptr) {
      head = next;
    } else {
      previous->next = next;
    }
    if (next == nullptr) {
      tail = previous;
    } else {
      next->set_previous(previous);
    }
  }

  void append_to_band(Message* message);
  void remove_from_band(Message* message);
  Message* first_of_bands() const;
  Message* pop_of_bands();
  void make_bands();
  Band* band_of(std::uint8_t priority);

  Message* head_ = nullptr;
  Message* tail_ = nullptr;
  std::uint64_t arrivals_ = 0;
  std::unique_ptr<std::vector<Band>>
      bands_;  // highest priority first; then head_, tail_ are unused
  std::uint32_t count_ = 0;
};

}  // namespace ttvm::process
