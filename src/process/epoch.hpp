// Epoch based reclamation, of the quiescent-state kind: memory that other workers may still read is
// freed only when each of them has since been between two slices. Reading costs nothing at all.
//
//   A participant that is online holds an epoch guard from one quiescent() to the next: whatever it
//   found in a shared structure in between stays valid until then. Offline ones hold nothing.
//
// Rule: unlink the object first (so that it cannot be found any more), then retire() it.
//
//   1. retire() tags the object with the global epoch e, which is >= the retirer's own.
//   2. The global epoch goes from e to e + 1 only when every online participant has announced e.
//   3. The object is freed when the global epoch is >= e + 3. By then every participant has
//   announced
//      e + 2 (or was offline), which it could only after the retirer had announced e + 1 - after
//      the unlinking. So at its announcement of e + 2 it could not find the object any more, and it
//      held nothing found before.
//
// Three epochs instead of the usual two save the fence in retire() and quiescent().
//
// Pairing: announce (store release) with the scan in try_advance (load acquire); the advance of the
// global epoch (release) with its reading in quiescent() (acquire): so announcing e + 2 is after
// all announcements of e + 1 and what came before them. Going online against a scan that still sees
// "offline": both do a read-modify-write on handshake_ (acq_rel). If the scan's comes first, the
// new participant sees everything that the scanner saw; if it comes second, the scan sees it
// online.
//
// Rejected: hazard pointers (a fence for each look-up); reference counts on the process (two shared
// writes for each send).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ttvm::process {

class EpochDomain;

// One for each worker, used by that worker only. Starts offline.
class alignas(64) EpochParticipant {
 public:
  using Deleter = void (*)(void*);

  EpochParticipant() = default;
  EpochParticipant(const EpochParticipant&) = delete;
  EpochParticipant& operator=(const EpochParticipant&) = delete;
  ~EpochParticipant();  // frees what is left: only when no one else reads

  void go_online();
  void go_offline();  // tries to free what it holds first
  bool is_online() const { return seen_ != kOffline; }

  // "I hold nothing found in a shared structure." Cheap: reads one shared word.
  void quiescent();

  // Frees `object` by `deleter` once nobody can hold it. Call it online.
  void retire(void* object, Deleter deleter);

  std::size_t pending() const;  // retired and not freed

 private:
  friend class EpochDomain;
  static constexpr std::uint64_t kOffline = 0;
  static constexpr std::size_t kBags = 4;
  static constexpr std::size_t kAdvanceEvery = 16;

  struct Retired {
    void* object;
    Deleter deleter;
  };
  struct Bag {
    std::uint64_t epoch = 0;
    std::vector<Retired> objects;
  };

  void announce(std::uint64_t epoch);
  void free_before(std::uint64_t epoch);
  static void empty_bag(Bag& bag);

  // The epoch this participant announced; written by it (release), read by scans (acquire).
  std::atomic<std::uint64_t> local_{kOffline};
  std::uint64_t seen_ = kOffline;  // private copy of local_
  EpochDomain* domain_ = nullptr;
  std::uint32_t since_advance_ = 0;
  std::array<Bag, kBags> bags_;
};

class EpochDomain {
 public:
  explicit EpochDomain(std::uint32_t participants);
  EpochDomain(const EpochDomain&) = delete;
  EpochDomain& operator=(const EpochDomain&) = delete;

  EpochParticipant& participant(std::uint32_t index) { return participants_[index]; }
  std::uint32_t size() const { return count_; }

  // Advances the global epoch by one if everyone online has announced the present one.
  bool try_advance();
  std::uint64_t epoch() const { return global_.load(std::memory_order_acquire); }

 private:
  friend class EpochParticipant;

  // Written by try_advance (release), read by quiescent (acquire).
  alignas(64) std::atomic<std::uint64_t> global_{1};
  // Only ever incremented; orders going online against scans (see above).
  alignas(64) std::atomic<std::uint64_t> handshake_{0};
  std::uint32_t count_;
  std::unique_ptr<EpochParticipant[]> participants_;
};

}  // namespace ttvm::process
