#include "base/diagnostics.hpp"

namespace ttvm::base {

namespace {
constexpr const char* kRed = "\033[1;31m";
constexpr const char* kBold = "\033[1m";
constexpr const char* kReset = "\033[0m";
}  // namespace

std::string format(const Diagnostic& diagnostic, bool colour) {
  std::string out = colour ? kBold : "";
  out += diagnostic.file;
  if (diagnostic.line != 0) out += ":" + std::to_string(diagnostic.line);
  if (diagnostic.column != 0) out += ":" + std::to_string(diagnostic.column);
  if (!diagnostic.file.empty()) out += ": ";
  if (colour) out += kRed;
  out += "error: ";
  if (colour) out += std::string(kReset) + kBold;
  out += diagnostic.message;
  if (colour) out += kReset;
  out += '\n';
  if (diagnostic.source.empty() || diagnostic.column == 0) return out;
  out += "  " + diagnostic.source + "\n  ";
  // Tabs are repeated so that the caret stands under its column however wide a tab is; the bytes
  // that continue a UTF-8 character take no column.
  const std::size_t before = diagnostic.column - 1;
  for (std::size_t i = 0; i < before && i < diagnostic.source.size(); ++i) {
    const auto byte = static_cast<unsigned char>(diagnostic.source[i]);
    if ((byte & 0xC0U) != 0x80U) out += byte == '\t' ? '\t' : ' ';
  }
  if (colour) out += kRed;
  out += '^';
  if (diagnostic.width > 1) out += std::string(diagnostic.width - 1, '~');
  if (colour) out += kReset;
  out += '\n';
  return out;
}

std::string format(const Diagnostics& diagnostics, bool colour) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += format(diagnostic, colour);
  return out;
}

}  // namespace ttvm::base
