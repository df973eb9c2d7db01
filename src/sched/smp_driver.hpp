// The SMP driver: worker threads, each with its lane and its run queue. README.md has the protocol.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "io/blocking_pool.hpp"
#include "io/counted_queue.hpp"
#include "sched/collections.hpp"
#include "sched/completions.hpp"
#include "sched/driver.hpp"
#include "sched/lane.hpp"
#include "sched/parking_lot.hpp"
#include "sched/work_queues.hpp"
#include "sched/young_stack.hpp"

namespace ttvm::sched {

class SmpDriver;

// One scheduler thread. Everything but `queue` (stealing) and `parker` is touched by it alone.
class alignas(64) Worker {
 public:
  Worker(SmpDriver& driver, std::uint32_t index);

  void loop();
  // For the one who starts its thread: it was taken out of the parking lot, which made it search.
  void begin_searching() { searching_ = true; }

  WorkQueues& queue() { return queue_; }
  SchedulerState state() const;
  Parker& parker() { return parker_; }
  Lane& lane() { return lane_; }
  const Lane& lane() const { return lane_; }

 private:
  // A process that its waker left to run next may do so this often in a row while others wait.
  static constexpr std::uint32_t kMaxNextRuns = 32;
  static constexpr std::uint32_t kTickSlices = 16;  // see tick()
  // What young processes may cost, in budgets, before one of the queue has its turn.
  static constexpr std::uint64_t kYoungBudgets = 4;
  // How long there must be more work than runs next before another worker is woken.
  static constexpr base::Nanos kSurplusPatience = 50'000;
  static constexpr base::Nanos kNoSurplus = -1;
  static constexpr std::uint32_t kSearchRounds = 16;  // looks at all queues before parking
  static constexpr std::uint32_t kSearchPauses = 16;  // CPU pauses between two looks

  void run_slice(process::Process* process);
  void absorb_woken(bool may_run_next);
  void tick();
  void queue_all(process::Process* woken);
  void queue_woken(process::Process* process);
  void share_young();
  bool has_surplus() const { return queue_.stealable() > (next_ == nullptr ? 1U : 0U); }
  void share_surplus(base::Nanos now);
  process::Process* take_local();
  process::Process* take_queued();
  process::Process* find_work();
  process::Process* search();
  process::Process* steal();
  void stop_searching();
  void park();

  SmpDriver& driver_;
  const std::uint32_t index_;
  WorkQueues queue_;
  process::Process* next_ = nullptr;  // runs next, before the queue (unless others are more urgent)
  std::uint32_t next_runs_ = 0;
  YoungStack young_;
  std::uint64_t reductions_since_queue_ = 0;  // since a process was last taken from the queue
  std::uint32_t slices_since_tick_ = 0;
  std::uint64_t reductions_since_tick_ = 0;
  base::Nanos surplus_since_ = kNoSurplus;
  bool searching_ = false;
  Lane lane_;
  base::Random random_;
  alignas(64) Parker parker_;
};

class SmpDriver final : public Driver, public process::JobPort {
 public:
  SmpDriver(const Environment& environment, base::Clock& clock);
  ~SmpDriver() override;

  process::RunContext& first_context() override { return workers_[0]->lane().context(); }
  void spawn_first(process::Process* process) override;
  RunResult run() override;
  void stop(RunReason reason, int status) override;
  void wake_from_outside(process::Process* process) override;
  bool look_at_rest(const std::function<void(bool all)>& look) override;
  SchedulerCounters counters() const override;
  std::vector<SchedulerState> states() const override;
  void submit(process::Job* job) override;

 private:
  friend class Worker;

  // The collection that a slice has left.
  void collect(process::Process& process, const process::Collection& collection);

  // Wakes one idle worker, if any; starts its thread if it never ran.
  bool wake_one();
  void wake_all() TTVM_REQUIRES(lot_.mutex());
  // For a worker just taken out of the parking lot. False if its thread cannot be started.
  bool unpark(std::uint32_t worker) TTVM_REQUIRES(lot_.mutex());
  bool work_visible() const;
  bool quiescent() const;
  void release_all();

  Environment environment_;
  base::Clock& clock_;
  RunState run_state_;
  process::EpochDomain epochs_;
  ParkingLot lot_;
  io::CountedQueue<process::Process> injected_;  // made runnable by threads that are no workers
  Completions completions_;
  // Jobs and collections submitted and not handed back to a worker yet. Incremented by submit and
  // collect, decremented by the worker that delivers; read for the end of the run under the lot's
  // mutex, which orders it.
  std::atomic<std::uint64_t> jobs_out_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_ TTVM_GUARDED_BY(lot_.mutex());
  // After everything that their callbacks use: they are destroyed first.
  std::unique_ptr<io::BlockingPool> pool_;
  std::unique_ptr<Collections> collections_;
};

}  // namespace ttvm::sched
