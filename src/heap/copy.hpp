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

#include <cstddef>
#include <span>

#include "heap/heap.hpp"

namespace ttvm::heap {

class MessageCopy {
 public:
  explicit MessageCopy(Term root) : MessageCopy(std::span<const Term>(&root_, 1), root) {}
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
  Term copy_to(Fragment& fragment);
  void copy_to(Fragment& fragment, std::span<Term> out);
  // Into another heap (not that of the values), which has room for words().
  void copy_to(Heap& heap, std::span<Term> out);

 private:
  MessageCopy(std::span<const Term> roots, Term root);

  bool is_flat(Term root);
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

// Allocates a fragment (left null when none is needed) and copies.
Term copy_message(Term root, Fragment*& fragment);

}  // namespace ttvm::heap
