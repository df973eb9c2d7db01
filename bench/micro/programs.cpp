// What the machine as a whole costs: small programs on real schedulers. Loading is not measured.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "bench/machine.hpp"

namespace ttvm::bench {
namespace {

std::uint64_t reference_cycles() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return 0;
#endif
}

struct Totals {
  double seconds = 0;
  std::uint64_t cycles = 0;  // of the time stamp counter, compiling included
  std::uint64_t reductions = 0;
};

// Runs `text` once for each iteration; its argument is `count`, which is also what one run does.
Totals run_program(benchmark::State& state, const std::string& text, std::int64_t count,
                   std::uint32_t schedulers) {
  Totals totals;
  const vm::Input input{"benchmark", text, ""};
  for (auto _ : state) {
    Machine machine(schedulers, {std::to_string(count)});
    const std::uint64_t start = reference_cycles();
    if (machine.run(input) != 0) {
      state.SkipWithError("the program failed");
      return totals;
    }
    totals.cycles += reference_cycles() - start;
    const double seconds = static_cast<double>(machine.run_time()) / 1e9;
    state.SetIterationTime(seconds);
    totals.seconds += seconds;
    totals.reductions += machine.counters().reductions;
  }
  state.SetItemsProcessed(state.iterations() * count);
  return totals;
}

constexpr const char* kCount = R"(
ARGS
PUSH_INT 0
INDEX
TO_INT
STORE n
)";

// A loop of ten source instructions. Reductions count source instructions.
void dispatch(benchmark::State& state) {
  static const std::string text = std::string(kCount) + R"(
PUSH_INT 0
STORE s
WHILE
  LOAD n
DO
  LOAD s
  LOAD n
  ADD
  STORE s
  LOAD n
  PUSH_INT 1
  SUB
  STORE n
ENDWHILE
)";
  const Totals totals = run_program(state, text, 1'000'000, 1);
  if (totals.reductions == 0) return;
  const auto instructions = static_cast<double>(totals.reductions);
  state.counters["ns_per_instruction"] = totals.seconds * 1e9 / instructions;
  state.counters["tsc_per_instruction"] = static_cast<double>(totals.cycles) / instructions;
}
BENCHMARK(dispatch)->UseManualTime();

// One item: a round trip of two messages [k, from] between two processes.
void send_receive(benchmark::State& state) {
  static const std::string text = std::string(kCount) + R"(
FUNC echo
  WHILE
    TRUE
  DO
    RECEIVE
    STORE message
    LOAD message
    LOAD message
    PUSH_INT 1
    INDEX
    SEND
  ENDWHILE
END
MAKE_FUNCTION echo
SPAWN
STORE partner
WHILE
  LOAD n
DO
  LOAD n
  SELF
  MAKE_LIST 2
  LOAD partner
  SEND
  RECEIVE
  POP
  LOAD n
  PUSH_INT 1
  SUB
  STORE n
ENDWHILE
EXIT 0
)";
  run_program(state, text, 200'000, static_cast<std::uint32_t>(state.range(0)));
}
BENCHMARK(send_receive)->ArgName("schedulers")->Arg(1)->Arg(2)->UseManualTime();

// One item: a process that is spawned and ends at once. YIELD lets it.
void spawn_exit(benchmark::State& state) {
  static const std::string text = std::string(kCount) + R"(
FUNC child
END
WHILE
  LOAD n
DO
  MAKE_FUNCTION child
  SPAWN
  POP
  YIELD
  LOAD n
  PUSH_INT 1
  SUB
  STORE n
ENDWHILE
)";
  run_program(state, text, 200'000, static_cast<std::uint32_t>(state.range(0)));
}
BENCHMARK(spawn_exit)->ArgName("schedulers")->Arg(1)->Arg(2)->UseManualTime();

// One item: two switches, between two processes that yield to each other.
void process_switch(benchmark::State& state) {
  static const std::string text = std::string(kCount) + R"(
FUNC yielder n
  WHILE
    LOAD n
  DO
    YIELD
    LOAD n
    PUSH_INT 1
    SUB
    STORE n
  ENDWHILE
END
LOAD n
MAKE_FUNCTION yielder
SPAWN
POP
LOAD n
CALL yielder
)";
  run_program(state, text, 500'000, 1);
}
BENCHMARK(process_switch)->UseManualTime();

}  // namespace
}  // namespace ttvm::bench
