// One hash for all strings: of symbols, shapes and dicts. The same in every run (a seeded run must
// repeat), never written to a file.
#pragma once

#include <cstdint>
#include <string_view>

namespace ttvm::term {

std::uint64_t hash_string(std::string_view text);

}  // namespace ttvm::term
