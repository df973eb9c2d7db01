#include "process/mailbox.hpp"

#include <algorithm>

namespace ttvm::process {

void Mailbox::make_bands() {
  bands_ = std::make_unique<std::vector<Band>>();
  if (head_ != nullptr) bands_->push_back({head_, tail_, nullptr, head_->priority});
  head_ = tail_ = nullptr;
}

Mailbox::Band* Mailbox::band_of(std::uint8_t priority) {
  const auto at = std::lower_bound(
      bands_->begin(), bands_->end(), priority,
      [](const Band& band, std::uint8_t wanted) { return band.priority > wanted; });
  return bands_->data() + (at - bands_->begin());
}

void Mailbox::append_to_band(Message* message) {
  if (bands_ == nullptr) make_bands();
  Band* band = band_of(message->priority);
  const auto index = band - bands_->data();
  if (index == std::ssize(*bands_) || band->priority != message->priority) {
    bands_->insert(bands_->begin() + index, {nullptr, nullptr, nullptr, message->priority});
    band = bands_->data() + index;
  }
  put_last(band->head, band->tail, message);
}

void Mailbox::remove_from_band(Message* message) {
  Band* band = band_of(message->priority);
  if (band->seen == message) band->seen = message->previous();
  take_out(band->head, band->tail, message);
  if (band->head == nullptr) bands_->erase(bands_->begin() + (band - bands_->data()));
}

Message* Mailbox::first_of_bands() const {
  return bands_->empty() ? nullptr : bands_->front().head;
}

Message* Mailbox::pop_of_bands() {
  Message* message = first_of_bands();
  if (message != nullptr) remove(message);
  return message;
}

Message* Mailbox::least() const {
  if (bands_ == nullptr) return head_;
  return bands_->empty() ? nullptr : bands_->back().head;
}

Message* Mailbox::next_unseen() const {
  if (bands_ == nullptr) return head_;
  for (const Band& band : *bands_) {
    Message* next = band.seen == nullptr ? band.head : following(band.seen);
    if (next != nullptr) return next;
  }
  return nullptr;
}

void Mailbox::pass(Message* message) {
  if (bands_ == nullptr) make_bands();
  band_of(message->priority)->seen = message;
}

void Mailbox::rewind(std::uint64_t mark) {
  if (mark == 0) {
    if (bands_ == nullptr) return;
    for (Band& band : *bands_) band.seen = nullptr;
    return;
  }
  if (count_ == 0) return;
  if (bands_ == nullptr) make_bands();
  // Arrivals are kept in 32 bits: the age of a message is exact modulo 2^32. One that has become
  // older than that looks younger than it is, and is looked at once more than needed.
  const std::uint64_t age_of_mark = arrivals_ - mark;
  for (Band& band : *bands_) {
    Message* at = band.tail;
    while (at != nullptr && static_cast<std::uint32_t>(arrivals_) - at->arrival < age_of_mark) {
      at = at->previous();
    }
    band.seen = at;
  }
}

}  // namespace ttvm::process
