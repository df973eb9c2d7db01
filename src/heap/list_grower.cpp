#include "heap/list_grower.hpp"

#include <algorithm>

#include "heap/vec_builder.hpp"
#include "term/symbols.hpp"

namespace ttvm::heap {

using term::Header;
using term::Kind;
using term::kNodeFirst;
using term::kNodeSlots;

static_assert(kNodeFirst == term::kListElements,
              "a leaf that is full becomes a flat list in place");

namespace {

constexpr std::size_t kEdgeWords = kNodeFirst + kMaxVecLevels;

std::size_t used_of(Term node) { return term::header_of(node).aux(); }
std::size_t edge_levels(Term edge) { return edge.is_unset() ? 0 : used_of(edge); }

Term& open_node(Term edge, std::size_t level) {
  return reinterpret_cast<Term*>(edge.mutable_pointer())[kNodeFirst + level];
}

// Children that a node of this level can still get, if `more` elements come.
std::size_t slots_for(std::size_t level, std::size_t used, std::uint64_t more) {
  const std::uint64_t children = (more >> (5 * (level + 1))) + 1;
  return static_cast<std::size_t>(std::min<std::uint64_t>(kNodeSlots, used + children));
}

Term with_slots(Heap& heap, Term node, std::size_t slots) {
  const std::size_t used = used_of(node);
  Word* copy = new_node(heap, slots, used);
  std::memcpy(copy + kNodeFirst, node.pointer() + kNodeFirst, used * sizeof(Word));
  return Term::box(copy);
}

Term node_of_one(Heap& heap, std::size_t slots, Term child) {
  Word* node = new_node(heap, slots, 1);
  node[kNodeFirst] = child.word();
  return Term::box(node);
}

// Adds a child at a level. A collection takes the free slots of nodes away: then there is a new
// one.
void add_child(Heap& heap, Term edge, std::size_t level, Term child, std::uint64_t more) {
  TTVM_ASSERT(level < kMaxVecLevels);
  if (level == edge_levels(edge)) {
    GrowingList::add_to(edge.mutable_pointer(),
                        node_of_one(heap, slots_for(level, 0, more), child));
    return;
  }
  Term& node = open_node(edge, level);
  const std::size_t used = used_of(node);
  if (used == kNodeSlots) {
    add_child(heap, edge, level + 1, node, more);
    node = node_of_one(heap, slots_for(level, 0, more), child);
    return;
  }
  if (used == term::header_of(node).size()) {
    node = with_slots(heap, node, slots_for(level, used, more));
  }
  GrowingList::add_to(node.mutable_pointer(), child);
}

// An edge that a collection has copied has no room for further levels.
Term edge_with_room(Heap& heap, Term edge) {
  if (edge.is_unset()) return Term::box(new_node(heap, kMaxVecLevels, 0));
  if (term::header_of(edge).size() == kMaxVecLevels) return edge;
  return with_slots(heap, edge, kMaxVecLevels);
}

std::size_t push_need(Term edge) {
  return kEdgeWords + (edge_levels(edge) + 1) * (kNodeFirst + kNodeSlots);
}

std::size_t leaf_slots(std::size_t used, std::uint64_t more) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(kNodeSlots, used + more));
}

}  // namespace

std::size_t GrowingList::grow_need(std::uint64_t more) const {
  const std::size_t used = leaf.is_unset() ? 0 : used_of(leaf);
  if (used < kNodeSlots) return kNodeFirst + leaf_slots(used, more);
  return push_need(edge) + kNodeFirst + leaf_slots(0, more);
}

void GrowingList::grow(Heap& heap, std::uint64_t more) {
  if (leaf.is_unset()) {
    leaf = Term::box(new_node(heap, leaf_slots(0, more), 0));
    return;
  }
  const std::size_t used = used_of(leaf);
  if (used < kNodeSlots) {
    leaf = with_slots(heap, leaf, leaf_slots(used, more));
    return;
  }
  edge = edge_with_room(heap, edge);
  add_child(heap, edge, 0, leaf, more);
  leaf = Term::box(new_node(heap, leaf_slots(0, more), 0));
}

std::size_t GrowingList::finish_need() const {
  if (!edge.is_unset()) {
    // Each level may have to be copied for a child from below, and once more for one that a full
    // level below has handed on.
    const std::size_t levels = edge_levels(edge);
    const std::size_t copies = levels > 1 ? 2 * levels : 0;
    return kEdgeWords + copies * (kNodeFirst + kNodeSlots) + term::kVecWords;
  }
  return leaf.is_unset() ? 0 : term::kListElements + used_of(leaf);
}

Term GrowingList::finish(Heap& heap) {
  if (leaf.is_unset()) return term::empty_list();
  const std::size_t used = used_of(leaf);
  if (edge.is_unset()) {
    if (used == 0) return term::empty_list();
    Term list = leaf;
    if (term::header_of(leaf).size() != used) list = with_slots(heap, leaf, used);
    const std::uint8_t age = term::header_of(list).flags();
    *list.mutable_pointer() = Header(Kind::kList, static_cast<std::uint32_t>(used), 0, age).word();
    return list;
  }
  const std::uint64_t elements = count();
  edge = edge_with_room(heap, edge);
  for (std::size_t level = 0; level + 1 < edge_levels(edge); ++level) {
    add_child(heap, edge, level + 1, open_node(edge, level), 0);
  }
  const std::size_t levels = edge_levels(edge);
  return new_vec(heap, elements, levels, open_node(edge, levels - 1), leaf);
}

std::uint64_t GrowingList::count() const {
  std::uint64_t leaves = 0;
  for (std::size_t level = 0; level < edge_levels(edge); ++level) {
    leaves += std::uint64_t{used_of(open_node(edge, level))} << (5 * level);
  }
  return leaves * kNodeSlots + (leaf.is_unset() ? 0 : used_of(leaf));
}

}  // namespace ttvm::heap
