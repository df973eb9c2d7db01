// The texts of asm/std, embedded into the binary by the build. Immutable; thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace ttvm::vm {

struct StdSource {
  std::string_view name;  // file name
  std::string_view text;
};

std::span<const StdSource> std_sources();

}  // namespace ttvm::vm
