// What heap.cpp and collector.cpp share about fragments. Not for other folders.
#pragma once

#include "heap/heap.hpp"
#include "heap/slab.hpp"

namespace ttvm::heap {

// `prefix_bytes` of a fragment that does not contain its words but points to a block of them: how a
// collected block, whose words have no place for a Fragment before them, becomes a fragment.
inline constexpr std::uint32_t kWrapsBlock = 0xFFFFFFFFU;

// Takes over a slab block of `words` words.
Fragment* wrap_block(Word* block, std::size_t words);

// Without releasing what its boxes hold.
[[gnu::always_inline]] inline void free_fragment_memory(Fragment* fragment) {
  if (fragment->prefix_bytes == kWrapsBlock) {
    auto* block = reinterpret_cast<Word*>(*fragment->data());
    slab_free(block, std::size_t{fragment->words} * sizeof(Word));
    slab_free(fragment, sizeof(Fragment) + sizeof(Word));
    return;
  }
  slab_free(reinterpret_cast<char*>(fragment) - fragment->prefix_bytes, fragment->block_bytes());
}

// Bytes that the boxes of an off-heap list view. Views of one blob one after the other, as repeated
// appending makes them, count once.
std::size_t off_heap_list_bytes(const Word* box);

}  // namespace ttvm::heap
