// A line of source into tokens. Works on any bytes; reports what is wrong and still delivers
// tokens, so that one bad string does not hide the rest of the line. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "asm/source.hpp"

namespace ttvm::assembler {

struct Token {
  std::string_view text;  // of a string: decoded, without its quotes
  Place place;
  bool quoted = false;
  bool colon = false;    // a quoted string with a ':' right behind it, which makes it a label
  bool decoded = false;  // `text` is not part of the source; it lives until the next line
};

class Lexer {
 public:
  Lexer(std::string_view text, Reporter& reporter) : text_(text), reporter_(reporter) {}

  // Replaces `tokens` by those of text[begin, end), which holds no line end. False if it reported
  // an error. Comments end the line.
  bool line(std::uint32_t begin, std::uint32_t end, std::uint32_t number,
            std::vector<Token>& tokens);

 private:
  std::uint32_t bare(std::uint32_t at, std::vector<Token>& tokens);
  std::uint32_t string(std::uint32_t at, std::vector<Token>& tokens);
  std::uint32_t escape(std::uint32_t at, std::string& out);
  std::uint32_t hex_escape(std::uint32_t at, std::string& out);
  std::uint32_t unicode_escape(std::uint32_t at, std::string& out);
  void error(std::uint32_t begin, std::uint32_t end, std::string message);
  std::string& scratch();

  std::string_view text_;
  Reporter& reporter_;
  std::uint32_t end_ = 0;
  std::uint32_t number_ = 0;
  bool good_ = true;
  // Decoded strings of the current line, at stable addresses; they keep their memory for the next.
  std::deque<std::string> scratch_;
  std::size_t scratch_used_ = 0;
};

}  // namespace ttvm::assembler
