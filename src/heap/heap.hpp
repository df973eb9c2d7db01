// A process's private heap: bump allocation, copying collection, adopted message fragments.
// Owned by one process and touched only by the thread that runs it; no locks.
//
// The rule that replaces rooting: an operation that builds values first makes sure of room
// (`has_room`, else the owner collects at a point where all live values are in known places), reads
// its operands after that, and from then on nothing moves until it has finished. So values in C++
// variables are safe between a room check and the next one, and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "term/box.hpp"
#include "term/term.hpp"

namespace ttvm::heap {

using term::Term;
using term::Word;

// Memory that holds a copied message until its receiver adopts it, and after that until the
// receiver's next collection. `words` words follow the struct.
struct Fragment {
  Fragment* next = nullptr;
  Term* off_heap = nullptr;      // first kBigStr/kBigBytes box in it (linked through the boxes)
  std::uint32_t words = 0;
  std::uint32_t off_heap_bytes = 0;
  Word* data() { return reinterpret_cast<Word*>(this + 1); }
};

// See heap.cpp / collector.hpp for the rest; this class is kept small because every process has one.
class Heap {
 public:
  // Words that can be allocated without a collection.
  std::size_t room() const { return static_cast<std::size_t>(limit_ - top_); }
  bool has_room(std::size_t words) const { return room() >= words; }

  // Bump allocation; the caller has checked the room. O(1).
  Word* allocate(std::size_t words) {
    TTVM_ASSERT(has_room(words));
    Word* box = top_;
    top_ += words;
    return box;
  }

 private:
  friend class Collector;
  Word* top_ = nullptr;
  Word* limit_ = nullptr;
  Word* start_ = nullptr;
  Fragment* fragments_ = nullptr;
};

}  // namespace ttvm::heap
