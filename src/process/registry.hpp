// Names of processes.
//
// Thread safety: whereis() by anyone online in the epoch domain, without locks and writes. The rest
// takes the lock of one shard for a few instructions.
//
// Each shard is a hash table of chains whose entries never change; an entry that goes is unlinked
// and retired through the epoch, a table that grows is copied. A second index, from pids to their
// names, serves the end of a process; it is touched only for processes that ever had a name.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "process/epoch.hpp"
#include "process/process.hpp"

namespace ttvm::process {

enum class RegisterResult : std::uint8_t { kRegistered, kTaken, kIllFormed };

class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // 1 to 255 bytes, no blanks, no control characters.
  static bool is_valid_name(std::string_view name);

  // Names `process`, which must be the caller's own (running, or not started yet).
  RegisterResult register_name(std::string_view name, Process& process, EpochParticipant& epoch);
  // False if there is no such name.
  bool unregister_name(std::string_view name, EpochParticipant& epoch);
  // The pid, or 0.
  std::uint64_t whereis(std::string_view name) const;
  // Takes away all names of a process that ends. Costs nothing if it never had one.
  void forget(const Process& process, EpochParticipant& epoch);

  std::vector<std::string> names_of(std::uint64_t pid) const;  // sorted
  std::size_t size() const;

 private:
  struct Entry;
  struct Buckets;
  struct alignas(64) Shard;
  struct alignas(64) OwnerShard;
  static constexpr std::size_t kShards = 16;

  Shard& shard_of(std::uint64_t hash) const;
  OwnerShard& owner_shard_of(std::uint64_t pid) const;
  // Unlinks the name if `owner` (0: anyone) has it; returns whose it was, 0 for no one.
  std::uint64_t unlink(std::string_view name, std::uint64_t owner, EpochParticipant& epoch);

  std::unique_ptr<Shard[]> shards_;
  std::unique_ptr<OwnerShard[]> owners_;
};

}  // namespace ttvm::process
