// Reader and writer of .ttb files (format: docs/ttb-format.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "bytecode/module.hpp"

namespace ttvm::bytecode {

inline constexpr std::uint8_t kMagic[4] = {'T', 'T', 'V', 'M'};
inline constexpr std::uint32_t kFormatVersion = 1;

// Whether the bytes begin as a .ttb file does (so that the caller need not trust a file's name).
bool looks_like_ttb(std::span<const std::uint8_t> bytes);

// The bytes of a module. Equal modules give equal bytes on every machine.
std::vector<std::uint8_t> write_ttb(const Module& module);

// The module of the bytes, or what is wrong with them and at which offset. Never crashes, and uses
// memory in proportion to the input, whatever it is. The module still needs verification.
base::Expected<Module> read_ttb(std::span<const std::uint8_t> bytes, const std::string& file);

// Removes what a program does not need to run: source name, labels, line table.
void strip(Module& module);

}  // namespace ttvm::bytecode
