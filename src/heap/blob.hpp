// Reference counting and growth of blobs (term/blob.hpp): the bytes of strings over 64 bytes.
//
// Thread safety: all of it; blobs are shared between processes on different threads.
// Invariant: each kBigStr/kBigBytes box in a heap or fragment holds one reference, and is linked in
// the off-heap list of that heap or fragment, which releases it when the box dies.
#pragma once

#include <cstddef>
#include <string_view>

#include "term/blob.hpp"

namespace ttvm::heap {

using term::Blob;

// A blob with one reference and room for `capacity` bytes (rounded up), none of them used.
Blob* make_blob(std::size_t capacity);

inline void retain(Blob* blob) {
  // Relaxed: whoever copies a reference has one, so the blob cannot go away meanwhile.
  blob->references.fetch_add(1, std::memory_order_relaxed);
}

void release(Blob* blob);

// Appends in place if the view that ends at `end` is the last one and there is room. At most one
// caller can win the bytes after `end`; the others copy.
bool try_append(Blob* blob, std::size_t end, std::string_view tail);

}  // namespace ttvm::heap
