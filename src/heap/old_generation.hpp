// What a large heap keeps of the boxes that have outlived two collections. Internal to the heap.
//
// It is the last element of the heap's list of fragments, so that a small heap pays nothing for it.
// Blocks are filled one after the other; only the last has room, [top, end). Owned and guarded as
// the heap is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "heap/fragment_internal.hpp"

namespace ttvm::heap {

// `prefix_bytes` of a fragment that is an OldGeneration.
inline constexpr std::uint32_t kIsOldGeneration = kWrapsBlock - 1;  // Heap::kLeastInternalPrefix

struct OldGeneration {
  Fragment link{nullptr, nullptr, 0, kIsOldGeneration};  // its off_heap: those of old boxes
  Fragment* blocks = nullptr;                            // each wraps one; the first has the room
  Word* top = nullptr;
  Word* end = nullptr;
  std::size_t words = 0;           // of boxes, dead ones included
  std::size_t full_words = 0;      // after the last full collection
  std::size_t off_heap_bytes = 0;  // that its boxes view, at most
  std::size_t full_off_heap_bytes = 0;

  static OldGeneration* make();
  // Frees its memory, and nothing that its boxes hold.
  static void destroy(OldGeneration* old);
};

inline OldGeneration* as_old_generation(Fragment* fragment) {
  return fragment->prefix_bytes == kIsOldGeneration ? reinterpret_cast<OldGeneration*>(fragment)
                                                    : nullptr;
}

}  // namespace ttvm::heap
