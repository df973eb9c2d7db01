// Programs from files: source text or bytecode, told apart by content. Stateless; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "bytecode/module.hpp"
#include "verify/verified_module.hpp"

namespace ttvm::vm {

struct Input {
  std::string name;   // for messages: the path, or "stdin"
  std::string bytes;  // all of it
  std::string error;  // not empty: it could not be read, and why
};

// Reads a whole file, or standard input for "-".
Input read_input(const std::string& path);

// Whether it is meant to be bytecode: it begins so, or is called so (then what is wrong with it is
// told in terms of bytecode).
bool is_bytecode(const Input& input);

// The module of a source text or of bytecode. Not verified yet.
base::Expected<bytecode::Module> parse_program(const Input& input);

using Verified = std::shared_ptr<const verify::VerifiedModule>;

// Verifies; `name` is put into diagnostics that name no file.
base::Expected<Verified> verify_program(bytecode::Module module, const std::string& name);

// Both.
base::Expected<Verified> load_program(const Input& input);

}  // namespace ttvm::vm
