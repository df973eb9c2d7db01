// A process's private heap: bump allocation, copying collection, adopted message fragments.
// Owned by one process and touched only by the thread that runs it; no locks.
//
// The rule that replaces rooting: an operation that builds values first makes sure of room
// (`needs_collection`, and if so the owner collects at a point where all live values are in known
// places), reads its operands after that, and from then on nothing moves until it has finished. So
// values in C++ variables are safe between a room check and the next one, and nowhere else.
//
// Invariants: words in [start, top) and in the fragments are boxes, one after the other in the
// block, in any order among each other; nothing outside of the heap but the owner's roots points
// into it. `limit_` is at most the end of the block; it is lowered to `top_` when adopted fragments
// or large strings have become so many that the next room check shall collect, and, when every
// operation shall collect (g_collect_always), to just what the operation asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "term/box.hpp"
#include "term/term.hpp"

namespace ttvm::heap {

using term::Term;
using term::Word;

// Stress: every room check collects. Set before the first process starts, then only read.
extern bool g_collect_always;

struct OldGeneration;

// Memory that holds a copied message until its receiver adopts it, and after that until the
// receiver's next collection, or until that drops it. `words` words follow the struct: boxes, and
// what its maker has put behind them, which nothing here looks at. It may be the last member of a
// larger block (a message): then `prefix_bytes` of that block come before it, and freeing the
// fragment frees the whole block.
struct Fragment {
  Fragment* next = nullptr;
  Word* off_heap = nullptr;  // first kBigStr/kBigBytes box in it (linked through the boxes)
  std::uint32_t words = 0;
  std::uint32_t prefix_bytes = 0;

