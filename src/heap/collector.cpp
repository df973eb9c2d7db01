#include "heap/collector.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "heap/blob.hpp"
#include "heap/fragment_internal.hpp"
#include "heap/slab.hpp"

namespace ttvm::heap {

using term::BoxLayout;
using term::Header;

namespace {

constexpr std::size_t kMinBlockWords = 32;

std::size_t rounded_words(std::size_t words) {
  return slab_round(words * sizeof(Word)) / sizeof(Word);
}

}  // namespace

// The first chunk is sized by what lived last time: survivors then fill about half of it. At the
// first collection of a process, whose block is still the one it began with, there is only the used
// part of that to go by.
Collector::Collector(Heap& heap, std::size_t need_words, std::size_t spare_words)
    : heap_(heap),
      need_(need_words),
      old_off_heap_(heap.off_heap_),
      old_fragments_(heap.fragments_) {
  const std::size_t guess =
      heap.owns_block_ != 0 ? std::size_t{heap.live_words_} * 2 : heap.used_words();
  over_limit_ = heap.max_units_ != 0 && need_ > heap.max_bytes() / sizeof(Word);
  if (over_limit_) need_ = 0;
  add_chunk(std::max({guess, kMinBlockWords, spare_words}) + need_);
}

void Collector::add_chunk(std::size_t words) {
  TTVM_CHECK(chunk_count_ < kMaxChunks);
  if (chunk_count_ > 0) chunks_[chunk_count_ - 1].top = top_;
  const std::size_t size = rounded_words(words);
  auto* block = static_cast<Word*>(slab_allocate(size * sizeof(Word)));
  chunks_[chunk_count_++] = Chunk{block, block, block, block + size};
  top_ = block;
  end_ = block + size;
}

Word* Collector::reserve(std::size_t words) {
  if (TTVM_UNLIKELY(static_cast<std::size_t>(end_ - top_) < words)) {
    const Chunk& full = chunks_[chunk_count_ - 1];
    add_chunk(std::max(words, static_cast<std::size_t>(full.end - full.start) * 2));
  }
  Word* memory = top_;
  top_ += words;
  return memory;
}

Term Collector::evacuate(Term box) {
  Word* from = box.mutable_pointer();
  const Header header(*from);
  if (header.is_forward()) return Term::from_word(header.word());
  if ((header.flags() & term::kStatic) != 0) return box;
  const std::size_t words = term::layout(header).words;
  Word* to = reserve(words);
  to[0] = term::header_of_copy(header).word();
  for (std::size_t i = 1; i < words; ++i) to[i] = from[i];
  if (TTVM_UNLIKELY(term::is_off_heap(header.kind()))) {
    to[term::kBigNext] = reinterpret_cast<Word>(new_off_heap_);
    new_off_heap_ = to;
  }
  *from = reinterpret_cast<Word>(to);
  return Term::box(to);
}

// Survivors are added behind the last chunk's scan pointer, possibly in chunks that are new.
void Collector::scan() {
  for (std::size_t i = 0; i < chunk_count_; ++i) {
    Chunk& chunk = chunks_[i];
    while (chunk.scan < (i + 1 == chunk_count_ ? top_ : chunk.top)) {
      const BoxLayout box = term::layout(Header(*chunk.scan));
      for (std::uint32_t slot = box.first_term; slot < box.end_term; ++slot) {
        const Term term = Term::from_word(chunk.scan[slot]);
        if (term.is_box()) chunk.scan[slot] = evacuate(term).word();
      }
      chunk.scan += box.words;
    }
  }
  chunks_[chunk_count_ - 1].top = top_;
}

void Collector::settle_weak_root() {
  if (weak_root_ == nullptr || !weak_root_->is_box()) return;
  const Header header(*weak_root_->pointer());
  if (header.is_forward()) {
    *weak_root_ = Term::from_word(header.word());
  } else if ((header.flags() & term::kStatic) == 0) {
    *weak_root_ = Term::unset();
  }
}

// What an old box held has moved with it to its copy, or goes.
void Collector::sweep_off_heap() {
  for (Word* box = old_off_heap_; box != nullptr;) {
    auto* next = reinterpret_cast<Word*>(box[term::kBigNext]);
    if (!Header(*box).is_forward()) release(reinterpret_cast<Blob*>(box[term::kBigBlob]));
    box = next;
  }
}

void Collector::free_old() {
  while (old_fragments_ != nullptr) {
    Fragment* next = old_fragments_->next;
    free_fragment_memory(old_fragments_);
    old_fragments_ = next;
  }
  if (heap_.owns_block_ != 0) slab_free(heap_.start_, heap_.block_words() * sizeof(Word));
}

// The last chunk becomes the heap's block if enough of it is free. Otherwise all chunks become
// fragments beside a fresh block: growing a heap never copies anything a second time.
void Collector::install(std::size_t live) {
  Chunk last = chunks_[chunk_count_ - 1];
  const auto size = static_cast<std::size_t>(last.end - last.start);
  const auto room = static_cast<std::size_t>(last.end - last.top);
  const std::size_t wanted = over_limit_ ? 0 : std::max(need_, std::max(live, size) * 2 / 5);
  std::size_t fragments = chunk_count_ - 1;
  if (room < wanted) {
    ++fragments;
    const std::size_t words = rounded_words(std::max({need_, live, kMinBlockWords}));
    auto* block = static_cast<Word*>(slab_allocate(words * sizeof(Word)));
    last = Chunk{block, block, block, block + words};
  }
  heap_.fragments_ = nullptr;
  for (std::size_t i = 0; i < fragments; ++i) {
    const Chunk& chunk = chunks_[i];
    Fragment* fragment = wrap_block(chunk.start, static_cast<std::size_t>(chunk.end - chunk.start));
    fragment->next = heap_.fragments_;
    heap_.fragments_ = fragment;
  }
  heap_.start_ = last.start;
  heap_.top_ = last.top;
  heap_.end_ = last.end;
  heap_.owns_block_ = 1;
}

bool Collector::finish() {
  TTVM_ASSERT(!finished_);
  finished_ = true;
  scan();
  settle_weak_root();
  sweep_off_heap();
  free_old();
  std::size_t live = 0;
  for (std::size_t i = 0; i < chunk_count_; ++i) {
    live += static_cast<std::size_t>(chunks_[i].top - chunks_[i].start);
  }
  const std::size_t off_heap = off_heap_list_bytes(new_off_heap_);
  heap_.off_heap_ = new_off_heap_;
  if (heap_.max_units_ != 0 && (live + need_) * sizeof(Word) + off_heap > heap_.max_bytes()) {
    over_limit_ = true;
  }
  install(live);
  heap_.live_words_ = static_cast<std::uint32_t>(
      std::min<std::size_t>(live, std::numeric_limits<std::uint32_t>::max()));
  heap_.reset_budgets(off_heap);
  heap_.limit_ = g_collect_always && !over_limit_ ? heap_.top_ + need_ : heap_.end_;
#ifndef NDEBUG
  heap_.promised_ = over_limit_ ? heap_.top_ : heap_.top_ + need_;
#endif
  return !over_limit_;
}

bool collect(Heap& heap, std::size_t need_words, std::span<Term> roots) {
  Collector collector(heap, need_words);
  collector.root_range(roots.data(), roots.size());
  return collector.finish();
}

}  // namespace ttvm::heap
