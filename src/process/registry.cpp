#include "process/registry.hpp"

#include <algorithm>
#include <functional>

namespace ttvm::process {

// Immutable but for `next`, which writers (under the shard's mutex) store with release and readers
// load with acquire: whoever reaches an entry sees it built.
struct Registry::Entry {
  std::atomic<Entry*> next{nullptr};
  std::uint64_t hash;
  std::uint64_t pid;
  std::string name;
};

struct Registry::Buckets {
  explicit Buckets(std::size_t size)
      : mask(size - 1), heads(std::make_unique<std::atomic<Entry*>[]>(size)) {}
  ~Buckets() {
    for (std::size_t i = 0; i <= mask; ++i) {
      Entry* entry = heads[i].load(std::memory_order_relaxed);
      while (entry != nullptr) {
        Entry* next = entry->next.load(std::memory_order_relaxed);
        delete entry;
        entry = next;
      }
    }
  }
  std::atomic<Entry*>& head(std::uint64_t hash) { return heads[(hash >> 8U) & mask]; }
  void insert(Entry* entry) {
    std::atomic<Entry*>& first = head(entry->hash);
    entry->next.store(first.load(std::memory_order_relaxed), std::memory_order_relaxed);
    first.store(entry, std::memory_order_release);  // pairs with the acquire of readers
  }

  const std::size_t mask;
  const std::unique_ptr<std::atomic<Entry*>[]> heads;
};

struct alignas(64) Registry::Shard {
  // Written under the mutex (release: the table is built), read by anyone online (acquire).
  std::atomic<Buckets*> buckets{nullptr};
  base::Mutex mutex;
  std::size_t count TTVM_GUARDED_BY(mutex) = 0;
};

struct alignas(64) Registry::OwnerShard {
  base::Mutex mutex;
  std::unordered_map<std::uint64_t, std::vector<std::string>> names TTVM_GUARDED_BY(mutex);
};

namespace {
constexpr std::size_t kFirstBuckets = 16;
constexpr std::size_t kMaxNameBytes = 255;

std::uint64_t hash_of(std::string_view name) {
  return std::hash<std::string_view>{}(name)*0x9E3779B97F4A7C15ULL;
}
}  // namespace

Registry::Registry()
    : shards_(std::make_unique<Shard[]>(kShards)),
      owners_(std::make_unique<OwnerShard[]>(kShards)) {
  for (std::size_t i = 0; i < kShards; ++i) {
    shards_[i].buckets.store(new Buckets(kFirstBuckets), std::memory_order_relaxed);
  }
}

Registry::~Registry() {
  for (std::size_t i = 0; i < kShards; ++i) {
    delete shards_[i].buckets.load(std::memory_order_relaxed);
  }
}

bool Registry::is_valid_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != 0x7F;
  });
}

Registry::Shard& Registry::shard_of(std::uint64_t hash) const { return shards_[hash >> 60U]; }
Registry::OwnerShard& Registry::owner_shard_of(std::uint64_t pid) const {
  return owners_[pid % kShards];
}

namespace {
void erase_one(std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) names.erase(found);
}
}  // namespace

std::uint64_t Registry::whereis(std::string_view name) const {
  const std::uint64_t hash = hash_of(name);
  // Acquire, three times: pairs with the releases that published table, entry and link.
  Buckets* buckets = shard_of(hash).buckets.load(std::memory_order_acquire);
  for (const Entry* entry = buckets->head(hash).load(std::memory_order_acquire); entry != nullptr;
       entry = entry->next.load(std::memory_order_acquire)) {
    if (entry->hash == hash && entry->name == name) return entry->pid;
  }
  return 0;
}

