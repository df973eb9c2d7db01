#include "base/clock.hpp"

#include <ctime>

namespace ttvm::base {

Nanos SystemClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<Nanos>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace ttvm::base
