// All processes by pid. Pids count from 1 in order of spawning and are never used again.
//
// Thread safety: find() and for_each() by anyone online in the epoch domain, without locks; what
// they return stays valid until that participant's next quiescent(). spawn side: reserve_pid(),
// then either insert() or abandon(), by the same worker. remove() once for each inserted pid, by
// the worker that ends the process.
//
// Layout: a radix tree of three levels. The leaves ("pages") hold 256 pids; a page whose pids are
// all dead is unlinked and retired, and so is a middle node whose pages are all dead. So memory
// follows the living, whatever number of pids a run goes through (up to 2^44).
//
// Shared writes: spawn increments next_pid_ (the order of pids is part of the language); exit
// increments the page's count of the dead. The number of the living is the number of pids given out
// less the exits, which each worker counts for itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "process/epoch.hpp"
#include "process/process.hpp"

namespace ttvm::process {

class ProcessTable {
 public:
  static constexpr std::uint64_t kDefaultMaxProcesses = 134'217'727;

  explicit ProcessTable(std::uint32_t workers, std::uint64_t max_processes = kDefaultMaxProcesses);
  ~ProcessTable();  // frees pages, not processes
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  // The next pid; 0 if max_processes are alive already. The count is exact: a pid is given out only
  // while spawned - exited < max_processes.
  std::uint64_t reserve_pid(std::uint32_t worker);
  // Makes the process findable. False when there is no memory (the pid counts as dead then).
  bool insert(Process* process, std::uint32_t worker, EpochParticipant& epoch);
  // Gives up a reserved pid that will never be inserted.
  void abandon(std::uint64_t pid, std::uint32_t worker, EpochParticipant& epoch);

  // The process, or null if it never was or is dead. Constant time, no writes.
  Process* find(std::uint64_t pid) const {
    if (pid >= kMaxPid) return nullptr;
    // Acquire, here and below: pairs with the release that published node, page or process.
    const Middle* middle = root_[pid >> (kPageBits + kMiddleBits)].load(std::memory_order_acquire);
    if (middle == nullptr) return nullptr;
    const Page* page =
        middle->pages[(pid >> kPageBits) & (kMiddleSlots - 1)].load(std::memory_order_acquire);
    if (page == nullptr) return nullptr;
    return page->slots[pid & (kPageSlots - 1)].load(std::memory_order_acquire);
  }

  // From now on find() gives null. The caller retires the process itself (release_process).
  void remove(Process* process, std::uint32_t worker, EpochParticipant& epoch);

  // Exact when nothing spawns or exits meanwhile; otherwise a recent value.
  std::uint64_t live_count() const;
  std::uint64_t spawned_count() const { return next_pid_.load(std::memory_order_relaxed) - 1; }
  std::uint64_t max_processes() const { return max_processes_; }

  // Calls `visit` for each living process, in order of pids. Under an epoch guard.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    const std::uint64_t end = next_pid_.load(std::memory_order_acquire);
    for (std::uint64_t pid = 1; pid < end;) {
      Process* process = nullptr;
      pid = next_living(pid, end, process);
      if (process != nullptr) visit(*process);
    }
  }

 private:
  static constexpr unsigned kPageBits = 8;
  static constexpr unsigned kMiddleBits = 14;
  static constexpr unsigned kRootBits = 22;
  static constexpr std::uint64_t kPageSlots = std::uint64_t{1} << kPageBits;
  static constexpr std::uint64_t kMiddleSlots = std::uint64_t{1} << kMiddleBits;
  static constexpr std::uint64_t kRootSlots = std::uint64_t{1} << kRootBits;
  static constexpr std::uint64_t kMaxPid = std::uint64_t{1}
                                           << (kPageBits + kMiddleBits + kRootBits);

  struct Page {
    std::atomic<std::uint32_t> dead;          // pids of this page that are over
    std::atomic<Process*> slots[kPageSlots];  // written by insert (release) and remove
  };
  struct Middle {
    std::atomic<std::uint32_t> dead;         // pages that are over
    std::atomic<Page*> pages[kMiddleSlots];  // set by insert (CAS), cleared by the last death
  };
  struct alignas(64) ExitCounter {
    std::atomic<std::uint64_t> exits{0};  // written by one worker, read by all (relaxed)
    std::uint64_t known_exits = 0;        // of all workers, at some time; private
  };

  Page* page_for(std::uint64_t pid);
  void count_death(std::uint64_t pid, std::uint32_t worker, EpochParticipant& epoch);
  std::uint64_t next_living(std::uint64_t from, std::uint64_t end, Process*& found) const;
  std::uint64_t sum_exits() const;

  std::atomic<Middle*>* root_;  // mapped, touched only where used
  std::uint64_t max_processes_;
  std::uint32_t workers_;
  std::unique_ptr<ExitCounter[]> counters_;
  // Incremented by each spawn; publishes nothing by itself.
  alignas(64) std::atomic<std::uint64_t> next_pid_{1};
};

}  // namespace ttvm::process
