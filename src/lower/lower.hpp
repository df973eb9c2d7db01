// Lowering: verified stack code to register code.
#pragma once

#include <array>
#include <memory>

#include "lower/code.hpp"

namespace ttvm::lower {

struct LowerOptions {
  // Address of the handler of each RCode (interp::handlers()).
  const void* const* handlers = nullptr;
  // Functions of the instructions with Effect::kNative, by opcode; opaque here.
  std::array<const void*, 256> natives{};
  // False: instructions that need the scheduler end the process instead.
  bool smp = true;
  // A check for preemption at least every so many source instructions.
  std::uint32_t max_uncharged = 500;
  // A Point before each instruction whose effects other processes or the user can see: for runs
  // that choose schedules.
  bool points = false;
  // With points: none before RECEIVE, because it does the same whatever others do meanwhile.
  bool receives_commute = false;
  // False: nothing becomes proven code. For tests that compare the two forms.
  bool prove = true;
};

// Never fails. Time and memory are linear in the code for explicit code, and in the proven code of
// the instances for the rest (bounded: past a multiple of the code, instances stay explicit).
std::unique_ptr<Program> lower(std::shared_ptr<const verify::VerifiedModule> module,
                               const LowerOptions& options);

}  // namespace ttvm::lower
