#include "heap/hamt.hpp"

#include <algorithm>

#include <tuple>

#include "base/bits.hpp"

namespace ttvm::heap {

using term::hamt_bit;
using term::hamt_leaf;
using term::Header;
using term::kHamtBitmap;
using term::kHamtBits;
using term::kHamtLevels;
using term::kHamtSlots;
using term::Kind;

namespace {

std::uint32_t bitmap_of(const Word* node) { return static_cast<std::uint32_t>(node[kHamtBitmap]); }
std::uint32_t slots_of(const Word* node) { return Header(*node).size(); }

Word* new_hamt(Heap& heap, std::size_t slots, unsigned level, std::uint32_t bitmap) {
  Word* node = heap.allocate(kHamtSlots + slots);
  node[0] =
      Header(Kind::kHamt, static_cast<std::uint32_t>(slots), static_cast<std::uint16_t>(level))
          .word();
  node[kHamtBitmap] = bitmap;
  return node;
}

std::size_t position(std::uint32_t bitmap, std::uint32_t bit) {
  return base::count_ones(bitmap & (bit - 1));
}

// A copy with one more slot, at `at`.
Term with_slot(Heap& heap, const Word* node, std::size_t at, Term slot, std::uint32_t bitmap) {
  const std::size_t slots = slots_of(node);
  Word* copy = new_hamt(heap, slots + 1, Header(*node).aux(), bitmap);
  std::copy_n(node + kHamtSlots, at, copy + kHamtSlots);
  copy[kHamtSlots + at] = slot.word();
  std::copy_n(node + kHamtSlots + at, slots - at, copy + kHamtSlots + at + 1);
  return Term::box(copy);
}

Term without_slot(Heap& heap, const Word* node, std::size_t at, std::uint32_t bitmap) {
  const std::size_t slots = slots_of(node);
  if (slots == 1) return Term::unset();
  Word* copy = new_hamt(heap, slots - 1, Header(*node).aux(), bitmap);
  std::copy_n(node + kHamtSlots, at, copy + kHamtSlots);
  std::copy_n(node + kHamtSlots + at + 1, slots - at - 1, copy + kHamtSlots + at);
  return Term::box(copy);
}

Term with_changed(Heap& heap, const Word* node, std::size_t at, Term slot) {
  const std::size_t slots = slots_of(node);
  Word* copy = new_hamt(heap, slots, Header(*node).aux(), bitmap_of(node));
  std::copy_n(node + kHamtSlots, slots, copy + kHamtSlots);
  copy[kHamtSlots + at] = slot.word();
  return Term::box(copy);
}

// An entry that is in a node already, and a new one, in order.
struct Couple {
  HamtItem items[2];
  Couple(Term leaf, const HamtItem& item)
      : items{hamt_item(term::leaf_hash(leaf), term::leaf_entry(leaf)), item} {
    hamt_sort(items);
  }
};

// The items of one slot: those that share the digit of this level with the first.
std::size_t group_size(std::span<const HamtItem> items, unsigned level) {
  const std::uint32_t bit = hamt_bit(items[0].hash, level);
  std::size_t size = 1;
  while (size < items.size() && hamt_bit(items[size].hash, level) == bit) ++size;
  return size;
}

}  // namespace

HamtItem hamt_item(std::uint32_t hash, std::uint64_t entry) {
  std::uint32_t order = 0;
  for (unsigned level = 0; level < kHamtLevels; ++level) {
    order = (order << kHamtBits) | ((hash >> (level * kHamtBits)) & 31U);
  }
  return {order, hash, entry};
}

void hamt_sort(std::span<HamtItem> items) {
  std::sort(items.begin(), items.end(), [](const HamtItem& a, const HamtItem& b) {
    return std::tie(a.order, a.entry) < std::tie(b.order, b.entry);
  });
}

std::size_t hamt_build_need(std::span<const HamtItem> items, unsigned level) {
  if (items.empty()) return 0;
  if (level == kHamtLevels) return kHamtSlots + items.size();
  std::size_t words = kHamtSlots;
  while (!items.empty()) {
    const std::size_t size = group_size(items, level);
    words += 1 + (size > 1 ? hamt_build_need(items.first(size), level + 1) : 0);
    items = items.subspan(size);
  }
  return words;
}

Term hamt_build(Heap& heap, std::span<const HamtItem> items, unsigned level) {
  if (items.empty()) return Term::unset();
  std::uint32_t bitmap = 0;
  if (level == kHamtLevels) {
    Word* list = new_hamt(heap, items.size(), level, bitmap);
    for (std::size_t i = 0; i < items.size(); ++i) {
      list[kHamtSlots + i] = hamt_leaf(items[i].entry, items[i].hash).word();
    }
    return Term::box(list);
  }
  Term slots[32];
  std::size_t count = 0;
  while (!items.empty()) {
    const std::size_t size = group_size(items, level);
    bitmap |= hamt_bit(items[0].hash, level);
    slots[count++] = size == 1 ? hamt_leaf(items[0].entry, items[0].hash)
                               : hamt_build(heap, items.first(size), level + 1);
    items = items.subspan(size);
  }
  Word* node = new_hamt(heap, count, level, bitmap);
  for (std::size_t i = 0; i < count; ++i) node[kHamtSlots + i] = slots[i].word();
  return Term::box(node);
}

std::size_t hamt_insert_need(Term node, const HamtItem& item, unsigned level) {
  std::size_t words = 0;
  for (;; ++level) {
    const Word* box = node.pointer();
    words += kHamtSlots + slots_of(box);
    if (level == kHamtLevels) return words + 1;
    const std::uint32_t bit = hamt_bit(item.hash, level);
    if ((bitmap_of(box) & bit) == 0) return words + 1;
    const Term slot = Term::from_word(box[kHamtSlots + position(bitmap_of(box), bit)]);
    if (!slot.is_box()) return words + hamt_build_need(Couple(slot, item).items, level + 1);
    node = slot;
  }
}

Term hamt_insert(Heap& heap, Term node, const HamtItem& item, unsigned level) {
  const Word* box = node.pointer();
  const Term leaf = hamt_leaf(item.entry, item.hash);
  if (level == kHamtLevels) return with_slot(heap, box, slots_of(box), leaf, 0);
  const std::uint32_t bitmap = bitmap_of(box);
  const std::uint32_t bit = hamt_bit(item.hash, level);
  const std::size_t at = position(bitmap, bit);
  if ((bitmap & bit) == 0) return with_slot(heap, box, at, leaf, bitmap | bit);
  const Term slot = Term::from_word(box[kHamtSlots + at]);
  const Term child = slot.is_box() ? hamt_insert(heap, slot, item, level + 1)
                                   : hamt_build(heap, Couple(slot, item).items, level + 1);
  return with_changed(heap, box, at, child);
}

std::size_t hamt_remove_need(Term node, const HamtItem& item) {
  std::size_t words = 0;
  for (unsigned level = 0;; ++level) {
    const Word* box = node.pointer();
    words += kHamtSlots + slots_of(box);
    if (level == kHamtLevels) return words;
    const std::uint32_t bitmap = bitmap_of(box);
    const std::uint32_t bit = hamt_bit(item.hash, level);
    node = Term::from_word(box[kHamtSlots + position(bitmap, bit)]);
    if (!node.is_box()) return words;
  }
}

Term hamt_remove(Heap& heap, Term node, const HamtItem& item, unsigned level) {
  const Word* box = node.pointer();
  if (level == kHamtLevels) {
    std::size_t at = 0;
    while (term::leaf_entry(Term::from_word(box[kHamtSlots + at])) != item.entry) ++at;
    return without_slot(heap, box, at, 0);
  }
  const std::uint32_t bitmap = bitmap_of(box);
  const std::uint32_t bit = hamt_bit(item.hash, level);
  const std::size_t at = position(bitmap, bit);
  const Term slot = Term::from_word(box[kHamtSlots + at]);
  if (!slot.is_box()) return without_slot(heap, box, at, bitmap & ~bit);
  Term child = hamt_remove(heap, slot, item, level + 1);
  if (child.is_unset()) return without_slot(heap, box, at, bitmap & ~bit);
  // A node with nothing but one entry is replaced by the entry.
  if (child.is_box() && slots_of(child.pointer()) == 1) {
    const Term only = Term::from_word(child.pointer()[kHamtSlots]);
    if (!only.is_box()) child = only;
  }
  return with_changed(heap, box, at, child);
}

}  // namespace ttvm::heap
