#include "process/mailbox.hpp"

namespace ttvm::process {

void Mailbox::overtake(Message* message) {
  Message* previous = nullptr;
  Message* at = head_;
  while (at != nullptr && at->priority >= message->priority) {
    previous = at;
    at = following(at);
  }
  message->next = at;
  if (previous == nullptr) {
    head_ = message;
  } else {
    previous->next = message;
  }
}

}  // namespace ttvm::process
