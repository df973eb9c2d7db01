// Random programs on the reference machine and on the VM in all its forms: the output and the way
// it ends must be the same. TTVM_DIFFERENTIAL_SEEDS="first count" runs others than the usual ones.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "program_generator.hpp"
#include "reference_machine.hpp"
#include "support/run_module.hpp"

namespace ttvm::testing {
namespace {

constexpr std::uint64_t kMaxSteps = 20'000;

struct Form {
  const char* name;
  bool prove;
  bool collect_always;
  std::int32_t reductions;
};
constexpr Form kForms[] = {
    {"plain", true, false, 1000},         {"explicit", false, false, 1000},
    {"collect always", true, true, 1000}, {"explicit, collect always", false, true, 1000},
    {"one reduction", true, false, 1},    {"explicit, one reduction", false, false, 1},
};

// The first line of the report says which exception it was; the trace below it differs where tail
// calls do.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

struct Totals {
  std::uint64_t compared = 0;
  std::uint64_t steps = 0;
  std::uint64_t uncaught = 0;
};

void compare_forms(std::uint64_t seed, Totals& totals) {
  const std::string text = random_program(seed);
  const bytecode::Module module = assemble(text);
  const ReferenceResult expected = run_reference(module, kMaxSteps);
  if (!expected.finished) return;  // it runs for too long to be compared
  ++totals.compared;
  totals.steps += expected.steps;
  totals.uncaught += expected.status != 0 ? 1U : 0U;
  for (const Form& form : kForms) {
    vm::Options options;
    options.prove = form.prove;
    options.reductions = form.reductions;
    options.seed = seed;
    options.max_reductions = 100 * kMaxSteps;
    const RunOutput got = run_module(module, options, form.collect_always);
    const bool same_error =
        expected.uncaught.empty() || got.err.find(expected.uncaught) != std::string::npos;
    if (got.out != expected.out || got.status != expected.status || !same_error) {
      ADD_FAILURE() << "seed " << seed << ", " << form.name << "\n--- program\n"
                    << text << "--- expected, status " << expected.status << "\n"
                    << expected.out << expected.uncaught << "\n--- got, status " << got.status
                    << "\n"
                    << got.out << first_line(got.err);
      return;
    }
  }
}

void compare_range(std::uint64_t first, std::uint64_t count) {
  Totals totals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    compare_forms(seed, totals);
    if (::testing::Test::HasFailure()) return;
  }
  // The generator must keep making programs that are worth it.
  EXPECT_GT(totals.compared, count * 9 / 10) << "too many programs run for too long";
  EXPECT_GT(totals.steps, totals.compared * 100) << "programs end too early";
  EXPECT_LT(totals.uncaught, totals.compared * 6 / 10) << "too many end by an error";
  ::testing::Test::RecordProperty("steps", static_cast<int>(totals.steps / totals.compared));
  ::testing::Test::RecordProperty("uncaught", static_cast<int>(totals.uncaught));
}

TEST(Differential, SeedsFromTheEnvironment) {
  const char* seeds = std::getenv("TTVM_DIFFERENTIAL_SEEDS");
  if (seeds == nullptr) GTEST_SKIP() << "for long runs by hand";
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::istringstream(seeds) >> first >> count;
  compare_range(first, count);
}

class DifferentialRange : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(DifferentialRange, AllFormsDoTheSame) {
  constexpr std::uint64_t kPrograms = TTVM_DIFFERENTIAL_PROGRAMS;
  compare_range(GetParam() * kPrograms, kPrograms);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DifferentialRange, ::testing::Range<std::uint64_t>(0, 8));

}  // namespace
}  // namespace ttvm::testing
