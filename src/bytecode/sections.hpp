// The sections of a .ttb file, in the order in which they stand there. Shared by reader and writer.
#pragma once

#include <cstdint>

namespace ttvm::bytecode {

// The numbers are part of the format.
enum class Section : std::uint8_t {
  kStrings = 1,
  kFunctions = 2,
  kCode = 3,
  kSource = 4,  // this and the following: only when not empty
  kLabels = 5,
  kLines = 6,
};

inline constexpr std::uint8_t kFirstOptionalSection = 4;
inline constexpr std::uint8_t kSectionEnd = 7;

}  // namespace ttvm::bytecode
