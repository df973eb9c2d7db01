// The verifier: the one judge of bytecode, wherever it came from.
#pragma once

#include <memory>

#include "base/diagnostics.hpp"
#include "bytecode/module.hpp"
#include "verify/verified_module.hpp"

namespace ttvm::verify {

// Judges a module whose indices are in range (both read_ttb and the assembler see to that).
// Time and memory are linear in the code but for proofs, which are given up past a fixed multiple
// of it; what is not proven runs with checks. Errors are programs that cannot be given a meaning.
base::Expected<std::shared_ptr<const VerifiedModule>> verify(bytecode::Module module);

// The function that SPAWN means by a name, as an index into Module::functions; kNone if there is
// none. Later definitions of a name do not hide earlier ones.
std::uint32_t find_named_function(const bytecode::Module& module, std::string_view name);

}  // namespace ttvm::verify
