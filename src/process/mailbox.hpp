// The messages that a process has taken out of its inbox and not received yet: higher priority
// first, equal priorities in order of arrival. Private to the worker that runs the process.
//
// Usually there is one priority and nobody receives selectively: one list, its ends here. Else the
// box has a *band* for each priority that occurs, sorted, each with a list and a receive cursor of
// its own. The cursor is the last message of the band that has been looked at and left; so a
// message that overtakes others is looked at although those behind it were left before, and no
// message is looked at twice while the same thing is looked for.
//
// select() receives by pattern. When that has looked at many messages in vain, the box gets an
// *index* (mailbox_index.hpp) and from then on finds what may match by a hash. Invariants:
// - Only a box with bands has an index. Each band has an `indexed`, the last message that has been
//   entered: those up to it are in the index, those behind it are not. A search that needs the
//   index enters them first, as many in one slice as the slice may take. So what is taken as soon
//   as it has come is never entered.
// - The index changes nothing but time: select() finds the same message, and leaves the cursor at
//   the same place, as if it had looked at each.
// - It goes away when there are few messages left, or when many have left it since it was used. A
//   box without bands pays nothing for it, one with bands a branch for each message that leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "process/inbox.hpp"
#include "process/signal.hpp"
#include "term/match.hpp"

namespace ttvm::process {

class MailboxIndex;

// The number of the first pattern that matches, or -1.
inline int first_match(std::span<const Term> patterns, Term value) {
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (term::matches(patterns[i], value)) return static_cast<int>(i);
  }
  return -1;
}

class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Takes over a message. O(1); O(log p) with p priorities.
  void append(Message* message) {
    message->arrival = static_cast<std::uint32_t>(++arrivals_);
    ++count_;
    if (TTVM_LIKELY(sorted_ == nullptr &&
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
  Message* peek() const { return sorted_ == nullptr ? head_ : first_of_bands(); }

  // Takes it out; the caller owns it.
  Message* pop() {
    if (TTVM_UNLIKELY(sorted_ != nullptr)) return pop_of_bands();
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
    if (TTVM_LIKELY(sorted_ == nullptr)) {
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

  // ---- Selective receive

  enum class Search : std::uint8_t {
    kFound,
    kNothing,     // nothing matches; all has been passed
    kUnfinished,  // enough for one slice
  };
  struct Selected {
    Message* message = nullptr;  // still in the box
    int pattern = -1;            // the first one that it matches
  };
  // The next unseen message that matches one of `patterns`. Those before it have been passed.
  Search select(std::span<const Term> patterns, Selected& out);

  bool has_index() const { return sorted_ != nullptr && sorted_->index != nullptr; }
  std::size_t index_bytes() const;

  // Visits all, in the order in which they would be received.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    if (sorted_ == nullptr) {
      for (Message* at = head_; at != nullptr; at = following(at)) visit(*at);
      return;
    }
    for (const Band& band : sorted_->bands) {
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
    Message* seen;     // the cursor; null: nothing has been looked at
    Message* indexed;  // if there is an index: the last that is in it, or null
    std::uint8_t priority;
  };
  struct Sorted {
    Sorted();
    ~Sorted();
    Sorted(const Sorted&) = delete;
    Sorted& operator=(const Sorted&) = delete;

    std::vector<Band> bands;  // highest priority first
    std::unique_ptr<MailboxIndex> index;
    std::uint64_t passed = 0;  // looked at in vain, by long searches, since an index was made
    std::uint64_t unused = 0;  // messages that have left since the index was used
    std::uint32_t uses = 0;    // searches by the index
    std::uint8_t vain = 0;     // indexes made in vain, one after the other
  };
  struct Alternative;
  class Alternatives;

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

  static Message* unseen_of(const Band& band) {
    return band.seen == nullptr ? band.head : following(band.seen);
  }

  void append_to_band(Message* message);
  void remove_from_band(Message* message);
  bool has_few_unseen() const;
  void drop_idle_index();
  void drop_index();
  bool is_index_wanted() const;
  bool prepare_index(Alternatives& alternatives);
  bool extend_index();
  bool search_index(std::span<const Term> patterns, Selected& out, Search& result);
  bool search_band(Band& band, Alternatives& alternatives, Selected& out, Search& result);
  Message* first_of_bands() const;
  Message* pop_of_bands();
  void make_bands();
  Band* band_of(std::uint8_t priority);

  Message* head_ = nullptr;
  Message* tail_ = nullptr;
  std::uint64_t arrivals_ = 0;
  std::unique_ptr<Sorted> sorted_;  // bands; then head_, tail_ are unused
  std::uint32_t count_ = 0;
};

}  // namespace ttvm::process
