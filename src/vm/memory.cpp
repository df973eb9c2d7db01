#include "vm/memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/assert.hpp"
#include "heap/slab.hpp"

namespace ttvm::vm {

namespace {

// Written by set_memory_limit, read by the handler on any thread. Release and acquire: the handler
// uses the object behind it.
std::atomic<io::Output*> g_output{nullptr};
std::atomic<std::size_t> g_limit{0};

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

[[noreturn]] void out_of_memory(std::size_t requested) {
  static std::atomic_flag begun;  // a second thread waits for the end that the first one makes
  if (begun.test_and_set()) {
    for (;;) ::pause();
  }
  if (io::Output* output = g_output.load(std::memory_order_acquire)) output->flush();
  const std::size_t limit = g_limit.load(std::memory_order_relaxed);
  std::string text = "ttvm: out of memory: ";
  if (limit != 0) {
    text += "the limit is " + megabytes(limit) + ", " + megabytes(heap::memory_in_use()) +
            " are in use and " + std::to_string(requested) + " bytes more are wanted\n" +
            "ttvm: raise the limit with --max-memory, or look for a mailbox that nobody empties or "
            "data that only grows\n";
  } else {
    text += "the system gives no more (" + megabytes(heap::memory_in_use()) + " in use, " +
            std::to_string(requested) + " bytes more wanted)\n";
  }
  io::write_fully(STDERR_FILENO, text);
  base::say_last_words("out of memory");
  ::_exit(1);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The smallest number in `file` of `path` and of the folders above it, up to `root`.
std::size_t lowest_limit(const std::string& root, std::string path, const char* file) {
  std::size_t lowest = 0;
  for (;;) {
    const std::string text = read_text(root + path + "/" + file);
    // v2 says "max" for no limit, v1 a number close to 2^63.
    const std::size_t limit = std::strtoull(text.c_str(), nullptr, 10);
    constexpr std::size_t kNoLimit = std::size_t{1} << 60U;
    if (limit != 0 && limit < kNoLimit) lowest = lowest == 0 ? limit : std::min(lowest, limit);
    if (path.empty() || path == "/") return lowest;
    path.resize(path.rfind('/'));
  }
}

}  // namespace

std::size_t cgroup_memory_limit(const std::string& cgroups, const std::string& root) {
  std::size_t lowest = 0;
  std::istringstream lines(cgroups);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (!path.starts_with('/')) continue;
    std::size_t limit = 0;
    if (controllers.empty()) {
      limit = lowest_limit(root, std::move(path), "memory.max");
    } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
      limit = lowest_limit(root + "/memory", std::move(path), "memory.limit_in_bytes");
    }
    if (limit != 0) lowest = lowest == 0 ? limit : std::min(lowest, limit);
  }
  return lowest;
}

std::size_t default_memory_limit() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  std::size_t available = 0;
  if (pages > 0 && page > 0) {
    available = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page);
  }
  const std::size_t limit = cgroup_memory_limit(read_text("/proc/self/cgroup"), "/sys/fs/cgroup");
  if (limit != 0 && (available == 0 || limit < available)) available = limit;
  return available / 10 * 8;
}

void set_memory_limit(std::size_t bytes, io::Output* output) {
  g_limit.store(bytes, std::memory_order_relaxed);
  g_output.store(output, std::memory_order_release);
  heap::set_memory_limit(bytes, out_of_memory);
}

}  // namespace ttvm::vm
