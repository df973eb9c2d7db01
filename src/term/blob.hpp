// The bytes of large strings and byte strings, shared by all boxes (kBigStr, kBigBytes) that view
// them, in whatever process. Only the layout is here; heap/blob.hpp makes, counts and frees them.
//
// Thread safety: bytes below `used` never change; who has a view may read its bytes without more,
// since a view reaches another thread only through a mailbox (release/acquire).
#pragma once

#include <atomic>
#include <cstdint>

namespace ttvm::term {

struct Blob {
  // Boxes that view it, over all heaps and fragments. Written by every holder's thread; see
  // heap/blob.hpp for the orderings. A static blob is never counted.
  std::atomic<std::uint64_t> references;
  std::uint64_t capacity;
  // Bytes that are taken. A CAS moves it up and so gives the bytes between to one writer alone.
  // Relaxed: it publishes nothing, it only reserves.
  std::atomic<std::uint64_t> used;
  // A message may have taken a view to another process: once true, it stays so. Written by the one
  // process that has views while it is false, and read by all holders. Relaxed: who gets a view
  // from elsewhere gets it through a mailbox (release/acquire), and with it this. While it is
  // false, only one thread at a time uses the two words above, so that they need no
  // read-modify-write.
  std::atomic<bool> shared;

  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
};

}  // namespace ttvm::term
