// The index of a large dict: a hash array mapped trie from the hash of a key to the number of its
// entry (term/access.hpp says how it is laid out and read). Persistent: insert and remove copy the
// nodes on one path. For build_object.cpp; not for other folders.
//
// Recursion is bounded by the kHamtLevels + 1 levels of a trie.
#pragma once

#include <cstdint>
#include <span>

#include "heap/heap.hpp"
#include "term/access.hpp"

namespace ttvm::heap {

// What it takes to place an entry; `order` is the hash with its 5-bit digits reversed, so that
// sorting by it brings together what shares a node.
struct HamtItem {
  std::uint32_t order;
  std::uint32_t hash;
  std::uint64_t entry;
};

HamtItem hamt_item(std::uint32_t hash, std::uint64_t entry);

// Of items sorted by hamt_sort. The need is exact. Unset for no items.
void hamt_sort(std::span<HamtItem> items);
std::size_t hamt_build_need(std::span<const HamtItem> items, unsigned level = 0);
Term hamt_build(Heap& heap, std::span<const HamtItem> items, unsigned level = 0);

// Adds an entry whose key is not in the trie. The need is exact.
std::size_t hamt_insert_need(Term node, const HamtItem& item, unsigned level = 0);
Term hamt_insert(Heap& heap, Term node, const HamtItem& item, unsigned level = 0);

// Takes an entry out that is in the trie. Unset when none is left. The need is close above.
std::size_t hamt_remove_need(Term node, const HamtItem& item);
Term hamt_remove(Heap& heap, Term node, const HamtItem& item, unsigned level = 0);

}  // namespace ttvm::heap
