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

Control* make_control(SignalKind kind, std::uint64_t from, std::uint64_t number) {
  auto* control = new (heap::slab_allocate(sizeof(Control))) Control;
  control->kind = kind;
  control->from = from;
  control->number = number;
  return control;
}

void free_control(Control* control) { heap::slab_free(control, sizeof(Control)); }

}  // namespace ttvm::process
