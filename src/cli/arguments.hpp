// What the commands' parsers share, on top of CLI11: numbers with their limits, help texts, and
// errors that suggest the nearest flag.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ttvm::cli {

// An option `name` with a whole number from `least` to `most`.
void add_number(CLI::App& app, const std::string& name, std::uint64_t least, std::uint64_t most,
                std::function<void(std::uint64_t)> set, const std::string& text);
// The same for bytes: K, M, G or T may follow the number.
void add_size(CLI::App& app, const std::string& name, std::uint64_t least,
              std::function<void(std::uint64_t)> set, const std::string& text);

struct Help {
  std::string command;  // empty for ttvm itself
  std::string usage;    // lines after "Usage: "
  std::string footer;
};

// Parses. -1: go on; otherwise the status to end with (help was printed, or an error). Words that
// the parser does not know are left in app.remaining(); those before the first operand that begin
// with `-` are errors.
int parse(CLI::App& app, const std::vector<std::string>& words, const Help& help);

}  // namespace ttvm::cli
