#include "process/signal.hpp"

#include <new>

#include "heap/slab.hpp"

namespace ttvm::process {

// The fragment knows its place in the block, so that the receiver's heap can free all of it.
static_assert(kFragmentOffset % sizeof(heap::Word) == 0);

Message* make_message(std::uint32_t words) {
  void* block = heap::slab_allocate(sizeof(Message) + std::size_t{words} * sizeof(heap::Word));
  auto* message = new (block) Message;
  message->fragment.words = words;
  message->fragment.prefix_bytes = kFragmentOffset;
  return message;
}

void free_message(Message* message) { heap::free_fragment(&message->fragment); }

}  // namespace ttvm::process
