// Stops the run after a number of reductions in all processes together (--max-reductions).
//
// Thread safety: run() by all workers.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "process/executor.hpp"

namespace ttvm::vm {

class LimitedExecutor final : public process::ForwardingExecutor {
 public:
  LimitedExecutor(process::Executor& executor, std::uint64_t max_reductions)
      : ForwardingExecutor(executor), max_reductions_(max_reductions) {}

  process::SliceEnd run(process::Process& process, process::RunContext& context,
                        std::int32_t budget) override {
    const std::uint64_t before = process.reductions;
    const std::uint64_t used = used_.load(std::memory_order_relaxed);
    const std::uint64_t left = max_reductions_ - std::min(max_reductions_, used);
    const auto most = static_cast<std::uint64_t>(budget);
    const auto granted = static_cast<std::int32_t>(std::clamp<std::uint64_t>(left, 1, most));
    const process::SliceEnd end = executor_.run(process, context, granted);
    const std::uint64_t spent = process.reductions - before;
    const std::uint64_t total = used_.fetch_add(spent, std::memory_order_relaxed) + spent;
    if (end == process::SliceEnd::kStopRun || total < max_reductions_) return end;
    // Who waits or is at its end may have finished in time; but a program may also go on for ever
    // in slices that all end so.
    const bool goes_on = end == process::SliceEnd::kRunnable || end == process::SliceEnd::kAtPoint;
    if (!goes_on && total < max_reductions_ + most) return end;
    exceeded_.store(true, std::memory_order_relaxed);
    context.exit_status = 1;
    return process::SliceEnd::kStopRun;
  }

  // Whether the run was stopped. After the run.
  bool exceeded() const { return exceeded_.load(std::memory_order_relaxed); }

 private:
  const std::uint64_t max_reductions_;
  // Written and read by all workers; only a count, it publishes nothing.
  std::atomic<std::uint64_t> used_{0};
  // Set by a worker, read after the threads have been joined.
  std::atomic<bool> exceeded_{false};
};

}  // namespace ttvm::vm
