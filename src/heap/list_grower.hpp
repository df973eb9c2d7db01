// A list that grows element by element, for instructions that make one over many slices. Its state
// is two values, which the owner keeps where a collection finds them: the *leaf*, a kNode that
// takes elements until its slots are used up, and the *edge*, which holds the full leaves. Nobody
// else sees either before finish(), so both are written in place.
//
// The edge is a kNode with the open node of each level of the trie, level 0 being that whose
// children are leaves; it is unset while there are no more than 32 elements.
//
// Thread safety: that of the heap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "heap/heap.hpp"
#include "term/box.hpp"

namespace ttvm::heap {

struct GrowingList {
  Term edge = Term::unset();
  Term leaf = Term::unset();

  // Is there room for one more in the leaf?
  bool has_slot() const {
    if (leaf.is_unset()) return false;
    const term::Header header(*leaf.pointer());
    return header.aux() < header.size();
  }
  // Only after has_slot().
  void add(Term value) { add_to(leaf.mutable_pointer(), value); }
  static void add_to(Word* leaf, Term value) {
    const term::Header header(*leaf);
    leaf[term::kNodeFirst + header.aux()] = value.word();
    *leaf = header.with_aux_more_by(1).word();
  }
  // As many as there are slots for; `next(i)` gives the i-th and collects nothing.
  template <typename Next>
  void add_many(std::uint64_t count, Next next) {
    Word* node = leaf.mutable_pointer();
    const term::Header header(*node);
    Word* slots = node + term::kNodeFirst + header.aux();
    for (std::uint64_t i = 0; i < count; ++i) slots[i] = next(i).word();
    *node = header.with_aux_more_by(count).word();
  }

  // Makes has_slot() true. `more` > 0: at most that many elements will come from now on.
  std::size_t grow_need(std::uint64_t more) const;
  void grow(Heap& heap, std::uint64_t more);

  // The list of all that has been added. Nothing may be added after it.
  std::size_t finish_need() const;
  Term finish(Heap& heap);

  std::uint64_t count() const;
};
static_assert(sizeof(GrowingList) == 2 * sizeof(Term), "two registers");

}  // namespace ttvm::heap
