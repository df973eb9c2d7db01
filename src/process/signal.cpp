#include "process/signal.hpp"

#include <new>

#include "base/assert.hpp"
#include "heap/slab.hpp"

namespace ttvm::process {

namespace {
std::size_t message_bytes(std::uint32_t words) {
  return sizeof(Message) + std::size_t{words} * sizeof(heap::Word);
}
}  // namespace

Message* make_message(std::uint32_t words) {
  void* block = heap::slab_allocate(message_bytes(words));
  if (TTVM_UNLIKELY(block == nullptr)) return nullptr;
  auto* message = new (block) Message;
  message->fragment.words = words;
  return message;
}

void free_message(Message* message) {
  heap::slab_free(message, message_bytes(message->fragment.words));
}

}  // namespace ttvm::process
