// Stand-in until the real slab arrives: blocks straight from malloc.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace ttvm::heap {

inline void* slab_allocate(std::size_t bytes) { return std::malloc(bytes); }
inline void slab_free(void* block, std::size_t) { std::free(block); }

}  // namespace ttvm::heap
