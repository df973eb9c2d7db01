// The text under assembly, places in it, and the collection of what is wrong with it.
//
// A Place is 12 bytes so that every forward reference of a large program can keep one; the column
// and the text of the line are found again only when there is an error. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"

namespace ttvm::assembler {

struct Place {
  std::uint32_t offset = 0;  // of the first byte, in the whole text
  std::uint32_t line = 0;    // from 1
  std::uint32_t bytes = 0;   // 0: a place between characters
};

// Text of the user's for use in a message: without control characters and invalid UTF-8 (each bad
// byte becomes '?'), and cut after `limit` bytes.
std::string printable(std::string_view text, std::size_t limit);

// A word of the program, for a message.
std::string shown(std::string_view word);

class Reporter {
 public:
  static constexpr std::size_t kMaxErrors = 100;

  Reporter(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  // Ignored once kMaxErrors have been reported.
  void error(const Place& place, std::string message);

  bool any() const { return !errors_.empty(); }
  bool full() const { return full_; }

  // All errors by line and column; when there were more than kMaxErrors, the last one says so.
  base::Diagnostics take();

 private:
  std::string_view text_;
  std::string file_;
  base::Diagnostics errors_;
  bool full_ = false;
};

}  // namespace ttvm::assembler
