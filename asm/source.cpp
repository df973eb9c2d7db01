#include "asm/source.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/utf8.hpp"

namespace ttvm::assembler {

namespace {

// A longer line is shown only up to here, and without a caret if the error is further on.
constexpr std::size_t kMaxShownLine = 400;
constexpr std::size_t kMaxShownWord = 40;
constexpr std::uint32_t kMaxWidth = 80;

// printable() that keeps every byte's position and the tabs, as a caret below the line needs it.
std::string printable_line(std::string_view text) {
  std::string out(text);
  std::size_t i = 0;
  while (i < out.size()) {
    const std::size_t end = i + base::valid_utf8_prefix(std::string_view(out).substr(i));
    for (; i < end; ++i) {
      const auto byte = static_cast<unsigned char>(out[i]);
      if ((byte < 0x20 && byte != '\t') || byte == 0x7F) out[i] = '?';
    }
    if (i < out.size()) out[i++] = '?';
  }
  return out;
}

// The longest part of at most `limit` bytes that does not end within a character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

std::uint32_t characters(std::string_view text) {
  const auto starts = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return static_cast<std::uint32_t>(starts);
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  const std::string_view part = cut(text, limit);
  std::string out = printable_line(part);
  std::replace(out.begin(), out.end(), '\t', '?');
  if (part.size() < text.size()) out += "...";
  return out;
}

std::string shown(std::string_view word) { return printable(word, kMaxShownWord); }

void Reporter::error(const Place& place, std::string message) {
  if (errors_.size() == kMaxErrors) full_ = true;
  if (full_) return;
  const std::size_t offset = std::min<std::size_t>(place.offset, text_.size());
  const std::size_t newline = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  std::string_view line = text_.substr(begin);
  line = line.substr(0, line.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);

  base::Diagnostic diagnostic;
  diagnostic.file = file_;
  diagnostic.line = place.line;
  diagnostic.column = static_cast<std::uint32_t>(offset - begin) + 1;
  diagnostic.message = std::move(message);
  if (diagnostic.column <= kMaxShownLine) {
    const std::string_view part = cut(line, kMaxShownLine);
    const std::size_t end = std::min<std::size_t>(part.size(), offset - begin + place.bytes);
    diagnostic.source = printable_line(part) + (part.size() < line.size() ? "..." : "");
    if (end > offset - begin) {
      const std::string_view shown_source = diagnostic.source;
      const auto part_width =
          characters(shown_source.substr(offset - begin, end - (offset - begin)));
      diagnostic.width = std::clamp(part_width, 1U, kMaxWidth);
    }
  }
  errors_.push_back(std::move(diagnostic));
}

base::Diagnostics Reporter::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (full_) {
    base::Diagnostic last;
    last.file = file_;
    last.message = "too many errors; only " + std::to_string(kMaxErrors) + " are shown";
    errors_.push_back(std::move(last));
  }
  return std::move(errors_);
}

}  // namespace ttvm::assembler
