// The allocator behind slab_allocate, present in every build, so that its own tests run under the
// sanitizers too, where slab_allocate is malloc. Same contract as slab.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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

void* allocate(std::size_t bytes);
void release(void* block, std::size_t bytes);
std::size_t round(std::size_t bytes);
void flush_thread();
// Bytes of free blocks and of what was never made into blocks; the calling thread's cache is
// flushed.
std::size_t free_bytes();

}  // namespace ttvm::heap::slab_engine
