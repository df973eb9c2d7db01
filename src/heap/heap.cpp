#include "heap/heap.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include "heap/blob.hpp"
#include "heap/fragment_internal.hpp"
#include "heap/old_generation.hpp"
#include "heap/slab.hpp"

namespace ttvm::heap {

bool g_collect_always = false;

namespace {

Blob* blob_at(const Word* box) { return reinterpret_cast<Blob*>(box[term::kBigBlob]); }
Word* next_off_heap(const Word* box) { return reinterpret_cast<Word*>(box[term::kBigNext]); }

void release_list(const Word* box) {
  Releases releases;
  for (; box != nullptr; box = next_off_heap(box)) releases.add(blob_at(box));
}

// This holder's share of the bytes: the rest dies with the views of others, whatever is collected
// here. Another view of `known`, or of the blob before it in the list, costs nothing: many messages
// carry the same string.
std::size_t share_of_list(const Word* box, const Blob* known) {
  std::size_t bytes = 0;
  for (; box != nullptr; box = next_off_heap(box)) {
    const Blob* blob = blob_at(box);
    if (blob == known) continue;
    // Relaxed: a guess that only decides when to collect.
    bytes += box[term::kBigSize] / blob->references.load(std::memory_order_relaxed);
    known = blob;
  }
  return bytes;
}

std::int32_t budget(std::size_t units) {
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::min(units, kMost));
}

}  // namespace

Fragment* allocate_fragment(std::size_t words, std::size_t prefix_bytes) {
  TTVM_ASSERT(prefix_bytes % sizeof(Word) == 0);
  const std::size_t bytes = Fragment::block_bytes(prefix_bytes, words);
  auto* block = static_cast<char*>(slab_allocate(bytes));
  auto* fragment = new (block + prefix_bytes) Fragment;
  fragment->words = static_cast<std::uint32_t>(words);
  fragment->prefix_bytes = static_cast<std::uint32_t>(prefix_bytes);
  return fragment;
}

Fragment* wrap_block(Word* block, std::size_t words) {
  auto* fragment = new (slab_allocate(sizeof(Fragment) + sizeof(Word))) Fragment;
  fragment->words = static_cast<std::uint32_t>(words);
  fragment->prefix_bytes = kWrapsBlock;
  *fragment->data() = reinterpret_cast<Word>(block);
  return fragment;
}

OldGeneration* OldGeneration::make() {
  return new (slab_allocate(sizeof(OldGeneration))) OldGeneration;
}

void OldGeneration::destroy(OldGeneration* old) {
  while (old->blocks != nullptr) {
    Fragment* next = old->blocks->next;
    free_fragment_memory(old->blocks);
    old->blocks = next;
  }
  slab_free(old, sizeof(OldGeneration));
}

void free_fragment(Fragment* fragment) {
  release_list(fragment->off_heap);
  free_fragment_memory(fragment);
}

void free_adopted(Fragment* first) {
  while (first != nullptr) {
    Fragment* next = first->next;
    free_fragment_memory(first);
    first = next;
  }
}

std::size_t off_heap_list_bytes(const Word* box) {
  std::size_t bytes = 0;
  const Blob* previous = nullptr;
  for (; box != nullptr; box = next_off_heap(box)) {
    if (blob_at(box) != previous) bytes += box[term::kBigSize];
    previous = blob_at(box);
  }
  return bytes;
}

void Heap::init(Word* block, std::size_t words) {
  TTVM_ASSERT(start_ == nullptr);
  start_ = top_ = block;
  end_ = block + words;
  limit_ = g_collect_always ? start_ : end_;
#ifndef NDEBUG
  promised_ = top_;
#endif
}

void Heap::release() {
  release_list(off_heap_);
  while (fragments_ != nullptr) {
    Fragment* next = fragments_->next;
    if (OldGeneration* old = as_old_generation(fragments_)) {
      release_list(old->link.off_heap);
      OldGeneration::destroy(old);
    } else {
      free_fragment_memory(fragments_);
    }
    fragments_ = next;
  }
  if (owns_block_ != 0) slab_free(start_, block_words() * sizeof(Word));
  start_ = top_ = limit_ = end_ = nullptr;
  off_heap_ = nullptr;
  owns_block_ = 0;
  has_old_ = 0;
  lived_at_start_ = 1;
  live_words_ = 0;
  fragment_budget_ = kMinFragmentBudget;
  off_heap_budget_ = kMinOffHeapBudget / kOffHeapUnit;
}

void Heap::set_max_bytes(std::size_t bytes) {
  const std::size_t units = bytes / kLimitUnit + (bytes % kLimitUnit != 0 ? 1 : 0);
  max_units_ = static_cast<std::uint32_t>(std::min<std::size_t>(units, 0x1FFFFFFFU));
}

void Heap::adopt_off_heap(Fragment& fragment) {
  splice_off_heap(fragment.off_heap);
  fragment.off_heap = nullptr;
}

// The newest come first in the list.
void Heap::release_young_off_heap() {
  Releases releases;
  while (off_heap_ != nullptr && term::Header(*off_heap_).flags() == 0) {
    releases.add(blob_at(off_heap_));
    off_heap_ = next_off_heap(off_heap_);
  }
}

void Heap::splice_off_heap(Word* list) {
  const std::size_t bytes =
      share_of_list(list, off_heap_ == nullptr ? nullptr : blob_at(off_heap_));
  Word* last = list;
  while (next_off_heap(last) != nullptr) last = next_off_heap(last);
  last[term::kBigNext] = reinterpret_cast<Word>(off_heap_);
  off_heap_ = list;
  spend_off_heap(bytes);
}

void Heap::link_off_heap(Word* box, std::size_t bytes) {
  box[term::kBigNext] = reinterpret_cast<Word>(off_heap_);
  off_heap_ = box;
  spend_off_heap(bytes + kOffHeapUnit);
}

void Heap::spend_off_heap(std::size_t bytes) {
  // Saturates; a budget of kMost is far from being spent by one operation.
  const std::int64_t left = std::int64_t{off_heap_budget_} - budget(bytes / kOffHeapUnit);
  off_heap_budget_ = static_cast<std::int32_t>(
      std::max<std::int64_t>(left, std::numeric_limits<std::int32_t>::min()));
  if (left < 0) limit_ = top_;
}

void Heap::reset_budgets(std::size_t live_off_heap_bytes) {
  fragment_budget_ = full_fragment_budget();
  if (g_collect_always) fragment_budget_ -= kSomeFragmentWords;  // has_adopted_some() at each wait
  off_heap_budget_ = budget(std::max(kMinOffHeapBudget, live_off_heap_bytes) / kOffHeapUnit);
}

OldGeneration* Heap::old_generation() const {
  if (!has_old_) return nullptr;
  Fragment* last = fragments_;
  while (last->next != nullptr) last = last->next;
  return as_old_generation(last);
}

std::size_t Heap::fragment_words() const {
  std::size_t words = 0;
  for (const Fragment* f = fragments_; f != nullptr; f = f->next) words += f->words;
  if (const OldGeneration* old = old_generation()) {
    for (const Fragment* f = old->blocks; f != nullptr; f = f->next) words += f->words;
  }
  return words;
}

std::size_t Heap::off_heap_bytes() const {
  const OldGeneration* old = old_generation();
  return off_heap_list_bytes(off_heap_) +
         (old != nullptr ? off_heap_list_bytes(old->link.off_heap) : 0);
}

std::size_t Heap::total_bytes() const {
  return (block_words() + fragment_words()) * sizeof(Word) + off_heap_bytes();
}

}  // namespace ttvm::heap
