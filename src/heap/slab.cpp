#include "heap/slab.hpp"

#include <sys/mman.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <memory>

#include "base/assert.hpp"
#include "base/mutex.hpp"
#include "heap/slab_engine.hpp"

namespace ttvm::heap {

namespace {

// Written at start-up, before other threads exist.
std::size_t memory_limit = 0;
MemoryHandler memory_handler = nullptr;

// Bytes from the system. Added to before they are taken, so that two threads cannot both pass the
// limit; relaxed, since nothing else is published by it.
std::atomic<std::size_t> total{0};

[[noreturn]] void out_of_memory(std::size_t requested) {
  if (memory_handler != nullptr) memory_handler(requested);
  TTVM_CHECK(!"out of memory");
  std::abort();
}

bool account(std::size_t bytes) {
  const std::size_t now = total.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (memory_limit == 0 || now <= memory_limit) return true;
  total.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

}  // namespace

namespace slab_engine {

constinit thread_local ThreadCache cache = {};

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;
constexpr std::size_t kArenaBytes = kHugePage;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kMaxCachedLarge = std::size_t{64} << 20U;
constexpr std::size_t kMaxLargeClass = std::size_t{1} << 30U;  // beyond: exact pages, never kept
constexpr std::size_t kMaxBatch = 64;

constexpr std::uint64_t kPointerMask = (std::uint64_t{1} << 48U) - 1;

constexpr std::size_t batch_of_class(std::size_t index) {
  const std::size_t fitting = 16384 / size_of_class(index);
  return fitting < 2 ? 2 : (fitting > kMaxBatch ? kMaxBatch : fitting);
}

// ---- Memory from the system

char* map(std::size_t bytes, void* place = nullptr) {
  void* memory =
      mmap(place, bytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (place == nullptr ? 0 : MAP_FIXED), -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

// Aligned to 2 MB, so that the kernel can back it with huge pages: one fault, not 512, for each.
char* map_aligned(std::size_t bytes, bool huge_pages) {
  char* memory = map(bytes + kHugePage);
  if (memory == nullptr) return nullptr;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t before = (kHugePage - address % kHugePage) % kHugePage;
  if (before > 0) munmap(memory, before);
  if (before < kHugePage) munmap(memory + before + bytes, kHugePage - before);
  if (huge_pages) madvise(memory + before, bytes, MADV_HUGEPAGE);
  return memory + before;
}

// ---- Large blocks

// Sizes 1, 1.25 and 1.5 times a power of two.
std::size_t large_size(std::size_t bytes) {
  if (bytes > kMaxLargeClass) return (bytes + kPage - 1) / kPage * kPage;
  const std::size_t power = std::bit_floor(bytes);
  if (bytes == power) return power;
  if (bytes <= power + power / 4) return power + power / 4;
  return bytes <= power + power / 2 ? power + power / 2 : power * 2;
}

std::size_t large_class(std::size_t size) {
  const auto exponent = static_cast<std::size_t>(std::bit_width(size) - 1);
  const std::size_t power = std::size_t{1} << exponent;
  return (exponent - 15) * 3 + (size == power ? 0 : (size == power + power / 4 ? 1 : 2));
}

std::size_t size_of_large_class(std::size_t index) {
  const std::size_t power = std::size_t{1} << (15 + index / 3);
  return power + power / 4 * (index % 3);
}

void unmap(void* block, std::size_t size) {
  munmap(block, size);
  total.fetch_sub(size, std::memory_order_relaxed);
}

// Free large blocks, for the next who want one. When there is no room for another, one goes whose
// size has not been wanted for the longest time: a heap that has grown leaves blocks of sizes that
// nobody asks for again, while those that are made and freed in turn should stay.
class LargeCache {
 public:
  // Null if there is none of that size.
  void* take(std::size_t size) {
    const base::MutexLock lock(mutex_);
    const std::size_t index = large_class(size);
    if (classes_[index].first == nullptr) return nullptr;
    classes_[index].used_at = ++time_;
    return pop(index);
  }

  // The largest that is not larger than `size`; null if there is none of a huge page or more.
  char* take_below(std::size_t size, std::size_t& got) {
    const base::MutexLock lock(mutex_);
    for (std::size_t i = large_class(size); size_of_large_class(i) >= kHugePage; --i) {
      if (classes_[i].first == nullptr) continue;
      got = size_of_large_class(i);
      return reinterpret_cast<char*>(pop(i));
    }
    return nullptr;
  }

  // False if it cannot be kept.
  bool give(void* memory, std::size_t size) {
    if (size > kMaxCachedLarge) return false;
    const base::MutexLock lock(mutex_);
    Class& c = classes_[large_class(size)];
    c.used_at = ++time_;
    while (bytes_ + size > kMaxCachedLarge) drop_one();
    auto* block = static_cast<Block*>(memory);
    block->next = c.first;
    c.first = block;
    bytes_ += size;
    return true;
  }

  std::size_t bytes() {
    const base::MutexLock lock(mutex_);
    return bytes_;
  }

  void drop_all() {
    const base::MutexLock lock(mutex_);
    while (bytes_ > 0) drop_one();
  }

 private:
  struct Class {
    Block* first = nullptr;
    std::uint64_t used_at = 0;
  };

  // There must be one of that class.
  Block* pop(std::size_t index) TTVM_REQUIRES(mutex_) {
    Block* block = classes_[index].first;
    TTVM_ASSERT(block != nullptr);
    classes_[index].first = block->next;
    bytes_ -= size_of_large_class(index);
    return block;
  }

  // There must be one.
  void drop_one() TTVM_REQUIRES(mutex_) {
    const Class* oldest = nullptr;
    for (const Class& c : classes_) {
      if (c.first != nullptr && (oldest == nullptr || c.used_at < oldest->used_at)) oldest = &c;
    }
    TTVM_ASSERT(oldest != nullptr);
    const auto index = static_cast<std::size_t>(oldest - &classes_[0]);
    unmap(pop(index), size_of_large_class(index));
  }

  base::Mutex mutex_;
  std::array<Class, 48> classes_ TTVM_GUARDED_BY(mutex_) = {};
  std::uint64_t time_ TTVM_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ TTVM_GUARDED_BY(mutex_) = 0;
};
constinit LargeCache large_cache;

void reserve_from_limit(std::size_t bytes, std::size_t requested) {
  if (account(bytes)) return;
  large_cache.drop_all();
  if (!account(bytes)) out_of_memory(requested);
}

// A heap that grows leaves its old block, whose pages have been touched. They become the first of
// the larger block, whole huge pages of them: to move these costs less than to touch others. False:
// a part of `memory` is not mapped any more.
bool move_pages_to(char* memory, std::size_t size) {
  std::size_t before = 0;
  char* block = large_cache.take_below(size, before);
  if (block == nullptr) return true;
  const std::size_t moved = before / kHugePage * kHugePage;
  if (moved < before) munmap(block + moved, before - moved);
  total.fetch_sub(before, std::memory_order_relaxed);
  if (mremap(block, moved, moved, MREMAP_MAYMOVE | MREMAP_FIXED, memory) != MAP_FAILED) return true;
  munmap(block, moved);
  return map(moved, memory) != nullptr;  // mremap unmaps the place before it fails
}

// ---- Small blocks: the central lists

struct alignas(64) Central {
  base::Mutex mutex;
  // First batch. Written under the mutex; read without it only to see whether to try (relaxed: a
  // stale answer costs a span of fresh memory, or a lock in vain).
  std::atomic<Block*> batches{nullptr};
};
constinit std::array<Central, kClasses> centrals;

struct Arena {
  base::Mutex mutex;
  char* next TTVM_GUARDED_BY(mutex) = nullptr;
  char* end TTVM_GUARDED_BY(mutex) = nullptr;
  std::size_t left_over TTVM_GUARDED_BY(mutex) = 0;  // ends of older arenas, too short for a span
};
constinit Arena arena;

void give_batch(std::size_t index, Block* first, std::size_t count) {
  Central& central = centrals[index];
  const base::MutexLock lock(central.mutex);
  const auto next =
      reinterpret_cast<std::uint64_t>(central.batches.load(std::memory_order_relaxed));
  first->batch_link = (static_cast<std::uint64_t>(count) << 48U) | next;
  central.batches.store(first, std::memory_order_relaxed);
}

Block* take_batch(std::size_t index, std::uint32_t& count) {
  Central& central = centrals[index];
  if (central.batches.load(std::memory_order_relaxed) == nullptr) return nullptr;
  const base::MutexLock lock(central.mutex);
  Block* first = central.batches.load(std::memory_order_relaxed);
  if (first == nullptr) return nullptr;
  count = static_cast<std::uint32_t>(first->batch_link >> 48U);
  central.batches.store(reinterpret_cast<Block*>(first->batch_link & kPointerMask),
                        std::memory_order_relaxed);
  return first;
}

// Fresh memory for several blocks of one class, untouched.
char* take_span(std::size_t bytes) {
  const base::MutexLock lock(arena.mutex);
  if (static_cast<std::size_t>(arena.end - arena.next) < bytes) {
    reserve_from_limit(kArenaBytes, bytes);
    // The first is of small pages: clearing a huge one would be a tenth of the time that a small
    // program takes.
    char* memory = map_aligned(kArenaBytes, arena.end != nullptr);
    if (memory == nullptr) out_of_memory(kArenaBytes);
    arena.left_over += static_cast<std::size_t>(arena.end - arena.next);
    arena.next = memory;
    arena.end = memory + kArenaBytes;
  }
  char* span = arena.next;
  arena.next += bytes;
  return span;
}

// ---- Small blocks: the caches of a thread

// Blocks freed after this thread's caches were flushed (by later destructors of the thread) go to
// the central lists directly: `batch` is 0 again then.
constinit thread_local bool thread_ended = false;

struct ThreadEnd {
  bool registered = false;
  ~ThreadEnd() {
    thread_ended = true;
    flush_thread();
    for (ClassCache& c : cache.classes) c.batch = 0;
  }
};

// False if the thread is ending: then nothing may be kept.
bool register_thread() {
  if (thread_ended) return false;
  static thread_local ThreadEnd end;
  if (!end.registered) {
    end.registered = true;
    for (std::size_t i = 0; i < kClasses; ++i) {
      cache.classes[i].batch = static_cast<std::uint32_t>(batch_of_class(i));
    }
  }
  return true;
}

// Makes batches of the blocks that were never used.
void flush_fresh(std::size_t index, ClassCache& c) {
  const std::size_t size = size_of_class(index);
  while (c.fresh != c.fresh_end) {
    Block* first = nullptr;
    std::size_t count = 0;
    for (; count < batch_of_class(index) && c.fresh != c.fresh_end; ++count, c.fresh += size) {
      auto* block = reinterpret_cast<Block*>(c.fresh);
      block->next = first;
      first = block;
    }
    give_batch(index, first, count);
  }
}

}  // namespace

void* allocate_large(std::size_t bytes) {
  if (bytes > SIZE_MAX / 2) out_of_memory(bytes);
  const std::size_t size = large_size(bytes);
  if (size <= kMaxLargeClass) {
    if (void* cached = large_cache.take(size)) return cached;
  }
  reserve_from_limit(size, bytes);
  char* memory = size < kHugePage ? map(size) : map_aligned(size, true);
  if (memory == nullptr) out_of_memory(bytes);
  if (size >= kHugePage && size <= kMaxLargeClass && !move_pages_to(memory, size)) {
    out_of_memory(bytes);
  }
  return memory;
}

void release_large(void* memory, std::size_t bytes) {
  const std::size_t size = large_size(bytes);
  if (!large_cache.give(memory, size)) unmap(memory, size);
}

void* allocate_slow(std::size_t index) {
  ClassCache& c = cache.classes[index];
  if (c.spare != nullptr) {
    c.head = c.spare;
    c.count = c.batch;
    c.spare = nullptr;
    return c.pop();
  }
  const std::size_t size = size_of_class(index);
  if (c.batch == 0) register_thread();
  std::uint32_t count = 0;
  if (Block* batch = take_batch(index, count)) {
    c.head = batch;
    c.count = count;
    return c.pop();
  }
  if (c.fresh == c.fresh_end) {
    const std::size_t least = 16384 / size;
    const std::size_t blocks = std::max(least, batch_of_class(index));
    c.fresh = take_span(blocks * size);
    c.fresh_end = c.fresh + blocks * size;
  }
  void* block = c.fresh;
  c.fresh += size;
  return block;
}

void release_slow(std::size_t index, Block* block) {
  ClassCache& c = cache.classes[index];
  if (c.batch == 0 && !register_thread()) {
    block->next = nullptr;
    give_batch(index, block, 1);
    return;
  }
  if (c.count == c.batch) {
    if (c.spare != nullptr) give_batch(index, c.spare, c.batch);
    c.spare = c.head;
    c.head = nullptr;
    c.count = 0;
  }
  c.push(block);
}

std::size_t round(std::size_t bytes) {
  return bytes <= kMaxSmall ? size_of_class(class_of(bytes)) : large_size(bytes);
}

void flush_thread() {
  for (std::size_t i = 0; i < kClasses; ++i) {
    ClassCache& c = cache.classes[i];
    flush_fresh(i, c);
    if (c.head != nullptr) give_batch(i, c.head, c.count);
    if (c.spare != nullptr) give_batch(i, c.spare, c.batch);
    c.head = c.spare = nullptr;
    c.count = 0;
  }
}

std::size_t free_bytes() {
  flush_thread();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kClasses; ++i) {
    const base::MutexLock lock(centrals[i].mutex);
    const Block* batch = centrals[i].batches.load(std::memory_order_relaxed);
    while (batch != nullptr) {
      bytes += (batch->batch_link >> 48U) * size_of_class(i);
      batch = reinterpret_cast<const Block*>(batch->batch_link & kPointerMask);
    }
  }
  {
    const base::MutexLock lock(arena.mutex);
    bytes += static_cast<std::size_t>(arena.end - arena.next) + arena.left_over;
  }
  return bytes + large_cache.bytes();
}

}  // namespace slab_engine

#ifdef TTVM_SLAB_IS_MALLOC

void* slab_allocate(std::size_t bytes) {
  const std::size_t size = slab_engine::round(bytes);
  if (!account(size)) out_of_memory(bytes);
  void* block = std::malloc(size);
  if (block == nullptr) out_of_memory(bytes);
  return block;
}

void slab_free(void* block, std::size_t bytes) {
  total.fetch_sub(slab_engine::round(bytes), std::memory_order_relaxed);
  std::free(block);
}

std::size_t held_bytes() { return memory_in_use(); }

#else

std::size_t held_bytes() {
  const std::size_t free = slab_engine::free_bytes();
  return memory_in_use() - free;
}

#endif

std::size_t slab_round(std::size_t bytes) { return slab_engine::round(bytes); }
void slab_flush_thread() { slab_engine::flush_thread(); }
std::size_t memory_in_use() { return total.load(std::memory_order_relaxed); }

void set_memory_limit(std::size_t bytes, MemoryHandler handler) {
  memory_limit = bytes;
  memory_handler = handler;
}

}  // namespace ttvm::heap
