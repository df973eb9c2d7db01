// What one process (or the VM) sends to another: always a Signal, always through the one inbox.
#pragma once

#include <cstdint>

#include "heap/heap.hpp"
#include "term/term.hpp"

namespace ttvm::process {

using term::Term;

enum class SignalKind : std::uint8_t {
  kMessage,  // Message
  kTimeout,  // the receive or sleep timer ran out; the node is the timer's own
  kIoDone,   // a blocking job of this process has finished
};

// Intrusive node. `next` belongs to whoever holds the node: sender, inbox, then receiver.
struct Signal {
  Signal* next = nullptr;
  SignalKind kind = SignalKind::kMessage;
};

inline constexpr std::uint8_t kNormalPriority = 128;

// One block from the slab: this struct, then `fragment.words` words of copied values. The receiver
// adopts the block as a heap fragment, without a second copy.
struct Message : Signal {
  std::uint8_t priority = kNormalPriority;
  std::uint64_t id = 0;
  std::uint64_t sender = 0;         // pid
  Term correlation = Term::null();  // points into the fragment if boxed
  Term value = Term::null();        // points into the fragment if boxed
  heap::Fragment fragment;          // last: its words follow
};

}  // namespace ttvm::process
