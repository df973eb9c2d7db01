// Time as the VM sees it. Every reading goes through a Clock, so that the deterministic driver can
// put a logical clock in its place. All times are nanoseconds since an arbitrary start.
#pragma once

#include <atomic>
#include <cstdint>

namespace ttvm::base {

using Nanos = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos now() const = 0;  // never goes backwards
};

// CLOCK_MONOTONIC. Thread-safe.
class SystemClock final : public Clock {
 public:
  Nanos now() const override;
};

// Moves only when told to. Written by one thread; may be read by others.
class LogicalClock final : public Clock {
 public:
  Nanos now() const override { return now_.load(std::memory_order_relaxed); }
  void advance_by(Nanos delta) { now_.store(now() + delta, std::memory_order_relaxed); }
  void advance_to(Nanos time) {
    if (time > now()) now_.store(time, std::memory_order_relaxed);
  }

 private:
  std::atomic<Nanos> now_{0};
};

}  // namespace ttvm::base
