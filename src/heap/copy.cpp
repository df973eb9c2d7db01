#include "heap/copy.hpp"

#include <cstring>
#include <vector>

#include "heap/blob.hpp"

namespace ttvm::heap {

using term::BoxLayout;
using term::Header;
using term::Kind;

// How it works. Pass 1 visits every box once, breadth first. A box that is met is entered in the
// log with its header, and the header is replaced by a forwarding mark: eight times the position
// that the copy will have. So the log is the list of boxes to visit, what the second pass copies,
// and how to undo the marks. Pass 2 goes over the log and writes the copies one after the other;
// where a child's copy is follows from the mark in the child. Then the headers are put back.

namespace {

// A box with its header. `plain`: none of its words refers to a box, or there are no terms in it.
struct Entry {
  Word* box;
  Word header;
  bool plain = true;
};

constexpr std::size_t kKeptEntries = std::size_t{1} << 16U;  // a larger log is freed after use

std::vector<Entry>& log() {
  static thread_local std::vector<Entry> entries;
  return entries;
}

// Whether any of the words is a box, many at a time: only those of boxes have 0 in all of the
// lowest three bits.
bool has_box(const Word* words, std::size_t count) {
  Word others = 1;
  for (std::size_t i = 0; i < count; ++i) others &= words[i] | words[i] >> 1U | words[i] >> 2U;
  return (others & 1U) == 0;
}

Word relocated(Word word, const Word* memory) {
  const Term term = Term::from_word(word);
  if (!term.is_box()) return word;
  const Header header(*term.pointer());
  return header.is_forward() ? reinterpret_cast<Word>(memory + (header.word() >> 3U)) : word;
}

}  // namespace

Word* link_copy(Word* box, Word* list) {
  retain(reinterpret_cast<Blob*>(box[term::kBigBlob]));
  box[term::kBigNext] = reinterpret_cast<Word>(list);
  return box;
}

MessageCopy::MessageCopy(std::span<const Term> roots) : roots_(roots) {
  for (const Term root : roots_) {
    if (is_in_heap(root)) {
      mark();
      return;
    }
  }
}

void MessageCopy::visit(Term child) {
  if (!child.is_box()) return;
  Word* box = child.mutable_pointer();
  const Header header(*box);
  if (header.is_forward() || (header.flags() & term::kStatic) != 0) return;
  log().push_back({box, header.word()});
  *box = static_cast<Word>(words_) << 3U;
  words_ += term::layout(header).words;
}

void MessageCopy::mark() {
  std::vector<Entry>& entries = log();
  TTVM_ASSERT(entries.empty());
  marked_ = true;
  for (const Term root : roots_) visit(root);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Word* box = entries[i].box;
    const BoxLayout layout = term::layout(Header(entries[i].header));
    if (!has_box(box + layout.first_term, layout.end_term - layout.first_term)) continue;
    entries[i].plain = false;
    for (std::uint32_t slot = layout.first_term; slot < layout.end_term; ++slot) {
      visit(Term::from_word(box[slot]));
    }
  }
}

Word* MessageCopy::write(Word* memory, std::span<Term> out) {
  Word* off_heap = nullptr;
  Word* to = memory;
  for (const Entry& entry : log()) {
    const Header header(entry.header);
    const BoxLayout layout = term::layout(header);
    to[0] = term::header_of_copy(header).word();
    std::memcpy(to + 1, entry.box + 1, (layout.words - 1) * sizeof(Word));
    if (!entry.plain) {
      for (std::uint32_t i = layout.first_term; i < layout.end_term; ++i) {
        to[i] = relocated(to[i], memory);
      }
    }
    if (TTVM_UNLIKELY(term::is_off_heap(header.kind()))) off_heap = link_copy(to, off_heap);
    to += layout.words;
  }
  TTVM_ASSERT(static_cast<std::size_t>(to - memory) == words_);
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    out[i] = Term::from_word(relocated(roots_[i].word(), memory));
  }
  restore();
  return off_heap;
}

void MessageCopy::restore() {
  std::vector<Entry>& entries = log();
  for (const Entry& entry : entries) *entry.box = entry.header;
  entries.clear();
  if (entries.capacity() > kKeptEntries) std::vector<Entry>().swap(entries);
  marked_ = false;
}

Term MessageCopy::copy_one(Fragment& fragment) {
  Term copy = roots_.empty() ? Term::null() : roots_[0];
  fragment.words = static_cast<std::uint32_t>(words_);
  fragment.off_heap = nullptr;
  if (!marked_) return copy;
  std::vector<Term> copies(roots_.size());
  copy_to(fragment, copies);
  return copies[0];
}

void MessageCopy::copy_to(Fragment& fragment, std::span<Term> out) {
  TTVM_ASSERT(out.size() == roots_.size());
  if (flat_) {
    out[0] = copy_flat(fragment);
    return;
  }
  fragment.words = static_cast<std::uint32_t>(words_);
  fragment.off_heap = nullptr;
  if (marked_) {
    fragment.off_heap = write(fragment.data(), out);
    return;
  }
  for (std::size_t i = 0; i < roots_.size(); ++i) out[i] = roots_[i];
}

void MessageCopy::copy_to(Heap& heap, std::span<Term> out) {
  TTVM_ASSERT(out.size() == roots_.size());
  if (flat_) {
    Word* off_heap = nullptr;
    out[0] = write_flat(heap.allocate(words_), off_heap);
    if (off_heap != nullptr) heap.splice_off_heap(off_heap);
    return;
  }
  if (marked_) {
    Word* off_heap = write(heap.allocate(words_), out);
    if (off_heap != nullptr) heap.splice_off_heap(off_heap);
    return;
  }
  for (std::size_t i = 0; i < roots_.size(); ++i) out[i] = roots_[i];
}

Term copy_message(Term root, Fragment*& fragment) {
  MessageCopy copy(root);
  fragment = copy.words() == 0 ? nullptr : allocate_fragment(copy.words());
  if (fragment == nullptr) return root;
  return copy.copy_to(*fragment);
}

}  // namespace ttvm::heap
