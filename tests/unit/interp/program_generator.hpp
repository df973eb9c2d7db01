// Random programs that end, or run for long at most: functions and labels that call only later ones
// (or themselves a bounded number of times), loops with counters. Operands are balanced, but types
// are not: errors are part of what is tested. Sequential, without input, and without anything whose
// result the contract leaves open.
#pragma once

#include <cstdint>
#include <string>

namespace ttvm::testing {

// The same seed gives the same text.
std::string random_program(std::uint64_t seed);

}  // namespace ttvm::testing
