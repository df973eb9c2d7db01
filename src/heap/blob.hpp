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

// One more view for whatever process: a message has it, or a test.
inline void retain(Blob* blob) {
  if (!blob->shared.load(std::memory_order_relaxed)) {
    blob->shared.store(true, std::memory_order_relaxed);
  }
  // Relaxed: whoever copies a reference has one, so the blob cannot go away meanwhile.
  blob->references.fetch_add(1, std::memory_order_relaxed);
}

// One more view in the heap that has the view it is made from.
inline void retain_here(Blob* blob) {
  if (blob->shared.load(std::memory_order_relaxed)) {
    blob->references.fetch_add(1, std::memory_order_relaxed);
  } else {
    blob->references.store(blob->references.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
  }
}

void free_blob(Blob* blob);

// `count` views in heaps or fragments of the caller are no more.
inline void release(Blob* blob, std::uint64_t count = 1) {
  if (!blob->shared.load(std::memory_order_relaxed)) {
    const std::uint64_t left = blob->references.load(std::memory_order_relaxed) - count;
    blob->references.store(left, std::memory_order_relaxed);
    if (left == 0) free_blob(blob);
    return;
  }
  // Release: all that this holder did with the blob comes before the decrement. Acquire, for the
  // last one: it sees all of that before the memory is reused. Partners are the other releases.
  if (blob->references.fetch_sub(count, std::memory_order_acq_rel) == count) free_blob(blob);
}

// Releases blob after blob, the same in a row at once: many messages carry the same string.
class Releases {
 public:
  Releases() = default;
  ~Releases() {
    if (blob_ != nullptr) release(blob_, count_);
  }
  Releases(const Releases&) = delete;
  Releases& operator=(const Releases&) = delete;

  void add(Blob* blob) {
    if (blob != blob_) {
      if (blob_ != nullptr) release(blob_, count_);
      blob_ = blob;
      count_ = 0;
    }
    ++count_;
  }

 private:
  Blob* blob_ = nullptr;
  std::uint64_t count_ = 0;
};

// Appends in place if the view that ends at `end` is the last one and there is room. At most one
// caller can win the bytes after `end`; the others copy.
bool try_append(Blob* blob, std::size_t end, std::string_view tail);

}  // namespace ttvm::heap
