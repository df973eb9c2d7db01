#include "heap/collector.hpp"

#include <algorithm>
#include <limits>

#include "heap/blob.hpp"
#include "heap/copy.hpp"
#include "heap/fragment_internal.hpp"
#include "heap/old_generation.hpp"
#include "heap/slab.hpp"

namespace ttvm::heap {

using term::BoxLayout;
using term::Header;

namespace {

constexpr std::size_t kMinBlockWords = 32;
// The young block of a heap with generations: half of what lives, within these.
constexpr std::size_t kMinNursery = std::size_t{64} << 10U;
constexpr std::size_t kMaxNursery = std::size_t{1} << 20U;
constexpr std::size_t kMinOldChunk = std::size_t{8} << 10U;
constexpr std::size_t kOldOffHeapSlack = std::size_t{1} << 20U;  // bytes
constexpr std::size_t kLongWords = std::size_t{256} << 10U;
constexpr unsigned kStressedFullEvery = 3;
constexpr std::uint8_t kOldAge = term::kOld;

std::size_t rounded_words(std::size_t words) {
  return slab_round(words * sizeof(Word)) / sizeof(Word);
}

// Under stress heaps have generations early, and both kinds of collections come often.
std::size_t generational_words() {
  return g_collect_always ? kMinBlockWords : Collector::kGenerationalWords;
}

bool stress_wants_full() {
  static thread_local unsigned collections = 0;
  return g_collect_always && ++collections % kStressedFullEvery == 0;
}

bool stress_takes_long() {
  static thread_local bool last = false;
  last = !last;
  return last;
}

// The old generation, which is the last of the fragments, taken out of their list.
OldGeneration* take_generation(Fragment*& fragments) {
  Fragment** link = &fragments;
  while ((*link)->next != nullptr) link = &(*link)->next;
  OldGeneration* generation = as_old_generation(*link);
  *link = nullptr;
  return generation;
}

// What an old box held has moved with it to its copy, or goes.
void sweep_off_heap(Word* box) {
  Releases releases;
  while (box != nullptr) {
    auto* next = reinterpret_cast<Word*>(box[term::kBigNext]);
    if (!Header(*box).is_forward()) releases.add(reinterpret_cast<Blob*>(box[term::kBigBlob]));
    box = next;
  }
}

Fragment* wrap_chunk(Word* start, Word* end, Fragment* next) {
  Fragment* fragment = wrap_block(start, static_cast<std::size_t>(end - start));
  fragment->next = next;
  return fragment;
}

}  // namespace

// ---- Spaces

void Collector::Space::push(Word* start, Word* end) {
  TTVM_CHECK(count_ < kMaxChunks);
  if (count_ > 0) {
    chunks_[count_ - 1].top = top_;
    used_ += static_cast<std::size_t>(top_ - start_of_last_);
  }
  chunks_[count_++] = Chunk{start, start, start, end};
  start_of_last_ = top_ = start;
  end_ = end;
}

void Collector::Space::add_chunk(std::size_t words) {
  const std::size_t size = rounded_words(words);
  auto* block = static_cast<Word*>(slab_allocate(size * sizeof(Word)));
  push(block, block + size);
  total_ += size;
}

void Collector::Space::begin_in(Word* top, Word* end, std::size_t total) {
  push(top, end);
  total_ = total;
}

void Collector::Space::grow(std::size_t words) { add_chunk(std::max(words, total_ / growth_)); }

template <class Visit>
bool Collector::Space::scan(Visit visit) {
  bool any = false;
  while (scanned_ < count_) {
    Chunk& chunk = chunks_[scanned_];
    const bool is_last = scanned_ + 1 == count_;
    if (chunk.scan == (is_last ? top_ : chunk.top)) {
      if (is_last) break;
      ++scanned_;
      continue;
    }
    any = true;
    const BoxLayout box = term::layout(Header(*chunk.scan));
    for (std::uint32_t slot = box.first_term; slot < box.end_term; ++slot) {
      const Term term = Term::from_word(chunk.scan[slot]);
      if (term.is_box()) chunk.scan[slot] = visit(term).word();
    }
    chunk.scan += box.words;
  }
  return any;
}

// ---- The beginning

Collector::Collector(Heap& heap, std::size_t need_words, std::size_t spare_words, Extent extent)
    : heap_(heap),
      need_(need_words),
      from_off_heap_(heap.off_heap_),
      from_fragments_(heap.fragments_) {
  over_limit_ = heap.max_units_ != 0 && need_ > heap.max_bytes() / sizeof(Word);
  if (over_limit_) need_ = 0;
  if (heap.has_old_) generation_ = take_generation(from_fragments_);
  choose(extent, spare_words);
}

bool Collector::has_grown(const OldGeneration& old) {
  return old.words > 2 * old.full_words + kMinNursery ||
         old.off_heap_bytes > 2 * old.full_off_heap_bytes + kOldOffHeapSlack;
}

bool Collector::may_take_long(const Heap& heap) {
  if (g_collect_always) return stress_takes_long();
  std::size_t words = heap.used_words();
  if (!heap.has_old_) {
    words = std::max<std::size_t>(words, heap.live_words_);
  } else if (const OldGeneration& old = *heap.old_generation(); has_grown(old)) {
    words += old.words;
  }
  return words >= kLongWords;
}

void Collector::choose(Extent extent, std::size_t spare_words) {
  const std::size_t large = generational_words();
  if (generation_ != nullptr && extent != Extent::kFull) {
    full_ = has_grown(*generation_) || heap_.live_words_ < large / 2 || may_exceed_limit() ||
            stress_wants_full();
  }
  generational_ = !full_ || heap_.live_words_ >= large;
  if (!full_) {
    kept_ = term::kStatic | term::kOld;
    promoted_ = term::kAged;
  } else if (generational_) {
    promoted_ = promoted_always_ = term::kAged;
  }
  begin_spaces(spare_words);
}

// The first chunk of a small heap is sized by what lived last time: survivors then fill about half
// of it. At the first collection of a process, whose block is still the one it began with, there is
// only the used part of that to go by.
void Collector::begin_spaces(std::size_t spare_words) {
  if (!generational_) {
    const std::size_t guess =
        heap_.owns_block() ? std::size_t{heap_.live_words_} * 2 : heap_.used_words();
    young_.add_chunk(std::max({guess, kMinBlockWords, spare_words}) + need_);
    return;
  }
  if (full_) {
    const std::size_t lived = generation_ != nullptr ? generation_->full_words : heap_.live_words_;
    old_.add_chunk(std::max(lived + lived / 4, kMinBlockWords));
    return;
  }
  old_off_heap_ = generation_->link.off_heap;
  if (generation_->top != nullptr) {
    old_.begin_in(generation_->top, generation_->end, generation_->words);
  } else {
    old_.add_chunk(kMinOldChunk);
  }
  young_.add_chunk(nursery_words() + need_);
}

std::size_t Collector::nursery_words() const {
  if (g_collect_always) return kMinBlockWords;
  const std::size_t half = std::size_t{heap_.live_words_} / 2;
  const std::size_t least = heap_.max_units_ == 0
                                ? kMinNursery
                                : std::min(kMinNursery, heap_.max_bytes() / sizeof(Word) / 8);
  return std::clamp(half, std::max(least, kMinBlockWords), kMaxNursery);
}

// Whether a minor collection, which takes all that is old to be alive, could find too much.
bool Collector::may_exceed_limit() const {
  if (heap_.max_units_ == 0) return false;
  std::size_t words = generation_->words + heap_.used_words() + need_;
  for (const Fragment* f = from_fragments_; f != nullptr; f = f->next) words += f->words;
  const std::size_t off_heap = generation_->off_heap_bytes + off_heap_list_bytes(from_off_heap_);
  return words * sizeof(Word) + off_heap > heap_.max_bytes();
}

// ---- Copying

Term Collector::move(Word* from, Header header) {
  const std::size_t words = term::layout(header).words;
  const bool promoted = ((header.flags() | promoted_always_) & promoted_) != 0;
  Word* to = (promoted ? old_ : young_).reserve(words);
  to[0] = term::header_of_copy(header).with_flags(promoted ? kOldAge : kYoungAge).word();
  copy_in_fours(to + 1, from + 1, words - 1);
  if (TTVM_UNLIKELY(term::is_off_heap(header.kind()))) copy_off_heap(to, promoted);
  *from = reinterpret_cast<Word>(to);
  return Term::box(to);
}

void Collector::copy_off_heap(Word* to, bool promoted) {
  Word*& list = promoted ? old_off_heap_ : young_off_heap_;
  to[term::kBigNext] = reinterpret_cast<Word>(list);
  list = to;
  if (promoted && !full_) generation_->off_heap_bytes += to[term::kBigSize];
}

void Collector::settle_weak_root() {
  if (weak_root_ == nullptr || !weak_root_->is_box()) return;
  const Header header(*weak_root_->pointer());
  if (header.is_forward()) {
    *weak_root_ = Term::from_word(header.word());
  } else if ((header.flags() & kept_) == 0) {
    *weak_root_ = Term::unset();
  }
}

// ---- The end

void Collector::free_old() {
  sweep_off_heap(from_off_heap_);
  if (full_ && generation_ != nullptr) {
    sweep_off_heap(generation_->link.off_heap);
    OldGeneration::destroy(generation_);
    generation_ = nullptr;
  }
  while (from_fragments_ != nullptr) {
    Fragment* next = from_fragments_->next;
    free_fragment_memory(from_fragments_);
    from_fragments_ = next;
  }
  if (heap_.owns_block()) slab_free(heap_.start_, heap_.block_words() * sizeof(Word));
}

void Collector::install_old() {
  if (full_) generation_ = OldGeneration::make();
  auto fresh = old_.chunks();
  if (generation_->top != nullptr) fresh = fresh.subspan(1);  // the first is a block's room
  for (const Space::Chunk& chunk : fresh) {
    generation_->blocks = wrap_chunk(chunk.start, chunk.end, generation_->blocks);
  }
  generation_->top = old_.last().top;
  generation_->end = old_.last().end;
  generation_->words += old_.used();
  generation_->link.off_heap = old_off_heap_;
  if (!full_) return;
  generation_->full_words = generation_->words;
  generation_->off_heap_bytes = generation_->full_off_heap_bytes =
      off_heap_list_bytes(old_off_heap_);
}

// The last chunk becomes the heap's block if enough of it is free. Otherwise all chunks become
// fragments beside a fresh block: growing a heap never copies anything a second time.
void Collector::install_young(std::size_t live) {
  std::size_t wanted = 0;
  std::size_t fresh = std::max({need_, live, kMinBlockWords});
  if (generational_) fresh = std::max(need_, nursery_words());
  auto chunks = young_.chunks();
  Space::Chunk last = young_.last();
  if (!over_limit_) {
    wanted = std::max(need_, generational_ ? fresh / 2 : std::max(live, last.size()) * 2 / 5);
  }
  heap_.fragments_ = generational_ ? &generation_->link : nullptr;
  if (chunks.empty() || static_cast<std::size_t>(last.end - last.top) < wanted) {
    const std::size_t words = rounded_words(fresh);
    auto* block = static_cast<Word*>(slab_allocate(words * sizeof(Word)));
    last = {block, block, block, block + words};
  } else {
    chunks = chunks.first(chunks.size() - 1);
  }
  for (const Space::Chunk& chunk : chunks) {
    heap_.fragments_ = wrap_chunk(chunk.start, chunk.end, heap_.fragments_);
  }
  heap_.start_ = last.start;
  heap_.top_ = last.top;
  heap_.end_ = last.end;
  heap_.owns_block_ = 1;
  heap_.lived_at_start_ = !generational_ && static_cast<std::size_t>(last.top - last.start) == live;
  heap_.has_old_ = generational_ ? 1 : 0;
}

bool Collector::finish() {
  TTVM_ASSERT(!finished_);
  finished_ = true;
  const auto young = [this](Term child) { return evacuate(child); };
  const auto old = [this](Term child) {
    const Term copy = evacuate(child);
    TTVM_ASSERT((term::header_of(copy).flags() & (term::kStatic | term::kOld)) != 0);
    return copy;
  };
  for (bool more = true; more;) more = young_.scan(young) || old_.scan(old);
  settle_weak_root();
  free_old();
  if (generational_) install_old();
  const std::size_t live = young_.used() + (generational_ ? generation_->words : 0);
  const std::size_t off_heap =
      off_heap_list_bytes(young_off_heap_) + (generational_ ? generation_->off_heap_bytes : 0);
  heap_.off_heap_ = young_off_heap_;
  if (heap_.max_units_ != 0 && full_ &&
      (live + need_) * sizeof(Word) + off_heap > heap_.max_bytes()) {
    over_limit_ = true;
  }
  install_young(live);
  heap_.live_words_ = static_cast<std::uint32_t>(
      std::min<std::size_t>(live, std::numeric_limits<std::uint32_t>::max()));
  heap_.reset_budgets(off_heap);
  heap_.limit_ = g_collect_always && !over_limit_ ? heap_.top_ + need_ : heap_.end_;
#ifndef NDEBUG
  heap_.promised_ = over_limit_ ? heap_.top_ : heap_.top_ + need_;
#endif
  return !over_limit_;
}

bool collect(Heap& heap, std::size_t need_words, std::span<Term> roots, Collector::Extent extent) {
  Collector collector(heap, need_words, 0, extent);
  collector.root_range(roots.data(), roots.size());
  return collector.finish();
}

}  // namespace ttvm::heap
