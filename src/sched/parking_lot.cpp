#include "sched/parking_lot.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/assert.hpp"

namespace ttvm::sched {

namespace {

std::uint32_t* address_of(std::atomic<std::uint32_t>& word) {
  static_assert(sizeof(word) == sizeof(std::uint32_t));
  return reinterpret_cast<std::uint32_t*>(&word);
}

}  // namespace

void Parker::park(base::Nanos deadline) {
  if (token_.exchange(0, std::memory_order_acquire) == 1) return;
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(deadline / 1'000'000'000);
  time.tv_nsec = static_cast<long>(deadline % 1'000'000'000);
  // FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC.
  ::syscall(SYS_futex, address_of(token_), FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0U,
            deadline == INT64_MAX ? nullptr : &time, nullptr, FUTEX_BITSET_MATCH_ANY);
  token_.exchange(0, std::memory_order_acquire);
}

void Parker::unpark() {
  if (token_.exchange(1, std::memory_order_release) == 0) {
    ::syscall(SYS_futex, address_of(token_), FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, nullptr, nullptr,
              0);
  }
}

std::optional<std::uint32_t> ParkingLot::take_one() {
  if (list_.empty()) return std::nullopt;
  const std::uint32_t worker = list_.back();
  list_.pop_back();
  listed_[worker] = false;
  state_.fetch_add(kOneSearching - kOneIdle, std::memory_order_seq_cst);
  return worker;
}

void ParkingLot::enter(std::uint32_t worker, bool searching) {
  TTVM_ASSERT(!listed_[worker]);
  list_.push_back(worker);
  listed_[worker] = true;
  state_.fetch_add(kOneIdle - (searching ? kOneSearching : 0), std::memory_order_seq_cst);
  if (TTVM_UNLIKELY(gate_is_closed())) gate_changed_.notify_all();
}

bool ParkingLot::leave(std::uint32_t worker) {
  if (!listed_[worker]) return true;
  listed_[worker] = false;
  list_.erase(std::find(list_.begin(), list_.end(), worker));
  state_.fetch_sub(kOneIdle, std::memory_order_seq_cst);
  return false;
}

void ParkingLot::wait_at_gate() {
  const base::MutexLock lock(mutex_);
  if (!gate_is_closed()) return;
  ++at_gate_;
  gate_changed_.notify_all();
  while (gate_is_closed()) gate_changed_.wait(mutex_);
  --at_gate_;
}

bool ParkingLot::look_at_rest(std::chrono::milliseconds patience,
                              const std::function<bool()>& is_over,
                              const std::function<void(bool all)>& look) {
  const base::MutexLock lock(mutex_);
  gate_closed_.store(true, std::memory_order_relaxed);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const auto all_rest = [this]()
                            TTVM_REQUIRES(mutex_) { return list_.size() + at_gate_ == workers_; };
  while (!is_over() && !all_rest()) {
    if (gate_changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
  }
  const bool over = is_over();
  if (!over) look(all_rest());
  gate_closed_.store(false, std::memory_order_relaxed);
  gate_changed_.notify_all();
  return !over;
}

bool ParkingLot::try_start_search() {
  const std::uint64_t state = state_.load(std::memory_order_relaxed);
  if (2 * searching_of(state) >= workers_) return false;
  state_.fetch_add(kOneSearching, std::memory_order_seq_cst);
  return true;
}

}  // namespace ttvm::sched
