// What one process (or the VM) sends to another: always a Signal, always through the one inbox.
// The order and ownership rules are in SIGNALS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "heap/heap.hpp"
#include "heap/slab.hpp"
#include "term/term.hpp"

namespace ttvm::process {

using term::Term;

// What a signal is and which block it lives in.
enum class SignalKind : std::uint8_t {
  // Blocks are Message: values come along.
  kMessage,   // for the mailbox
  kRequest,   // a message of an ASK: who takes it in is monitored by its sender until it answers
  kReply,     // the answer to an ASK
  kDown,      // a monitored process has ended: becomes a message if the monitor is still there
  kLinkExit,  // a linked process has ended
  kExit,      // EXIT_PID
  // Blocks are Control.
  kLink,       // `from` links to the receiver
  kUnlink,     // `from` unlinks; `number` is the id of the unlinking
  kUnlinkAck,  // `from` has seen the unlinking `number`
  kMonitor,    // `from` monitors the receiver; `number` is the ref
  kDemonitor,  // it does not any more
  kRoom,       // the mailbox that the receiver's message did not fit in has taken it
  kAskInfo,    // `from` wants to know about the receiver (PROCESS_INFO); `number` is its question
  // Others.
  kTimeout,  // the receive or sleep timer ran out; the node is the timer's own
  kIoDone,   // a blocking job of this process has finished; the node is its Job
  kKept,     // a Message that its receiver has taken and left in the inbox for a while (inbox.hpp)
};

constexpr bool is_message_block(SignalKind kind) { return kind <= SignalKind::kExit; }

// Intrusive node. `next` belongs to whoever holds the node: sender, inbox, then receiver.
struct Signal {
  Signal* next = nullptr;
  SignalKind kind = SignalKind::kMessage;
};

inline constexpr std::uint8_t kNormalPriority = 128;

// What a message has to do with the limit of the mailbox that it is for (limit.hpp).
enum class Room : std::uint8_t {
  kNotCounted,   // nothing
  kCounted,      // it takes up room
  kSenderWaits,  // that too, and its sender waits until there is room
};

// One block from the slab: this struct, then `fragment.words` words of copied values. The receiver
// adopts the block as a heap fragment, without a second copy.
struct Message : Signal {
  std::uint8_t priority = kNormalPriority;
  Room room = Room::kNotCounted;
  bool correlated = false;    // it carries a correlation
  std::uint32_t arrival = 0;  // the mailbox's: how many had arrived with it, modulo 2^32
  std::uint64_t sender = 0;   // pid
  Term value = Term::null();  // points into the fragment if boxed
  heap::Fragment fragment;    // last: its words follow

  // Null unless given; points into the fragment if boxed. Few messages have one: it is the last of
  // the fragment's words.
  Term correlation() const {
    if (!correlated) return Term::null();
    return Term::from_word(fragment.data()[fragment.words - 1]);
  }

  // The mailbox's link back. While a message is in a mailbox its fragment is in no heap, so the
  // link of the fragment is free for it.
  Message* previous() const { return reinterpret_cast<Message*>(fragment.next); }
  void set_previous(Message* message) {
    fragment.next = reinterpret_cast<heap::Fragment*>(message);
  }
};

// Bytes before the fragment in its block; whoever holds a Fragment of a message finds the block so.
inline constexpr std::size_t kFragmentOffset = sizeof(Message) - sizeof(heap::Fragment);
static_assert(kFragmentOffset % sizeof(heap::Word) == 0);

// One block with room for `words` words (fragment.words); the rest has its defaults.
inline Message* make_message(std::uint32_t words) {
  void* block = heap::slab_allocate(heap::Fragment::block_bytes(kFragmentOffset, words));
  auto* message = new (block) Message;
  message->fragment.words = words;
  // The fragment knows its place in the block, so that the receiver's heap can free all of it.
  message->fragment.prefix_bytes = kFragmentOffset;
  return message;
}
// Drops a message that nobody received, with everything it refers to outside of its block.
void free_message(Message* message);

// A signal without values.
struct Control : Signal {
  std::uint64_t from = 0;  // pid
  std::uint64_t number = 0;
};
Control* make_control(SignalKind kind, std::uint64_t from, std::uint64_t number);
void free_control(Control* control);

// A blocking piece of work of one process. It is run by the blocking pool, then comes back through
// the inbox as kIoDone, after which the process owns it (Details::pending_io until then and after).
// A native derives from it and keeps arguments and results in it.
struct Job : Signal {
  Job() { kind = SignalKind::kIoDone; }
  std::uint64_t pid = 0;            // whose it is
  void (*run)(Job&) = nullptr;      // on a pool thread: must touch nothing but the job
  void (*discard)(Job&) = nullptr;  // frees it: by its process, or when that died before
  bool done = false;                // set by the process when it takes kIoDone out of its inbox
};

}  // namespace ttvm::process
