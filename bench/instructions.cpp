// ttvm_instructions PROGRAM ARGUMENTS...: runs a program on one scheduler and tells how many of its
// own instructions it has executed, in which time. The cycles are those of the time stamp counter,
// which runs at the nominal clock of the processor, whatever the real one is.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/machine.hpp"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace ttvm::bench {
namespace {

std::uint64_t time_stamp() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return 0;  // there is none that we know
#endif
}

int count(int words, char** word) {
  if (words < 2) {
    std::fprintf(stderr, "usage: ttvm_instructions PROGRAM ARGUMENTS...\n");
    return 2;
  }
  const vm::Input program = vm::read_input(word[1]);
  if (!program.error.empty()) {
    std::fprintf(stderr, "cannot read %s: %s\n", word[1], program.error.c_str());
    return 66;
  }
  Machine machine(1, std::vector<std::string>(word + 2, word + words));
  base::SystemClock clock;
  const base::Nanos start = clock.now();
  const std::uint64_t begin = time_stamp();
  const int status = machine.run(program);
  const auto cycles = static_cast<double>(time_stamp() - begin);
  const auto nanos = static_cast<double>(clock.now() - start);
  if (status != 0) return status;
  // Without loading the program, as the time is.
  const double share = static_cast<double>(machine.run_time()) / nanos;
  std::printf("instructions=%llu ns=%lld cycles=%.0f\n",
              static_cast<unsigned long long>(machine.counters().reductions),
              static_cast<long long>(machine.run_time()), cycles * share);
  return 0;
}

}  // namespace
}  // namespace ttvm::bench

int main(int count, char** words) { return ttvm::bench::count(count, words); }
