// How much memory the VM may take, and its orderly end when that is not enough.
//
// Thread safety: set_memory_limit before anything runs; the limit itself is checked by the slab, on
// whatever thread asks for too much.
#pragma once

#include <cstddef>
#include <string>

#include "io/output.hpp"

namespace ttvm::vm {

// 80 % of what this OS process could get: physical memory, or less by a cgroup's limit.
std::size_t default_memory_limit();

// The lowest limit of a cgroup file system (v1 or v2, any level above), 0 for none. `cgroups` is
// the text of /proc/self/cgroup, `root` where the file system is mounted.
std::size_t cgroup_memory_limit(const std::string& cgroups, const std::string& root);

// Past `bytes` (0: what the system gives) the VM says so, flushes `output` and exits with status 1.
// `output` null: there is nothing to flush any more. For the whole OS process; the last call
// counts.
void set_memory_limit(std::size_t bytes, io::Output* output);

}  // namespace ttvm::vm
