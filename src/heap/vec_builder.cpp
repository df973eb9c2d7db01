#include "heap/vec_builder.hpp"

#include <span>

#include "heap/copy.hpp"

namespace ttvm::heap {

using term::Header;
using term::Kind;
using term::kNodeFirst;
using term::kNodeSlots;

void Spine::open(Term root, std::size_t levels, std::uint64_t leaves) {
  levels_ = levels;
  Term node = root;
  for (std::size_t level = levels; level-- > 0;) {
    const std::uint64_t complete = leaves >> (5 * level);
    counts_[level] = static_cast<std::uint8_t>(complete);
    std::memcpy(slots_[level], node.pointer() + kNodeFirst, complete * sizeof(Word));
    leaves -= complete << (5 * level);
    if (leaves == 0) return;
    node = Term::from_word(node.pointer()[kNodeFirst + complete]);
  }
}

Term Spine::make_node(std::size_t level) {
  const std::size_t count = counts_[level];
  Word* node = new_node(heap_, count, count);
  std::memcpy(node + kNodeFirst, slots_[level], count * sizeof(Word));
  counts_[level] = 0;
  return Term::box(node);
}

void Spine::add(std::size_t level, Term child) {
  TTVM_ASSERT(level < kMaxVecLevels);
  if (level >= levels_) levels_ = level + 1;
  if (counts_[level] == kNodeSlots) add(level + 1, make_node(level));
  slots_[level][counts_[level]++] = child.word();
}

Term Spine::close() {
  for (std::size_t level = 0; level < levels_; ++level) {
    if (counts_[level] == 0) continue;
    const Term node = make_node(level);
    if (level + 1 >= levels_) return node;
    add(level + 1, node);
  }
  return Term::unset();
}

std::size_t spine_need(std::uint64_t leaves, std::size_t levels, std::uint64_t added) {
  std::size_t words = 0;
  for (std::size_t level = 0; added > 0; ++level) {
    std::uint64_t before = 0;
    if (level < levels) {
      before = leaves >> (5 * level);
      if (level + 1 < levels) before &= kNodeSlots - 1;
    }
    const std::uint64_t children = before + added;
    added = (children + kNodeSlots - 1) / kNodeSlots;
    words += children + added;
    if (added == 1 && level + 1 >= levels) break;
  }
  return words;
}

namespace {

// The list as a trie and a tail; a flat list is a tail alone.
struct Parts {
  std::uint64_t count;
  std::size_t levels;
  Term root;
  const Word* tail;        // its elements
  std::size_t tail_count;  // those that belong to this list
  std::size_t capacity;    // how many more could be appended in place
  Term tail_node;          // unset for a flat list
};

Parts parts_of(Term list) {
  const Word* box = list.pointer();
  const Header header(*box);
  if (header.kind() == Kind::kList) {
    return {header.size(), 0, Term::unset(), box + term::kListElements,
            header.size(), 0, Term::unset()};
  }
  const std::uint64_t count = box[term::kVecCount];
  const std::size_t tail_count = count - term::tail_offset(count);
  const Term node = Term::from_word(box[term::kVecTail]);
  const Header tail = term::header_of(node);
  return {count,
          header.aux() / 5U,
          Term::from_word(box[term::kVecRoot]),
          node.pointer() + kNodeFirst,
          tail_count,
          tail.aux() == tail_count ? tail.size() - tail_count : 0,
          node};
}

// Short lists that are appended to stay flat this long; then copying them each time costs more than
// a vector with room at its end.
constexpr std::size_t kFlatAppend = 8;

bool appends_flat(const Parts& parts, std::size_t added) {
  return parts.tail_node.is_unset() && parts.count + added <= term::kMaxFlatList &&
         (parts.count < kFlatAppend || added > 2);
}

// Slots for a new tail: room to grow, but not much more than the list is long.
std::size_t tail_slots(const Parts& parts, std::size_t used) {
  return parts.levels == 0 && used <= kNodeSlots / 2 ? kNodeSlots / 2 : kNodeSlots;
}

void fill(Word* to, std::span<const Term> values) {
  for (std::size_t i = 0; i < values.size(); ++i) to[i] = values[i].word();
}

Word* copy_node(Heap& heap, const Word* elements, std::size_t used, std::size_t slots) {
  Word* node = new_node(heap, slots, used);
  copy_in_fours(node + kNodeFirst, elements, used);
  return node;
}

void append_in_place(Term node, std::size_t used, std::span<const Term> values) {
  Word* box = node.mutable_pointer();
  const Header header(box[0]);
  fill(box + kNodeFirst + used, values);
  box[0] =
      Header(Kind::kNode, header.size(), static_cast<std::uint16_t>(used + values.size())).word();
}

Term append_flat(Heap& heap, const Parts& parts, std::span<const Term> values) {
  const std::size_t count = parts.count + values.size();
  Word* box = heap.allocate(term::kListElements + count);
  box[0] = Header(Kind::kList, static_cast<std::uint32_t>(count)).word();
  for (std::size_t i = 0; i < parts.count; ++i) box[term::kListElements + i] = parts.tail[i];
  fill(box + term::kListElements + parts.count, values);
  return Term::box(box);
}

// The tail's elements and the first of `values` as a full leaf.
Term full_leaf(Heap& heap, const Parts& parts, std::span<const Term> values) {
  if (parts.capacity == values.size() && !parts.tail_node.is_unset()) {
    if (!values.empty()) append_in_place(parts.tail_node, parts.tail_count, values);
    return parts.tail_node;
  }
  Word* leaf = new_node(heap, kNodeSlots, kNodeSlots);
  for (std::size_t i = 0; i < parts.tail_count; ++i) leaf[kNodeFirst + i] = parts.tail[i];
  fill(leaf + kNodeFirst + parts.tail_count, values);
  return Term::box(leaf);
}

}  // namespace

// As if nothing could be appended in place: the collection that this need may bring about takes the
// free slots of tails away.
std::size_t append_terms_need(Term list, std::size_t count) {
  const Parts parts = parts_of(list);
  if (appends_flat(parts, count)) return term::kListElements + parts.count + count;
  const std::size_t used = parts.tail_count + count;
  if (used <= kNodeSlots) return term::kVecWords + kNodeFirst + tail_slots(parts, used);
  const bool reuses_tail = !parts.tail_node.is_unset() && parts.tail_count == kNodeSlots;
  return term::kVecWords + (reuses_tail ? 1 : 2) * (kNodeFirst + kNodeSlots) +
         spine_need(term::tail_offset(parts.count) / kNodeSlots, parts.levels, 1);
}

Term append_terms(Heap& heap, Term list, std::span<const Term> values) {
  const Parts parts = parts_of(list);
  if (appends_flat(parts, values.size())) return append_flat(heap, parts, values);
  const std::uint64_t count = parts.count + values.size();
  const std::size_t used = parts.tail_count + values.size();
  if (values.size() <= parts.capacity) {
    append_in_place(parts.tail_node, parts.tail_count, values);
    return new_vec(heap, count, parts.levels, parts.root, parts.tail_node);
  }
  if (used <= kNodeSlots) {
    Word* tail = new_node(heap, tail_slots(parts, used), used);
    for (std::size_t i = 0; i < parts.tail_count; ++i) tail[kNodeFirst + i] = parts.tail[i];
    fill(tail + kNodeFirst + parts.tail_count, values);
    return new_vec(heap, count, parts.levels, parts.root, Term::box(tail));
  }
  const std::size_t into_leaf = kNodeSlots - parts.tail_count;
  Spine spine(heap);
  spine.open(parts.root, parts.levels, term::tail_offset(parts.count) / kNodeSlots);
  spine.push(full_leaf(heap, parts, values.first(into_leaf)));
  const Term root = spine.close();
  const auto rest = values.subspan(into_leaf);
  Word* tail = new_node(heap, kNodeSlots, rest.size());
  fill(tail + kNodeFirst, rest);
  return new_vec(heap, count, spine.levels(), root, Term::box(tail));
}

std::size_t set_terms_need(Term list, std::uint64_t index) {
  const Parts parts = parts_of(list);
  if (parts.tail_node.is_unset()) return term::kListElements + parts.count;
  if (index >= term::tail_offset(parts.count)) {
    return term::kVecWords + kNodeFirst + parts.tail_count;
  }
  return term::kVecWords + (parts.levels + 1) * (kNodeFirst + kNodeSlots);
}

Term set_terms(Heap& heap, Term list, std::uint64_t index, std::span<const Term> values) {
  const Parts parts = parts_of(list);
  const std::size_t slot = index % kNodeSlots;
  if (parts.tail_node.is_unset()) {
    Word* box = heap.allocate(term::kListElements + parts.count);
    box[0] = Header(Kind::kList, static_cast<std::uint32_t>(parts.count)).word();
    std::memcpy(box + term::kListElements, parts.tail, parts.count * sizeof(Word));
    fill(box + term::kListElements + index, values);
    return Term::box(box);
  }
  if (index >= term::tail_offset(parts.count)) {
    Word* tail = copy_node(heap, parts.tail, parts.tail_count, parts.tail_count);
    fill(tail + kNodeFirst + slot, values);
    return new_vec(heap, parts.count, parts.levels, parts.root, Term::box(tail));
  }
  const auto copy_of = [&heap](Term node) {
    const std::size_t used = term::header_of(node).aux();
    return copy_node(heap, node.pointer() + kNodeFirst, used, used);
  };
  Word* const root = copy_of(parts.root);
  Word* node = root;
  for (std::size_t level = parts.levels; level-- > 0;) {
    const std::size_t child = (index >> (5 * (level + 1))) % kNodeSlots;
    Word* copy = copy_of(Term::from_word(node[kNodeFirst + child]));
    node[kNodeFirst + child] = Term::box(copy).word();
    node = copy;
  }
  fill(node + kNodeFirst + slot, values);
  return new_vec(heap, parts.count, parts.levels, Term::box(root), parts.tail_node);
}

}  // namespace ttvm::heap
