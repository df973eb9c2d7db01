#include "asm/lexer.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace ttvm::assembler {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

bool ends_bare(char c) { return is_blank(c) || c == ';' || c == '"'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string hex_byte(char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

}  // namespace

void Lexer::error(std::uint32_t begin, std::uint32_t end, std::string message) {
  good_ = false;
  reporter_.error({begin, number_, end - begin}, std::move(message));
}

std::string& Lexer::scratch() {
  if (scratch_used_ == scratch_.size()) scratch_.emplace_back();
  std::string& out = scratch_[scratch_used_++];
  out.clear();
  return out;
}

bool Lexer::line(std::uint32_t begin, std::uint32_t end, std::uint32_t number,
                 std::vector<Token>& tokens) {
  tokens.clear();
  good_ = true;
  end_ = end;
  number_ = number;
  scratch_used_ = 0;
  std::uint32_t at = begin;
  for (;;) {
    while (at < end_ && is_blank(text_[at])) ++at;
    if (at == end_ || text_[at] == ';') return good_;
    const bool joined = at != begin && !is_blank(text_[at - 1]);
    const std::uint32_t start = at;
    at = text_[at] == '"' ? string(at, tokens) : bare(at, tokens);
    if (joined && good_) error(start, start + 1, "a space is missing before this");
  }
}

std::uint32_t Lexer::bare(std::uint32_t at, std::vector<Token>& tokens) {
  const std::uint32_t start = at;
  while (at < end_ && !ends_bare(text_[at])) {
    if (is_control(text_[at]) && good_) {
      error(at, at + 1, "control character " + hex_byte(text_[at]) + " outside of a string");
    }
    ++at;
  }
  Token token;
  token.text = text_.substr(start, at - start);
  token.place = {start, number_, at - start};
  tokens.push_back(token);
  return at;
}

std::uint32_t Lexer::string(std::uint32_t at, std::vector<Token>& tokens) {
  const std::uint32_t start = at++;
  Token token;
  token.quoted = true;
  const std::uint32_t content = at;
  // Most strings have no escape and stay views into the source.
  while (at < end_ && text_[at] != '"' && text_[at] != '\\' && !is_control(text_[at])) ++at;
  token.text = text_.substr(content, at - content);
  if (at < end_ && text_[at] != '"') {
    std::string& out = scratch();
    out.assign(token.text);
    while (at < end_ && text_[at] != '"') {
      if (text_[at] == '\\') {
        at = escape(at, out);
        continue;
      }
      if (is_control(text_[at])) {
        error(at, at + 1,
              "control character " + hex_byte(text_[at]) + " in a string; write it as an escape");
      }
      out += text_[at++];
    }
    token.text = out;
    token.decoded = true;
  }
  if (at < end_) {
    ++at;
    if (at < end_ && text_[at] == ':') {
      token.colon = true;
      ++at;
    }
  } else {
    error(start, start + 1, "this string is not closed before the end of the line");
  }
  token.place = {start, number_, at - start};
  tokens.push_back(token);
  return at;
}

// `at` is that of the backslash; returns the offset behind the escape.
std::uint32_t Lexer::escape(std::uint32_t at, std::string& out) {
  const std::uint32_t next = at + 1;
  if (next == end_) return next;  // then the string is not closed either
  switch (text_[next]) {
    case 'n':
      out += '\n';
      return next + 1;
    case 't':
      out += '\t';
      return next + 1;
    case 'r':
      out += '\r';
      return next + 1;
    case '0':
      out += '\0';
      return next + 1;
    case '\\':
    case '"':
      out += text_[next];
      return next + 1;
    case 'x':
      return hex_escape(at, out);
    case 'u':
      return unicode_escape(at, out);
    default:
      break;
  }
  std::uint32_t end = next + 1;
  while (end < end_ && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
  error(at, end,
        "unknown escape " + shown(text_.substr(at, end - at)) +
            "; known are \\n \\t \\r \\0 \\\\ \\\" \\xHH \\u{H...}");
  return end;
}

// \xHH is the code point U+00HH, so that a string is valid UTF-8 whatever its escapes are.
std::uint32_t Lexer::hex_escape(std::uint32_t at, std::string& out) {
  std::uint32_t i = at + 2;
  std::uint32_t value = 0;
  for (; i < end_ && i < at + 4 && hex_digit(text_[i]) >= 0; ++i) {
    value = value * 16 + static_cast<std::uint32_t>(hex_digit(text_[i]));
  }
  if (i != at + 4) {
    error(at, i, "\\x wants two hexadecimal digits");
    return i;
  }
  base::append_utf8(out, value);
  return i;
}

std::uint32_t Lexer::unicode_escape(std::uint32_t at, std::string& out) {
  std::uint32_t i = at + 2;
  std::uint32_t value = 0;
  std::uint32_t digits = 0;
  const bool open = i < end_ && text_[i] == '{';
  if (open) ++i;
  for (; open && i < end_ && hex_digit(text_[i]) >= 0; ++i, ++digits) {
    const auto digit = static_cast<std::uint32_t>(hex_digit(text_[i]));
    value = std::min<std::uint32_t>(value * 16 + digit, 0x110000);
  }
  if (!open || digits == 0 || i == end_ || text_[i] != '}') {
    error(at, i, "\\u wants hexadecimal digits in braces, as in \\u{E9}");
    return i;
  }
  ++i;
  if (!base::is_scalar_value(value)) {
    error(at, i, shown(text_.substr(at, i - at)) + " is no Unicode character");
    return i;
  }
  base::append_utf8(out, value);
  return i;
}

}  // namespace ttvm::assembler
