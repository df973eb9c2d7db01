#include "process/table.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

#include "base/assert.hpp"

namespace ttvm::process {

namespace {
void free_block(void* block) { std::free(block); }
}  // namespace

ProcessTable::ProcessTable(std::uint32_t workers, std::uint64_t max_processes)
    : max_processes_(max_processes),
      workers_(workers),
      counters_(std::make_unique<ExitCounter[]>(workers)) {
  // Zero pages of the kernel are null atomics; only the used end of the table ever becomes real.
  void* root = ::mmap(nullptr, kRootSlots * sizeof(*root_), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  TTVM_CHECK(root != MAP_FAILED);
  root_ = static_cast<std::atomic<Middle*>*>(root);
}

ProcessTable::~ProcessTable() {
  const std::uint64_t last = next_pid_.load(std::memory_order_relaxed) >> (kPageBits + kMiddleBits);
  for (std::uint64_t i = 0; i <= last && i < kRootSlots; ++i) {
    Middle* middle = root_[i].load(std::memory_order_relaxed);
    if (middle == nullptr) continue;
    for (std::uint64_t j = 0; j < kMiddleSlots; ++j) {
      std::free(middle->pages[j].load(std::memory_order_relaxed));
    }
    std::free(middle);
  }
  ::munmap(root_, kRootSlots * sizeof(*root_));
}

std::uint64_t ProcessTable::sum_exits() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < workers_; ++i) {
    sum += counters_[i].exits.load(std::memory_order_relaxed);
  }
  return sum;
}

std::uint64_t ProcessTable::reserve_pid(std::uint32_t worker) {
  ExitCounter& counter = counters_[worker];
  // Relaxed: a pid publishes nothing. Exits read here happened before the exchange succeeds, so the
  // limit holds at that moment.
  std::uint64_t next = next_pid_.load(std::memory_order_relaxed);
  do {
    if (TTVM_UNLIKELY(next - 1 - counter.known_exits >= max_processes_)) {
      counter.known_exits = sum_exits();
      if (next - 1 - counter.known_exits >= max_processes_) return 0;
    }
    if (TTVM_UNLIKELY(next >= kMaxPid)) return 0;
  } while (!next_pid_.compare_exchange_weak(next, next + 1, std::memory_order_relaxed));
  return next;
}

// A page of a pid that is not dead yet cannot be retired meanwhile.
ProcessTable::Page* ProcessTable::page_for(std::uint64_t pid) {
  std::atomic<Middle*>& root_slot = root_[pid >> (kPageBits + kMiddleBits)];
  Middle* middle = root_slot.load(std::memory_order_acquire);  // pairs with the release below
  if (TTVM_UNLIKELY(middle == nullptr)) {
    auto* fresh = static_cast<Middle*>(std::calloc(1, sizeof(Middle)));
    if (fresh == nullptr) return nullptr;
    if (root_slot.compare_exchange_strong(middle, fresh, std::memory_order_acq_rel,
                                          std::memory_order_acquire)) {
      middle = fresh;
    } else {
      std::free(fresh);
    }
  }
  std::atomic<Page*>& slot = middle->pages[(pid >> kPageBits) & (kMiddleSlots - 1)];
  Page* page = slot.load(std::memory_order_acquire);  // pairs with the release below
  if (TTVM_UNLIKELY(page == nullptr)) {
    auto* fresh = static_cast<Page*>(std::calloc(1, sizeof(Page)));
    if (fresh == nullptr) return nullptr;
    // There is no process 0.
    if (pid < kPageSlots) fresh->dead.store(1, std::memory_order_relaxed);
    if (slot.compare_exchange_strong(page, fresh, std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
      page = fresh;
    } else {
      std::free(fresh);
    }
  }
  return page;
}

bool ProcessTable::insert(Process* process, std::uint32_t worker, EpochParticipant& epoch) {
  Page* page = page_for(process->pid);
  if (TTVM_UNLIKELY(page == nullptr)) {
    abandon(process->pid, worker, epoch);
    return false;
  }
  // Release pairs with the acquire of find(): whoever finds the process sees it built.
  page->slots[process->pid & (kPageSlots - 1)].store(process, std::memory_order_release);
  return true;
}

void ProcessTable::abandon(std::uint64_t pid, std::uint32_t worker, EpochParticipant& epoch) {
  if (page_for(pid) == nullptr) {
    // Without memory for the page its count stays short: the page is never retired, no more.
    ExitCounter& counter = counters_[worker];
    counter.exits.store(counter.exits.load(std::memory_order_relaxed) + 1,
                        std::memory_order_relaxed);
    return;
  }
  count_death(pid, worker, epoch);
}

void ProcessTable::remove(Process* process, std::uint32_t worker, EpochParticipant& epoch) {
  Page* page = page_for(process->pid);
  page->slots[process->pid & (kPageSlots - 1)].store(nullptr, std::memory_order_release);
  count_death(process->pid, worker, epoch);
}

void ProcessTable::count_death(std::uint64_t pid, std::uint32_t worker, EpochParticipant& epoch) {
  ExitCounter& counter = counters_[worker];
  counter.exits.store(counter.exits.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);

  std::atomic<Middle*>& root_slot = root_[pid >> (kPageBits + kMiddleBits)];
  Middle* middle = root_slot.load(std::memory_order_acquire);
  std::atomic<Page*>& slot = middle->pages[(pid >> kPageBits) & (kMiddleSlots - 1)];
  Page* page = slot.load(std::memory_order_acquire);
  // Each death releases, the last acquires: it retires the page after all the others are done with
  // it.
  if (page->dead.fetch_add(1, std::memory_order_acq_rel) + 1 != kPageSlots) return;
  slot.store(nullptr, std::memory_order_release);
  epoch.retire(page, free_block);
  if (middle->dead.fetch_add(1, std::memory_order_acq_rel) + 1 != kMiddleSlots) return;
  root_slot.store(nullptr, std::memory_order_release);
  epoch.retire(middle, free_block);
}

std::uint64_t ProcessTable::live_count() const {
  const std::uint64_t exits = sum_exits();
  const std::uint64_t spawned = spawned_count();
  return spawned > exits ? spawned - exits : 0;
}

// The first living pid in [from, end), in `found`; returns where to go on.
std::uint64_t ProcessTable::next_living(std::uint64_t from, std::uint64_t end,
                                        Process*& found) const {
  constexpr std::uint64_t kMiddlePids = kPageSlots * kMiddleSlots;
  std::uint64_t pid = from;
  while (pid < end) {
    const Middle* middle = root_[pid >> (kPageBits + kMiddleBits)].load(std::memory_order_acquire);
    if (middle == nullptr) {
      pid = (pid / kMiddlePids + 1) * kMiddlePids;
      continue;
    }
    const Page* page =
        middle->pages[(pid >> kPageBits) & (kMiddleSlots - 1)].load(std::memory_order_acquire);
    if (page == nullptr) {
      pid = (pid / kPageSlots + 1) * kPageSlots;
      continue;
    }
    found = page->slots[pid & (kPageSlots - 1)].load(std::memory_order_acquire);
    ++pid;
    if (found != nullptr) return pid;
  }
  return end;
}

}  // namespace ttvm::process
