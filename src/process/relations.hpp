// What binds a process to others: links, monitors in both directions, timers of its own. A hash
// table from (relation, number) to a 64-bit value; one pointer while it is empty.
//
// Thread safety: the process's own; only the worker that runs it may touch it.
//
// Open addressing with linear probing, at most three quarters full, deletion by shifting back (no
// tombstones: Knuth, The Art of Computer Programming 3, 6.4, algorithm R). It shrinks when seven
// eighths are free, so that a hub that had many links does not keep their memory. All operations
// O(1) amortised. The order of for_each follows from the numbers alone: a seeded run repeats it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ttvm::process {

enum class Relation : std::uint8_t {
  kLink,       // by pid; value: 0, or the id of our unlink that is not acknowledged yet
  kMonitors,   // by ref: we watch the process `value`
  kMonitored,  // by ref: the process `value` watches us
  kTimer,      // by ref: value is a DelayedSend*
};

class Relations {
 public:
  Relations() = default;
  ~Relations() { clear(); }
  Relations(const Relations&) = delete;
  Relations& operator=(const Relations&) = delete;

  // Null if there is none. The pointer is good until the next insert or erase.
  std::uint64_t* find(Relation relation, std::uint64_t number);
  // False, and nothing is changed, if it is there already. `number` is 1 to 2^62 - 1.
  bool insert(Relation relation, std::uint64_t number, std::uint64_t value);
  // False if it was not there.
  bool erase(Relation relation, std::uint64_t number);
  void clear();
  // Has the memory of a large table come near that an insert of the number will want.
  void prefetch(Relation relation, std::uint64_t number) const {
    if (block_ != nullptr) __builtin_prefetch(&entries()[home_of(key_of(relation, number))], 1);
  }

  bool empty() const { return used() == 0; }
  std::size_t used() const { return block_ == nullptr ? 0 : block_->used; }
  std::size_t capacity() const { return block_ == nullptr ? 0 : block_->capacity; }

  // visit(relation, number, value). It must not change the table.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    visit_every(1, visit);
  }
  // The same for those in `places` places (all, if it has fewer), spread evenly over the table: a
  // sample.
  template <typename Visit>
  void for_some(std::size_t places, Visit&& visit) const {
    visit_every(std::max<std::size_t>(1, capacity() / places), visit);
  }

 private:
  struct Entry {
    std::uint64_t key;  // relation in the top two bits; 0: free
    std::uint64_t value;
  };
  struct Block {
    std::uint32_t capacity;  // a power of two
    std::uint32_t used;
    std::uint64_t unused;  // keeps entries aligned to 16 bytes
  };
  static constexpr unsigned kNumberBits = 62;

  static std::uint64_t key_of(Relation relation, std::uint64_t number) {
    return (static_cast<std::uint64_t>(relation) << kNumberBits) | number;
  }
  static Relation relation_of(std::uint64_t key) {
    return static_cast<Relation>(key >> kNumberBits);
  }
  static std::uint64_t number_of(std::uint64_t key) {
    return key & ((std::uint64_t{1} << kNumberBits) - 1);
  }
  static std::size_t bytes(std::size_t capacity) {
    return sizeof(Block) + capacity * sizeof(Entry);
  }

  template <typename Visit>
  void visit_every(std::size_t step, Visit& visit) const {
    for (std::size_t i = 0; i < capacity(); i += step) {
      const Entry& entry = entries()[i];
      if (entry.key != 0) visit(relation_of(entry.key), number_of(entry.key), entry.value);
    }
  }

  Entry* entries() const { return reinterpret_cast<Entry*>(block_ + 1); }
  // Fibonacci hashing, but four refs that follow each other share a line of memory: they count from
  // bit 10, below is the number of their worker.
  std::size_t home_of(std::uint64_t key) const {
    constexpr std::uint64_t kNear = std::uint64_t{3} << 10U;
    const std::uint64_t spread = ((key & ~kNear) * 0x9E3779B97F4A7C15ULL) >> 34U;
    return static_cast<std::size_t>(spread << 2U | (key & kNear) >> 10U) & (block_->capacity - 1U);
  }
  std::size_t slot_of(std::uint64_t key) const;  // where it is, or where it would go
  void resize(std::size_t capacity);

  Block* block_ = nullptr;
};

}  // namespace ttvm::process