  Word* data() { return reinterpret_cast<Word*>(this + 1); }
  const Word* data() const { return reinterpret_cast<const Word*>(this + 1); }
  // Size of the whole block, as slab_allocate was asked for it. All small ones are of one size: who
  // answers many questions can use the blocks that these came in.
  static constexpr std::size_t block_bytes(std::size_t prefix_bytes, std::size_t words) {
    constexpr std::size_t kLeast = 80;
    return std::max(kLeast, prefix_bytes + sizeof(Fragment) + words * sizeof(Word));
  }
  std::size_t block_bytes() const { return block_bytes(prefix_bytes, words); }
};
static_assert(sizeof(Fragment) == 24);

// A block from the slab for `words` words, with `prefix_bytes` (a multiple of 8) before the
// fragment; the prefix is not initialised.
Fragment* allocate_fragment(std::size_t words, std::size_t prefix_bytes = 0);

// Releases the blobs that its boxes hold, then frees the block (prefix included). For messages that
// nobody adopted.
void free_fragment(Fragment* fragment);
// Frees the blocks of a list that Heap::take_young gave.
void free_adopted(Fragment* first);

class Heap {
 public:
  Heap() = default;
  ~Heap() { release(); }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Gives the heap its first block, which stays the property of the caller (a process has its
  // stack and first heap in one block). Without it, the first room check that fails makes a block.
  void init(Word* block, std::size_t words);

  // Frees blocks and fragments and releases blobs. The heap is as new after it; called again by the
  // destructor, harmlessly.
  void release();

  // The process ends with `out_of_memory` when its live data exceed this (0: no limit). Rounded up
  // to 512 bytes. Large strings count for each holder.
  void set_max_bytes(std::size_t bytes);
  std::size_t max_bytes() const { return std::size_t{max_units_} * kLimitUnit; }

  // The room check; one compare. If true, collect with at least `words` before allocating them.
  // In stress mode true unless the last collection was for this very operation.
  bool needs_collection(std::size_t words) const { return TTVM_UNLIKELY(!has_room(words)); }
  bool has_room(std::size_t words) const {
    // Signed, because a limit that was lowered in mid-operation may be passed.
    if (limit_ - top_ < static_cast<std::ptrdiff_t>(words)) return false;
    promise(words);
    return true;
  }

  // Bump allocation; the caller has checked the room. O(1).
  Word* allocate(std::size_t words) {
#ifndef NDEBUG
    TTVM_ASSERT(top_ + words <= promised_);
#endif
    Word* box = top_;
    top_ += words;
    return box;
  }

  // Makes the boxes of a fragment part of this heap. O(large strings in it). May use up the room
  // that an earlier check promised, so not in the middle of an operation.
  void adopt(Fragment* fragment) {
    fragment->next = fragments_;
    fragments_ = fragment;
    if (TTVM_UNLIKELY(fragment->off_heap != nullptr)) adopt_off_heap(*fragment);
    spend_words(fragment->block_bytes() / sizeof(Word));
  }

  // Whether a few messages at least were adopted since the last collection: what is done about them
  // is best done for several at once.
  bool has_adopted_some() const {
    return fragment_budget_ <= full_fragment_budget() - kSomeFragmentWords;
  }
  // For an owner who can reach nothing that is younger than the last collection. All that is, is
  // garbage then: it is taken out, large strings are released, and the adopted fragments, a list,
  // are the caller's to free. O(fragments and large strings that are).
  Fragment* take_young() {
    Fragment* first = fragments_;
    Fragment* rest = first;
    Fragment** link = &first;
    while (rest != nullptr && rest->prefix_bytes < kLeastInternalPrefix) {
      link = &rest->next;
      rest = rest->next;
    }
    *link = nullptr;
    fragments_ = rest;
    if (TTVM_UNLIKELY(off_heap_ != nullptr)) release_young_off_heap();
    if (lived_at_start_) top_ = start_ + live_words_;
    limit_ = TTVM_LIKELY(off_heap_budget_ >= 0 && !g_collect_always) ? end_ : top_;
    fragment_budget_ = full_fragment_budget();
#ifndef NDEBUG
    promised_ = top_;
#endif
    return first;
  }

  // For builders: links a new kBigStr/kBigBytes box, whose reference to its blob the heap takes
  // over. `bytes` is what it costs in memory that was not there before (0 for another view of old
  // bytes).
  void link_off_heap(Word* box, std::size_t bytes);

  // For PROCESS_INFO and tests. The first two are O(1), the others walk fragments and large
  // strings.
  std::size_t block_words() const { return static_cast<std::size_t>(end_ - start_); }
  std::size_t used_words() const { return static_cast<std::size_t>(top_ - start_); }
  std::size_t fragment_words() const;
  std::size_t off_heap_bytes() const;
  std::size_t total_bytes() const;
  // Words that survived the last collection.
  std::size_t live_words() const { return live_words_; }
  bool owns_block() const { return owns_block_; }
  bool has_generations() const { return has_old_; }

  // For interp, later for machine code: room check and bump inline.
  static constexpr std::size_t offset_of_top() { return offsetof(Heap, top_); }
  static constexpr std::size_t offset_of_limit() { return offsetof(Heap, limit_); }

 private:
  friend class Collector;
  friend class MessageCopy;

  static constexpr std::size_t kLimitUnit = 512;
  // `prefix_bytes` of fragments that the collector made (fragment_internal.hpp).
  static constexpr std::uint32_t kLeastInternalPrefix = 0xFFFFFFFEU;
  // Adopted words after which a collection is due even if there is room (or the block's size, if
  // larger): keeps messages that are long dead from piling up in a process that allocates little.
  static constexpr std::size_t kMinFragmentBudget = 128;
  static constexpr std::int32_t kSomeFragmentWords = 25;  // of three small messages
  static constexpr std::size_t kMinOffHeapBudget = std::size_t{64} << 10U;
  static constexpr std::size_t kOffHeapUnit = 16;  // bytes; of off_heap_budget_

  void promise(std::size_t words) const {
#ifndef NDEBUG
    if (promised_ < top_ + words) promised_ = top_ + words;
#else
    static_cast<void>(words);
#endif
  }
  void reset_budgets(std::size_t live_off_heap_bytes);
  void spend_words(std::size_t words) {
    const std::int64_t left = std::int64_t{fragment_budget_} - static_cast<std::int64_t>(words);
    fragment_budget_ = static_cast<std::int32_t>(left < INT32_MIN ? INT32_MIN : left);
    if (TTVM_UNLIKELY(left < 0)) limit_ = top_;
  }
  void spend_off_heap(std::size_t bytes);
  std::int32_t full_fragment_budget() const {
    constexpr std::size_t kMost = INT32_MAX;
    return static_cast<std::int32_t>(
        block_words() < kMinFragmentBudget ? kMinFragmentBudget : std::min(block_words(), kMost));
  }
  void release_young_off_heap();
  OldGeneration* old_generation() const;
  void adopt_off_heap(Fragment& fragment);
  void splice_off_heap(Word* list);

  Word* top_ = nullptr;
  Word* limit_ = nullptr;
  Word* start_ = nullptr;
  Word* end_ = nullptr;
  Fragment* fragments_ = nullptr;
  Word* off_heap_ = nullptr;
  std::uint32_t live_words_ = 0;                       // saturates
  std::int32_t fragment_budget_ = kMinFragmentBudget;  // words
  std::int32_t off_heap_budget_ = kMinOffHeapBudget / kOffHeapUnit;
  std::uint32_t max_units_ : 29 = 0;
  std::uint32_t owns_block_ : 1 = 0;
  std::uint32_t lived_at_start_ : 1 = 1;  // of the block, all live_words_: the rest is younger
  std::uint32_t has_old_ : 1 = 0;         // the last fragment is the old generation
#ifndef NDEBUG
  // How far room checks have promised; allocating beyond is a defect of the operation.
  mutable Word* promised_ = nullptr;
#endif
};
#ifdef NDEBUG
static_assert(sizeof(Heap) == 64);
#endif

}  // namespace ttvm::heap
