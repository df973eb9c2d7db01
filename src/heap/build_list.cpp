#include <algorithm>

#include "heap/build.hpp"
#include "heap/vec_builder.hpp"

namespace ttvm::heap {

using term::Header;
using term::Kind;
using term::kNodeFirst;
using term::kNodeSlots;
using term::ListReader;

std::size_t make_list_need(std::size_t count) {
  if (count == 0) return 0;
  if (count <= term::kMaxFlatList) return term::kListElements + count;
  const std::size_t nodes = (count + kNodeSlots - 1) / kNodeSlots;
  return term::kVecWords + count + nodes * kNodeFirst + spine_need(0, 0, nodes - 1);
}

Term make_list(Heap& heap, std::span<const Term> elements) {
  const Term* next = elements.data();
  return build_list(heap, elements.size(), [&next] { return *next++; });
}

// Appending one element is what programs do most: same results as append_terms.
std::size_t list_append_need(Term list) {
  const Word* box = list.pointer();
  const Header header(*box);
  if (header.kind() != Kind::kVec) return append_terms_need(list, 1);
  const std::uint64_t used = box[term::kVecCount] % kNodeSlots;
  if (used == 0) return append_terms_need(list, 1);
  const std::size_t slots =
      header.aux() == 0 && used < kNodeSlots / 2 ? kNodeSlots / 2 : kNodeSlots;
  return term::kVecWords + kNodeFirst + slots;
}

Term list_append(Heap& heap, Term list, Term value) {
  Term out;
  if (TTVM_LIKELY(try_list_append(heap, list, value, out))) return out;
  return append_terms(heap, list, std::span<const Term>(&value, 1));
}

std::size_t list_set_need(Term list, std::uint64_t index) { return set_terms_need(list, index); }
Term list_set(Heap& heap, Term list, std::uint64_t index, Term value) {
  return set_terms(heap, list, index, std::span<const Term>(&value, 1));
}

namespace {

// Both lists end on leaves of their own: the right one's leaves can be used as they are.
bool is_aligned(std::uint64_t left_count) { return left_count % kNodeSlots == 0; }

Term leaf_node(Term vec, std::uint64_t index) {
  return Term::box(reinterpret_cast<const Word*>(term::vec_leaf(vec.pointer(), index)) -
                   kNodeFirst);
}

std::size_t levels_of(Term list) {
  return term::is_kind(list, Kind::kVec) ? term::header_of(list).aux() / 5U : 0;
}

Term root_of(Term list) {
  return term::is_kind(list, Kind::kVec) ? Term::from_word(list.pointer()[term::kVecRoot])
                                         : Term::unset();
}

// The elements of a list that has no trie, and so at most 32 of them.
std::span<const Term> short_elements(Term list) {
  const Word* box = list.pointer();
  if (term::is_kind(list, Kind::kList)) {
    return {reinterpret_cast<const Term*>(box + term::kListElements), term::list_length(list)};
  }
  return {term::vec_leaf(box, 0), term::list_length(list)};
}

// The last 32 elements of a list whose length is a multiple of 32, as a leaf.
Term last_leaf(Heap& heap, Term list, std::uint64_t count) {
  if (term::is_kind(list, Kind::kVec)) {
    return Term::from_word(list.pointer()[term::kVecTail]);
  }
  Word* leaf = new_node(heap, kNodeSlots, kNodeSlots);
  ListReader reader(list, count - kNodeSlots);
  for (std::size_t i = 0; i < kNodeSlots; ++i) leaf[kNodeFirst + i] = reader.next().word();
  return Term::box(leaf);
}

Term concat_leaves(Heap& heap, Spine& spine, Term left, Term right) {
  const std::uint64_t left_count = term::list_length(left);
  const std::uint64_t right_count = term::list_length(right);
  spine.push(last_leaf(heap, left, left_count));
  const std::uint64_t tail = term::tail_offset(right_count);
  for (std::uint64_t i = 0; i < tail; i += kNodeSlots) spine.push(leaf_node(right, i));
  const Term root = spine.close();
  return new_vec(heap, left_count + right_count, spine.levels(), root, leaf_node(right, tail));
}

Term concat_elements(Heap& heap, Spine& spine, Term left, Term right) {
  const std::uint64_t left_count = term::list_length(left);
  const std::uint64_t count = left_count + term::list_length(right);
  const std::uint64_t start = term::tail_offset(left_count);
  ListReader from_left(left, start);
  ListReader from_right(right);
  Word* node = nullptr;
  for (std::uint64_t done = start; done < count;) {
    const std::size_t size = std::min<std::uint64_t>(count - done, kNodeSlots);
    node = new_node(heap, size, size);
    for (std::size_t i = 0; i < size; ++i) {
      ListReader& from = from_left.done() ? from_right : from_left;
      node[kNodeFirst + i] = from.next().word();
    }
    done += size;
    if (done < count) spine.push(Term::box(node));
  }
  const Term root = spine.close();
  return new_vec(heap, count, spine.levels(), root, Term::box(node));
}

}  // namespace

std::size_t list_concat_need(Term left, Term right) {
  const std::uint64_t n = term::list_length(left);
  const std::uint64_t m = term::list_length(right);
  if (n == 0 || m == 0) return 0;
  if (levels_of(right) == 0) return append_terms_need(left, m);
  const std::uint64_t start = term::tail_offset(n);
  const std::uint64_t pushed = (term::tail_offset(n + m) - start) / kNodeSlots;
  const std::size_t inner =
      term::kVecWords + spine_need(start / kNodeSlots, levels_of(left), pushed);
  if (is_aligned(n)) {
    return inner + (term::is_kind(left, Kind::kVec) ? 0 : kNodeFirst + kNodeSlots);
  }
  const std::uint64_t copied = n + m - start;
  return inner + copied + (copied + kNodeSlots - 1) / kNodeSlots * kNodeFirst;
}

Term list_concat(Heap& heap, Term left, Term right) {
  const std::uint64_t n = term::list_length(left);
  const std::uint64_t m = term::list_length(right);
  if (n == 0) return right;
  if (m == 0) return left;
  if (levels_of(right) == 0) return append_terms(heap, left, short_elements(right));
  Spine spine(heap);
  spine.open(root_of(left), levels_of(left), term::tail_offset(n) / kNodeSlots);
  return is_aligned(n) ? concat_leaves(heap, spine, left, right)
                       : concat_elements(heap, spine, left, right);
}

}  // namespace ttvm::heap
