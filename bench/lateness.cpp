// ttvm_lateness PROGRAM SCHEDULERS ARGUMENTS...: runs the program and tells how late its sleepers
// ran again, finer than a program could see it (its clock counts milliseconds): the time at which
// the slice begins that ends a SLEEP or a RECEIVE_AFTER, less the deadline of that wait. The first
// wait of the main program is set-up and does not count.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/machine.hpp"

namespace ttvm::bench {
namespace {

// Each worker writes samples of its own.
class LatenessRecorder final : public SliceObserver {
 public:
  explicit LatenessRecorder(std::uint32_t workers) : workers_(workers) {
    for (Samples& samples : workers_) samples.late.reserve(std::size_t{1} << 18U);
  }

  void before_slice(const process::Process& process, const process::RunContext& context) override {
    if (process.wait_deadline == process::kNoDeadline) return;
    const base::Nanos late = context.clock->now() - process.wait_deadline;
    if (late < 0) return;
    if (process.pid == 1 && !main_has_waited_) {
      main_has_waited_ = true;
      return;
    }
    workers_[context.worker].late.push_back(late);
  }

  // After the run, sorted.
  std::vector<base::Nanos> samples() const {
    std::vector<base::Nanos> all;
    for (const Samples& samples : workers_) {
      all.insert(all.end(), samples.late.begin(), samples.late.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  struct alignas(64) Samples {
    std::vector<base::Nanos> late;
  };

  std::vector<Samples> workers_;
  bool main_has_waited_ = false;  // goes from worker to worker with process 1
};

double microseconds(const std::vector<base::Nanos>& sorted, double share) {
  const auto count = static_cast<double>(sorted.size());
  const auto index = std::min(sorted.size() - 1, static_cast<std::size_t>(share * count));
  return static_cast<double>(sorted[index]) / 1000.0;
}

int measure(int count, char** words) {
  if (count < 3) {
    std::fprintf(stderr, "usage: ttvm_lateness PROGRAM SCHEDULERS ARGUMENTS...\n");
    return 2;
  }
  const vm::Input program = vm::read_input(words[1]);
  if (!program.error.empty()) {
    std::fprintf(stderr, "cannot read %s: %s\n", words[1], program.error.c_str());
    return 66;
  }
  const auto schedulers = static_cast<std::uint32_t>(std::max(1, std::atoi(words[2])));
  LatenessRecorder recorder(schedulers);
  Machine machine(schedulers, std::vector<std::string>(words + 3, words + count), &recorder);
  const int status = machine.run(program);
  if (status != 0) return status;
  const std::vector<base::Nanos> samples = recorder.samples();
  if (samples.empty()) {
    std::fprintf(stderr, "nobody slept\n");
    return 1;
  }
  std::printf("lateness samples=%zu p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f\n",
              samples.size(), microseconds(samples, 0.5), microseconds(samples, 0.99),
              microseconds(samples, 0.999), microseconds(samples, 1.0));
  return 0;
}

}  // namespace
}  // namespace ttvm::bench

int main(int count, char** words) { return ttvm::bench::measure(count, words); }
