#include "process/mailbox.hpp"

#include <algorithm>

#include "process/mailbox_index.hpp"

namespace ttvm::process {

Mailbox::Sorted::Sorted() = default;
Mailbox::Sorted::~Sorted() = default;

void Mailbox::make_bands() {
  sorted_ = std::make_unique<Sorted>();
  if (head_ != nullptr) {
    sorted_->bands.push_back({head_, tail_, nullptr, nullptr, head_->priority});
  }
  head_ = tail_ = nullptr;
}

Mailbox::Band* Mailbox::band_of(std::uint8_t priority) {
  if (!sorted_->bands.empty() && sorted_->bands.front().priority <= priority) {
    return sorted_->bands.data();  // nearly always
  }
  const auto at = std::lower_bound(
      sorted_->bands.begin(), sorted_->bands.end(), priority,
      [](const Band& band, std::uint8_t wanted) { return band.priority > wanted; });
  return sorted_->bands.data() + (at - sorted_->bands.begin());
}

void Mailbox::append_to_band(Message* message) {
  if (sorted_ == nullptr) make_bands();
  Band* band = band_of(message->priority);
  const auto index = band - sorted_->bands.data();
  if (index == std::ssize(sorted_->bands) || band->priority != message->priority) {
    sorted_->bands.insert(sorted_->bands.begin() + index,
                          {nullptr, nullptr, nullptr, nullptr, message->priority});
    band = sorted_->bands.data() + index;
  }
  put_last(band->head, band->tail, message);
}

void Mailbox::remove_from_band(Message* message) {
  Band* band = band_of(message->priority);
  if (band->seen == message) band->seen = message->previous();
  if (sorted_->index != nullptr) {
    if (band->indexed == message) band->indexed = message->previous();
    sorted_->index->leave(message);
    drop_idle_index();
  }
  take_out(band->head, band->tail, message);
  if (band->head == nullptr)
    sorted_->bands.erase(sorted_->bands.begin() + (band - sorted_->bands.data()));
}

Message* Mailbox::first_of_bands() const {
  return sorted_->bands.empty() ? nullptr : sorted_->bands.front().head;
}

Message* Mailbox::pop_of_bands() {
  Message* message = first_of_bands();
  if (message != nullptr) remove(message);
  return message;
}

Message* Mailbox::least() const {
  if (sorted_ == nullptr) return head_;
  return sorted_->bands.empty() ? nullptr : sorted_->bands.back().head;
}

Message* Mailbox::next_unseen() const {
  if (sorted_ == nullptr) return head_;
  for (const Band& band : sorted_->bands) {
    if (Message* next = unseen_of(band)) return next;
  }
  return nullptr;
}

void Mailbox::pass(Message* message) {
  if (sorted_ == nullptr) make_bands();
  band_of(message->priority)->seen = message;
}

void Mailbox::rewind(std::uint64_t mark) {
  if (mark == 0) {
    if (sorted_ == nullptr) return;
    for (Band& band : sorted_->bands) band.seen = nullptr;
    return;
  }
  if (count_ == 0) return;
  if (sorted_ == nullptr) make_bands();
  // Arrivals are kept in 32 bits: the age of a message is exact modulo 2^32. One that has become
  // older than that looks younger than it is, and is looked at once more than needed.
  const std::uint64_t age_of_mark = arrivals_ - mark;
  for (Band& band : sorted_->bands) {
    Message* at = band.tail;
    while (at != nullptr && static_cast<std::uint32_t>(arrivals_) - at->arrival < age_of_mark) {
      at = at->previous();
    }
    band.seen = at;
  }
}

}  // namespace ttvm::process
