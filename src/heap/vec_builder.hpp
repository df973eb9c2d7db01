// How the tries of large lists (kVec) are put together, for build_list.cpp and build_object.cpp.
// Not for other folders.
//
// Invariants of a kVec: all leaves below the root are full (32 elements); the tail has the last 1
// to 32; the tree is as deep as its leaves need and no deeper; inner nodes have no free slots, only
// tails do. A slot of a tail beyond all counts is unset; whoever's count is the node's slots in use
// may fill the next one in place: no other list can see it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "heap/heap.hpp"
#include "term/access.hpp"

namespace ttvm::heap {

inline constexpr std::size_t kMaxVecLevels = 8;  // 2^45 elements

// A node of `slots` slots, those after `used` unset; the caller fills the others.
inline Word* new_node(Heap& heap, std::size_t slots, std::size_t used) {
  Word* node = heap.allocate(term::kNodeFirst + slots);
  node[0] = term::Header(term::Kind::kNode, static_cast<std::uint32_t>(slots),
                         static_cast<std::uint16_t>(used))
                .word();
  for (std::size_t i = used; i < slots; ++i) node[term::kNodeFirst + i] = Term::unset().word();
  return node;
}

inline Term new_vec(Heap& heap, std::uint64_t count, std::size_t levels, Term root, Term tail) {
  Word* vec = heap.allocate(term::kVecWords);
  vec[0] = term::Header(term::Kind::kVec, 0, static_cast<std::uint16_t>(levels * 5)).word();
  vec[term::kVecCount] = count;
  vec[term::kVecRoot] = root.word();
  vec[term::kVecTail] = tail.word();
  return Term::box(vec);
}

// The right edge of a trie, opened so that leaves can be pushed: per level the children that its
// last node has so far, level 0 being that whose children are leaves.
class Spine {
 public:
  explicit Spine(Heap& heap) : heap_(heap) {}

  // Starts from a trie of `leaves` full leaves.
  void open(Term root, std::size_t levels, std::uint64_t leaves);
  void push(Term leaf) { add(0, leaf); }
  Term close();  // the root; unset if there is no leaf
  std::size_t levels() const { return levels_; }

 private:
  void add(std::size_t level, Term child);
  Term make_node(std::size_t level);

  Heap& heap_;
  std::size_t levels_ = 0;
  std::array<std::uint8_t, kMaxVecLevels> counts_{};
  Word slots_[kMaxVecLevels][term::kNodeSlots];  // only the first counts_ of each are set
};

// Words that Spine takes, exactly, for pushing `added` leaves onto a trie of `leaves`.
std::size_t spine_need(std::uint64_t leaves, std::size_t levels, std::uint64_t added);

// A list of `count` elements that `next()` gives one after the other.
std::size_t make_list_need(std::size_t count);

template <typename Next>
Term build_list(Heap& heap, std::uint64_t count, Next next) {
  if (count == 0) return term::empty_list();
  if (count <= term::kMaxFlatList) {
    Word* box = heap.allocate(term::kListElements + count);
    box[0] = term::Header(term::Kind::kList, static_cast<std::uint32_t>(count)).word();
    for (std::uint64_t i = 0; i < count; ++i) box[term::kListElements + i] = next().word();
    return Term::box(box);
  }
  Spine spine(heap);
  Word* node = nullptr;
  for (std::uint64_t done = 0; done < count;) {
    const std::uint64_t left = count - done;
    const std::size_t size = left < term::kNodeSlots ? left : term::kNodeSlots;
    node = new_node(heap, size, size);
    for (std::size_t i = 0; i < size; ++i) node[term::kNodeFirst + i] = next().word();
    done += size;
    if (done < count) spine.push(Term::box(node));
  }
  const Term root = spine.close();
  return new_vec(heap, count, spine.levels(), root, Term::box(node));
}

// Up to 32 elements at the end.
std::size_t append_terms_need(Term list, std::size_t count);
Term append_terms(Heap& heap, Term list, std::span<const Term> values);

// Replaces elements from `index` on, all in one leaf.
std::size_t set_terms_need(Term list, std::uint64_t index);
Term set_terms(Heap& heap, Term list, std::uint64_t index, std::span<const Term> values);

}  // namespace ttvm::heap
