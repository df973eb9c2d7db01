// Copies values out of a heap: into a message's fragment, or into the heap of a new process.
// Sharing is preserved (a value that is reachable on a million paths is copied once), large strings
// and static boxes are shared, and nothing recurses. O(size of what is reachable).
//
//   MessageCopy copy(value);
//   Message* m = allocate(sizeof(Message) + copy.words() * 8);    // may be 0 words
//   m->fragment.words = copy.words(); ...
//   m->value = copy.copy_to(m->fragment);
//
// Thread safety: runs on the thread that owns the heap of the values. From construction to copy_to
// (or destruction) the headers of the source boxes are overwritten with forwarding marks: nothing
// may read those values, and only one MessageCopy may be alive on a thread. copy_to, or the
// destructor, puts everything back.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "heap/heap.hpp"

namespace ttvm::heap {

// For a few words, but 2 at least: by two, the last two perhaps once more. A loop over words would
// be made into a call of memcpy.
[[gnu::always_inline]] inline void copy_words(Word* to, const Word* from, std::size_t count) {
  for (std::size_t i = 0; i + 2 < count; i += 2) std::memcpy(to + i, from + i, 2 * sizeof(Word));
  std::memcpy(to + count - 2, from + count - 2, 2 * sizeof(Word));
}

// For tens of words, as nodes of lists have, or none: by four, the rest one by one. Too few for a
// call of memcpy.
[[gnu::always_inline]] inline void copy_in_fours(Word* to, const Word* from, std::size_t count) {
  constexpr std::size_t kBatch = 4;
  std::size_t i = 0;
  for (; i + kBatch <= count; i += kBatch) std::memcpy(to + i, from + i, kBatch * sizeof(Word));
  for (; i < count; ++i) to[i] = from[i];
}

inline bool is_in_heap(Term t) {
  return t.is_box() && (term::header_of(t).flags() & term::kStatic) == 0;
}

// A copied kBigStr or kBigBytes box: one more reference, one more element of the list.
Word* link_copy(Word* box, Word* list);

class MessageCopy {
 public:
  explicit MessageCopy(Term root) : root_(root), roots_(&root_, 1) {
    if (!is_in_heap(root)) return;
    const term::BoxLayout layout = term::layout(term::header_of(root));
    flat_ = is_flat(root.pointer(), layout);
    if (TTVM_LIKELY(flat_)) {
      words_ = layout.words;
    } else {
      mark();
    }
  }
  // Several values that may share structure. The span must stay until copy_to.
  explicit MessageCopy(std::span<const Term> roots);
  ~MessageCopy() {
    if (marked_) restore();
  }
  MessageCopy(const MessageCopy&) = delete;
  MessageCopy& operator=(const MessageCopy&) = delete;

  // Exactly how many words the copy takes. 0 for immediates and static values: then the copy is the
  // value itself, and no fragment is needed.
  std::size_t words() const { return words_; }

  // The copy of the root (of the first, for several). Once only. The fragment's `off_heap` is set;
  // its data must have words() words.
  Term copy_to(Fragment& fragment) {
    return TTVM_LIKELY(flat_) ? copy_flat(fragment) : copy_one(fragment);
  }
  void copy_to(Fragment& fragment, std::span<Term> out);
  // Into another heap (not that of the values), which has room for words().
  void copy_to(Heap& heap, std::span<Term> out);

 private:
  static bool is_flat(const Word* box, const term::BoxLayout& layout) {
    for (std::uint32_t i = layout.first_term; i < layout.end_term; ++i) {
      if (is_in_heap(Term::from_word(box[i]))) return false;
    }
    return true;
  }
  // The copy of a flat root. The list of off-heap boxes that it begins is `off_heap`.
  Term write_flat(Word* to, Word*& off_heap) const {
    const Word* from = root_.pointer();
    const term::Header header(*from);
    to[0] = term::header_of_copy(header).word();
    for (std::size_t i = 1; i < words_; ++i) to[i] = from[i];
    off_heap = TTVM_UNLIKELY(term::is_off_heap(header.kind())) ? link_copy(to, nullptr) : nullptr;
    return Term::box(to);
  }
  Term copy_flat(Fragment& fragment) const {
    fragment.words = static_cast<std::uint32_t>(words_);
    return write_flat(fragment.data(), fragment.off_heap);
  }
  Term copy_one(Fragment& fragment);
  void mark();
  void visit(Term child);
  Word* write(Word* memory, std::span<Term> out);  // gives the list of off-heap boxes
  void restore();

