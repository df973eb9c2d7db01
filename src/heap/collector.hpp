// Copying collection of one heap (Cheney): what the roots reach is copied, the memory it was in is
// freed, large strings that were not reached are released.
//
//   Collector collector(heap, need);      // `need` words must be free afterwards
//   collector.root_range(stack, n);       // every value that shall live; updated in place
//   collector.root(register);
//   if (!collector.finish()) ...          // over the limit: the process must end
//
// Thread safety: that of the heap. Between construction and finish() nothing may read through terms
// of this heap, nor allocate in it. The collector does not recurse, and never copies a box twice.
// Static boxes are left alone.
//
// Small heaps are collected as a whole: O(live data + large strings). The survivors' block is twice
// what survived the last time, plus `need`. If less than two fifths of it are free afterwards, it
// stays behind as a fragment and a fresh block of at least the size of the live data takes its
// place, so that a growing heap copies nothing twice. A heap whose data have died shrinks with the
// collection after the one that found it.
//
// A heap with more than kGenerationalWords of live data has two generations: a young block, and the
// old generation (old_generation.hpp) of what has outlived two collections. A *minor* collection
// copies what lives of the young boxes, those that are aged to the old generation, and costs
// O(live young data): a box never refers to a younger one (term/box.hpp), so nothing old need be
// looked at, and there is no write barrier. A *full* one, when the old generation has doubled or
// the heap comes near its limit, copies everything. (Generations after Ungar, "Generation
// Scavenging", 1984; immutable values make the remembered set empty, as in Erlang.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "heap/heap.hpp"

namespace ttvm::heap {

class Collector {
 public:
  enum class Extent : std::uint8_t { kAsNeeded, kFull };

  // Live words from which a heap has generations.
  static constexpr std::size_t kGenerationalWords = std::size_t{32} << 10U;

  // Whether this one looks at what is old, too. Known from the start.
  bool is_full() const { return full_; }

  // Whether the next collection of that heap may have to copy megabytes. O(adopted fragments).
  static bool may_take_long(const Heap& heap);

  // `spare_words`: how much room the new block should have at least, if that is more than the sizes
  // above give (a process that collects often).
  Collector(Heap& heap, std::size_t need_words, std::size_t spare_words = 0,
            Extent extent = Extent::kAsNeeded);
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
  // roots. (A minor collection takes what is old to be alive.)
  void weak_root(Term& term) { weak_root_ = &term; }

  // False when live data and `need` exceed the heap's limit: all roots are valid still, and the
  // heap can be destroyed or collected again, but there may be no room.
  [[nodiscard]] bool finish();

  // What it cost, after finish().
  std::size_t copied_words() const { return young_.used() + old_.used(); }

 private:
  // Where survivors go: mostly one block; when it is full, further ones.
  class Space {
   public:
    struct Chunk {
      Word* start;
      Word* scan;
      Word* top;
      Word* end;
      std::size_t size() const { return static_cast<std::size_t>(end - start); }
    };

    // A further chunk has at least a `growth`-th of what there is.
    explicit Space(std::size_t growth) : growth_(growth) {}
    void add_chunk(std::size_t words);
    // Begins with the room that a block of `total` words in all still has.
    void begin_in(Word* top, Word* end, std::size_t total);
    Word* reserve(std::size_t words) {
      if (TTVM_UNLIKELY(static_cast<std::size_t>(end_ - top_) < words)) grow(words);
      Word* memory = top_;
      top_ += words;
      return memory;
    }
    // Visits the words that are terms of boxes not visited before, among them those that the visits
    // add. False if there were none.
    template <class Visit>
    bool scan(Visit visit);

    std::size_t used() const { return used_ + static_cast<std::size_t>(top_ - start_of_last_); }
    std::span<Chunk> chunks() { return {chunks_.data(), count_}; }
    Chunk last() const { return {start_of_last_, nullptr, top_, end_}; }

   private:
    static constexpr std::size_t kMaxChunks = 48;

    void grow(std::size_t words);
    void push(Word* start, Word* end);

    std::size_t growth_;
    Word* top_ = nullptr;  // of the last chunk
    Word* end_ = nullptr;
    Word* start_of_last_ = nullptr;
    std::size_t used_ = 0;   // in the chunks before
    std::size_t total_ = 0;  // words of all chunks
    std::size_t count_ = 0;
    std::size_t scanned_ = 0;  // chunks
    std::array<Chunk, kMaxChunks> chunks_;
  };

  static bool has_grown(const OldGeneration& old);
  void choose(Extent extent, std::size_t spare_words);
  void begin_spaces(std::size_t spare_words);
  bool may_exceed_limit() const;
  std::size_t nursery_words() const;
  // Where the box is from now on. Only a box that has to be copied is worth a call.
  Term evacuate(Term box) {
    const term::Header header = term::header_of(box);
    if (header.is_forward()) return Term::from_word(header.word());
    if ((header.flags() & kept_) != 0) return box;
    return move(box.mutable_pointer(), header);
  }
  Term move(Word* from, term::Header header);
  void copy_off_heap(Word* to, bool promoted);
  void settle_weak_root();
  void free_old();
  void install_old();
  void install_young(std::size_t live);

  Heap& heap_;
  std::size_t need_;
  // Boxes with these flags stay where they are, those with these are promoted.
  std::uint8_t kept_ = term::kStatic;
  std::uint8_t promoted_ = 0;
  std::uint8_t promoted_always_ = 0;                      // these flags every box is taken to have
  static constexpr std::uint8_t kYoungAge = term::kAged;  // the flag of a copy not promoted
  bool full_ = true;
  bool generational_ = false;
  bool over_limit_ = false;
  bool finished_ = false;
  Space young_{1};
  Space old_{2};
  OldGeneration* generation_ = nullptr;
  Word* from_off_heap_;
  Fragment* from_fragments_;
  Word* young_off_heap_ = nullptr;
  Word* old_off_heap_ = nullptr;
  Term* weak_root_ = nullptr;
};

// Collects with a few roots: for tests, natives and the start of a process.
[[nodiscard]] bool collect(Heap& heap, std::size_t need_words, std::span<Term> roots,
                           Collector::Extent extent = Collector::Extent::kFull);

}  // namespace ttvm::heap
