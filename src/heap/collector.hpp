// Copying collection of one heap (Cheney): what the roots reach is copied to a new block, the old
// block and all fragments are freed, large strings that were not reached are released.
//
//   Collector collector(heap, need);      // `need` words must be free afterwards
//   collector.root_range(stack, n);       // every value that shall live; updated in place
//   collector.root(register);
//   if (!collector.finish()) ...          // over the limit: the process must end
//
// Thread safety: that of the heap. Between construction and finish() nothing may read through terms
// of this heap, nor allocate in it. The collector does not recurse, and never copies a box twice.
// Static boxes are left alone. The cost is O(live data + large strings), not O(heap).
//
// Sizes: the survivors' block is twice what survived the last time, plus `need`. If less than two
// fifths of it are free afterwards, it stays behind as a fragment and a fresh block of at least the
// size of the live data takes its place, so that a growing heap copies nothing twice. A heap whose
// data have died shrinks with the collection after the one that found it.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "heap/heap.hpp"

namespace ttvm::heap {

class Collector {
 public:
  // `spare_words`: how much room the new block should have at least, if that is more than the sizes
  // below give (a process that collects often).
  Collector(Heap& heap, std::size_t need_words, std::size_t spare_words = 0);
  ~Collector() { TTVM_ASSERT(finished_); }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void root(Term& term) {
    if (term.is_box()) term = evacuate(term);
  }
  void root_range(Term* first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) root(first[i]);
  }

  // Keeps nothing alive: unset after finish() if no root reaches it. At most one, besides the
  // roots.
  void weak_root(Term& term) { weak_root_ = &term; }

  // False when live data and `need` exceed the heap's limit: all roots are valid still, and the
  // heap can be destroyed or collected again, but there may be no room.
  [[nodiscard]] bool finish();

 private:
  // Where survivors go: mostly one block; when it is full, further ones that become fragments.
  struct Chunk {
    Word* start;
    Word* scan;
    Word* top;
    Word* end;
  };
  static constexpr std::size_t kMaxChunks = 48;

  Term evacuate(Term box);
  Word* reserve(std::size_t words);
  void add_chunk(std::size_t words);
  void scan();
  void settle_weak_root();
  void sweep_off_heap();
  void free_old();
  void install(std::size_t live);

  Heap& heap_;
  std::size_t need_;
  Word* top_ = nullptr;  // of the last chunk
  Word* end_ = nullptr;
  std::size_t chunk_count_ = 0;
  std::array<Chunk, kMaxChunks> chunks_;
  Word* old_off_heap_;
  Word* new_off_heap_ = nullptr;
  Fragment* old_fragments_;
  Term* weak_root_ = nullptr;
  bool over_limit_ = false;
  bool finished_ = false;
};

// Collects with a few roots: for tests, natives and the start of a process.
[[nodiscard]] bool collect(Heap& heap, std::size_t need_words, std::span<Term> roots);

}  // namespace ttvm::heap