  Term root_;
  std::span<const Term> roots_;
  std::size_t words_ = 0;
  bool flat_ = false;    // one box without boxed children in a heap: no marks, no log
  bool marked_ = false;  // headers are overwritten
};

// How many words a list or an object takes that holds nothing but immediate and static values, as
// most messages do: then its copy is those words. 0 for everything else.
inline std::size_t plain_words(Term value) {
  if (!value.is_box()) return 0;
  const Word* box = value.pointer();
  const term::Header header(*box);
  std::size_t words = 1;
  if (TTVM_LIKELY(header.kind() == term::Kind::kList)) {
    words += header.size();
  } else if (header.kind() == term::Kind::kObject) {
    words += header.aux();
  } else {
    return 0;
  }
  if ((header.flags() & term::kStatic) != 0) return 0;
  for (std::size_t i = 1; i < words; ++i) {
    if (is_in_heap(Term::from_word(box[i]))) return 0;
  }
  return words;
}

// The same with at most a few boxes in it that refer to no others, such as refs and strings: no
// marks, no log.
class ShallowCopy {
 public:
  explicit ShallowCopy(Term root) : root_(root) {
    if (!root.is_box()) return;
    const term::Header header = term::header_of(root);
    if (header.kind() == term::Kind::kList) {
      root_words_ = 1 + header.size();
    } else if (header.kind() == term::Kind::kObject) {
      root_words_ = std::size_t{1} + header.aux();
    } else {
      return;
    }
    if ((header.flags() & term::kStatic) != 0) return;
    words_ = root_words_;
    for (std::size_t slot = 1; slot < root_words_; ++slot) {
      const Term child = Term::from_word(root.pointer()[slot]);
      if (!is_in_heap(child) || add_leaf(slot, term::header_of(child))) continue;
      words_ = 0;
      return;
    }
  }

  // How many words the copy takes; 0: it is of another kind.
  std::size_t words() const { return words_; }

  // The fragment's words are words(); its off_heap is set.
  Term copy_to(Fragment& fragment) const {
    Word* to = fragment.data();
    Word* off_heap = nullptr;
    write_box(to, root_.pointer(), root_words_);
    Word* next = to + root_words_;
    for (std::size_t i = 0; i < leaf_count_; ++i) {
      const Leaf& leaf = leaves_[i];
      write_box(next, Term::from_word(root_.pointer()[leaf.slot]).pointer(), leaf.words);
      to[leaf.slot] = Term::box(next).word();
      if (term::is_off_heap(term::Header(*next).kind())) off_heap = link_copy(next, off_heap);
      next += leaf.words;
    }
    fragment.off_heap = off_heap;
    return Term::box(to);
  }

 private:
  static constexpr std::size_t kMaxLeaves = 4;
  struct Leaf {
    std::size_t slot;
    std::size_t words;
  };

  // None of the boxes here is a kNode. Word by word: most have just been written so, and a load of
  // two would wait for the stores.
  [[gnu::always_inline]] static void write_box(Word* to, const Word* from, std::size_t words) {
    to[0] = term::Header(from[0]).with_flags(0).word();
    for (std::size_t i = 1; i < words; ++i) to[i] = from[i];
  }

  // False: there are too many, or it is none, or it is there already and must not be copied twice.
  [[gnu::always_inline]] bool add_leaf(std::size_t slot, term::Header header) {
    const term::BoxLayout layout = term::layout(header);
    if (layout.end_term != 0 || leaf_count_ == kMaxLeaves) return false;
    for (std::size_t i = 0; i < leaf_count_; ++i) {
      if (root_.pointer()[leaves_[i].slot] == root_.pointer()[slot]) return false;
    }
    leaves_[leaf_count_++] = {slot, layout.words};
    words_ += layout.words;
    return true;
  }

  Term root_;
  std::size_t words_ = 0;
  std::size_t root_words_ = 0;
  std::size_t leaf_count_ = 0;
  std::array<Leaf, kMaxLeaves> leaves_;
};

// Allocates a fragment (left null when none is needed) and copies.
Term copy_message(Term root, Fragment*& fragment);

}  // namespace ttvm::heap
