// Stack depth proofs: which instances can keep their operands in registers.
#pragma once

#include <vector>

#include "verify/verified_module.hpp"

namespace ttvm::verify {

// Fills in the judgement of every instance. A least fixed point over the call graph: an instance
// starts as "never returns", a call to such a one blocks its path, and each RET found reopens the
// callers. An instance whose paths disagree, that calls one that is not proven, or whose effect
// depends on unknown values, is not proven. Gives up proofs (never soundness) past a budget of
// steps.
void prove_instances(const VerifiedModule& module, std::vector<Instance>& instances);

}  // namespace ttvm::verify
