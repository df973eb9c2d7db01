// Memory for everything that comes and goes with processes: heaps, stacks, fragments, messages,
// process structs, blobs. Blocks carry no header: who frees one says how large it was.
//
// Thread safety: any thread may call anything here, and a block may be freed by another thread than
// the one that allocated it.
//
// How: blocks up to kMaxSmall bytes are of size classes (16-byte steps to 512, then about 1.25
// times). Each thread has two magazines of free blocks per class, last in first out (a fresh page
// costs 1-8 us at its first touch, a block just freed is still in the cache); a full magazine goes
// to a central list, an empty one is filled from there, otherwise from a 2 MB arena. Arenas are
// never given back. Larger blocks are mapped, and up to 64 MB of them are kept: those whose sizes
// were wanted last.
//
// Under AddressSanitizer and ThreadSanitizer slab_allocate is malloc, so that they see every block.
#pragma once

#include <cstddef>

#include "heap/slab_engine.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TTVM_SLAB_IS_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TTVM_SLAB_IS_MALLOC 1
#endif
#endif

namespace ttvm::heap {

// Never returns null: when there is no memory, the handler of set_memory_limit is called, which
// must not return. Aligned to 16 bytes. `bytes` > 0.
// `bytes` of slab_free is what slab_allocate got, or what slab_round made of it.
#ifdef TTVM_SLAB_IS_MALLOC
void* slab_allocate(std::size_t bytes);
void slab_free(void* block, std::size_t bytes);
#else
inline void* slab_allocate(std::size_t bytes) { return slab_engine::allocate(bytes); }
inline void slab_free(void* block, std::size_t bytes) { slab_engine::release(block, bytes); }
#endif

// How much a request of `bytes` really gets: the caller may use that much.
std::size_t slab_round(std::size_t bytes);

// Bytes taken from the system and not given back, free ones in caches and arenas included. Changes
// with arenas and large blocks only, never with a small block.
std::size_t memory_in_use();

// Bytes of the blocks that somebody holds. Walks the free lists: for tests that look for what was
// not given back. Blocks in the caches of other threads count as held, so let those end first.
std::size_t held_bytes();

// Called once memory_in_use() would exceed `bytes`, with the size of the request; does not return.
// Set at start-up; 0 means no limit (what the system gives).
using MemoryHandler = void (*)(std::size_t requested);
void set_memory_limit(std::size_t bytes, MemoryHandler handler);

// Gives this thread's cached blocks to the central lists. Happens by itself when a thread ends.
void slab_flush_thread();

}  // namespace ttvm::heap