RegisterResult Registry::register_name(std::string_view name, Process& process,
                                       EpochParticipant& epoch) {
  if (!is_valid_name(name)) return RegisterResult::kIllFormed;
  // First in the list of the owner's names: whoever unlinks the name finds it there.
  OwnerShard& owner = owner_shard_of(process.pid);
  {
    const base::MutexLock lock(owner.mutex);
    owner.names[process.pid].emplace_back(name);
  }
  if (process.registered_names < UINT8_MAX) ++process.registered_names;

  const std::uint64_t hash = hash_of(name);
  Shard& shard = shard_of(hash);
  bool taken = false;
  {
    const base::MutexLock lock(shard.mutex);
    Buckets* buckets = shard.buckets.load(std::memory_order_relaxed);
    taken = whereis(name) != 0;
    if (!taken && shard.count > buckets->mask) {
      // Grow by a copy: readers may be in the middle of the old one.
      auto* larger = new Buckets((buckets->mask + 1) * 2);
      for (std::size_t i = 0; i <= buckets->mask; ++i) {
        for (const Entry* entry = buckets->heads[i].load(std::memory_order_relaxed);
             entry != nullptr; entry = entry->next.load(std::memory_order_relaxed)) {
          larger->insert(new Entry{nullptr, entry->hash, entry->pid, entry->name});
        }
      }
      shard.buckets.store(larger, std::memory_order_release);
      epoch.retire(buckets, [](void* old) { delete static_cast<Buckets*>(old); });
      buckets = larger;
    }
    if (!taken) {
      buckets->insert(new Entry{nullptr, hash, process.pid, std::string(name)});
      ++shard.count;
    }
  }
  if (!taken) return RegisterResult::kRegistered;
  const base::MutexLock lock(owner.mutex);
  const auto list = owner.names.find(process.pid);
  erase_one(list->second, name);
  if (list->second.empty()) owner.names.erase(list);
  return RegisterResult::kTaken;
}

std::uint64_t Registry::unlink(std::string_view name, std::uint64_t owner,
                               EpochParticipant& epoch) {
  const std::uint64_t hash = hash_of(name);
  Shard& shard = shard_of(hash);
  const base::MutexLock lock(shard.mutex);
  std::atomic<Entry*>* link = &shard.buckets.load(std::memory_order_relaxed)->head(hash);
  while (Entry* entry = link->load(std::memory_order_relaxed)) {
    if (entry->hash != hash || entry->name != name) {
      link = &entry->next;
      continue;
    }
    if (owner != 0 && entry->pid != owner) return 0;
    link->store(entry->next.load(std::memory_order_relaxed), std::memory_order_release);
    --shard.count;
    const std::uint64_t pid = entry->pid;
    epoch.retire(entry, [](void* old) { delete static_cast<Entry*>(old); });
    return pid;
  }
  return 0;
}

bool Registry::unregister_name(std::string_view name, EpochParticipant& epoch) {
  const std::uint64_t pid = unlink(name, 0, epoch);
  if (pid == 0) return false;
  OwnerShard& owner = owner_shard_of(pid);
  const base::MutexLock lock(owner.mutex);
  const auto list = owner.names.find(pid);
  if (list == owner.names.end()) return true;  // its end was faster
  erase_one(list->second, name);
  if (list->second.empty()) owner.names.erase(list);
  return true;
}

void Registry::forget(const Process& process, EpochParticipant& epoch) {
  if (process.registered_names == 0) return;
  std::vector<std::string> names;
  {
    OwnerShard& owner = owner_shard_of(process.pid);
    const base::MutexLock lock(owner.mutex);
    const auto list = owner.names.find(process.pid);
    if (list == owner.names.end()) return;
    names = std::move(list->second);
    owner.names.erase(list);
  }
  for (const std::string& name : names) unlink(name, process.pid, epoch);
}

std::vector<std::string> Registry::names_of(std::uint64_t pid) const {
  OwnerShard& owner = owner_shard_of(pid);
  std::vector<std::string> names;
  {
    const base::MutexLock lock(owner.mutex);
    const auto list = owner.names.find(pid);
    if (list != owner.names.end()) names = list->second;
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t Registry::size() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < kShards; ++i) {
    const base::MutexLock lock(shards_[i].mutex);
    count += shards_[i].count;
  }
  return count;
}

}  // namespace ttvm::process
