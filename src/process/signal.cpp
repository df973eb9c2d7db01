#include "process/signal.hpp"

#include <new>

#include "heap/slab.hpp"

namespace ttvm::process {

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
