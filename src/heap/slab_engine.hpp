// The allocator behind slab_allocate, present in every build, so that its own tests run under the
// sanitizers too, where slab_allocate is malloc. Same contract as slab.hpp. What happens nearly
// always, a block from or to the magazine of the thread, is here, to be inlined.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

namespace ttvm::heap::slab_engine {

inline constexpr std::size_t kMaxSmall = 32768;
inline constexpr std::size_t kStep = 16;
inline constexpr std::size_t kFineMax = 512;  // up to here a class every kStep bytes
inline constexpr std::size_t kFineClasses = kFineMax / kStep;
inline constexpr std::array<std::uint16_t, 18> kCoarseSizes = {
    640,  768,  1024, 1280,  1536,  2048,  2560,  3072,  4096,
    5120, 6144, 8192, 10240, 12288, 16384, 20480, 24576, 32768};
inline constexpr std::size_t kClasses = kFineClasses + kCoarseSizes.size();

constexpr std::size_t size_of_class(std::size_t index) {
  return index < kFineClasses ? (index + 1) * kStep : kCoarseSizes[index - kFineClasses];
}

// A free block. The first of a batch in a central list also says where the next batch is (48 bits)
// and how many blocks it has (the 16 bits above).
struct Block {
  Block* next;
  std::uint64_t batch_link;
};
static_assert(sizeof(Block) <= kStep);

// One size class in the cache of a thread.
struct ClassCache {
  Block* head;   // the magazine in use, `count` blocks
  Block* spare;  // a full one (`batch` blocks), or null
  char* fresh;   // memory never used yet: [fresh, fresh_end)
  char* fresh_end;
  std::uint32_t count;
  std::uint32_t batch;  // 0 until the thread is registered

  void* pop() {
    Block* block = head;
    head = block->next;
    --count;
    return block;
  }
  void push(Block* block) {
    block->next = head;
    head = block;
    ++count;
  }
};

struct ThreadCache {
  std::array<ClassCache, kClasses> classes;
};

// Plain data, so that the fast paths need no initialisation check; initial-exec: one instruction.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadCache cache;

inline constexpr auto kClassOf128 = [] {
  std::array<std::uint8_t, kMaxSmall / 128> table{};
  std::size_t index = kFineClasses;
  for (std::size_t i = 0; i < table.size(); ++i) {
    while (size_of_class(index) < (i + 1) * 128) ++index;
    table[i] = static_cast<std::uint8_t>(index);
  }
  return table;
}();

constexpr std::size_t class_of(std::size_t bytes) {
  if (bytes <= kFineMax) return (bytes - 1) / kStep;
  return kClassOf128[(bytes - 1) / 128];
}

void* allocate_large(std::size_t bytes);
void* allocate_slow(std::size_t index);
void release_large(void* block, std::size_t bytes);
void release_slow(std::size_t index, Block* block);

inline void* allocate(std::size_t bytes) {
  if (TTVM_UNLIKELY(bytes > kMaxSmall)) return allocate_large(bytes);
  const std::size_t index = class_of(bytes);
  ClassCache& c = cache.classes[index];
  if (TTVM_LIKELY(c.head != nullptr)) return c.pop();
  return allocate_slow(index);
}

inline void release(void* memory, std::size_t bytes) {
  if (TTVM_UNLIKELY(bytes > kMaxSmall)) return release_large(memory, bytes);
  const std::size_t index = class_of(bytes);
  ClassCache& c = cache.classes[index];
  auto* block = static_cast<Block*>(memory);
  if (TTVM_UNLIKELY(c.count >= c.batch)) return release_slow(index, block);
  c.push(block);
}

std::size_t round(std::size_t bytes);
void flush_thread();
// Bytes of free blocks and of what was never made into blocks; the calling thread's cache is
// flushed.
std::size_t free_bytes();

}  // namespace ttvm::heap::slab_engine
