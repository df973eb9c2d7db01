#include "heap/blob.hpp"

#include <cstring>
#include <new>

#include "heap/slab.hpp"

namespace ttvm::heap {

Blob* make_blob(std::size_t capacity) {
  const std::size_t bytes = slab_round(sizeof(Blob) + capacity);
  return new (slab_allocate(bytes)) Blob{1, bytes - sizeof(Blob), 0, false};
}

void free_blob(Blob* blob) { slab_free(blob, sizeof(Blob) + blob->capacity); }

bool try_append(Blob* blob, std::size_t end, std::string_view tail) {
  if (blob->capacity - end < tail.size()) return false;
  std::uint64_t expected = end;
  if (!blob->shared.load(std::memory_order_relaxed)) {
    if (blob->used.load(std::memory_order_relaxed) != end) return false;
    blob->used.store(end + tail.size(), std::memory_order_relaxed);
    std::memcpy(blob->data() + end, tail.data(), tail.size());
    return true;
  }
  // Relaxed: reserves bytes, publishes none. The bytes reach another thread with a view of them,
  // through a mailbox.
  if (!blob->used.compare_exchange_strong(expected, end + tail.size(), std::memory_order_relaxed)) {
    return false;
  }
  std::memcpy(blob->data() + end, tail.data(), tail.size());
  return true;
}

}  // namespace ttvm::heap
