// A schedule drawn from a seed. Who runs next is any of those of the priority whose turn it is. A
// step ends after a random part of the budget, or at a scheduling point: how often there is itself
// drawn for each run, between always and once in 32, because some errors need many switches and
// others few at the right place.
//
// Thread safety: as schedule.hpp.
#pragma once

#include <array>
#include <vector>

#include "base/random.hpp"
#include "sched/schedule.hpp"
#include "sched/turns.hpp"

namespace ttvm::sched {

class SeededSchedule final : public Schedule {
 public:
  SeededSchedule(std::uint64_t seed, std::int32_t budget);

  void add(const Runnable& runnable) override;
  std::size_t count() const override;
  Step take(bool timers) override;
  bool delays_end() override { return random_.below(4) == 0; }

 private:
  Waiting waiting() const;
  std::uint32_t draw_points();

  base::Random random_;
  const std::uint32_t budget_;
  const std::uint32_t points_apart_;               // a step ends at one scheduling point of so many
  std::array<std::vector<Runnable>, 3> runnable_;  // by priority
  Turns turns_;
};

}  // namespace ttvm::sched
