#include "sched/script.hpp"

#include <charconv>

namespace ttvm::sched {

namespace {

constexpr std::string_view kDefault = "default";

bool take_number(std::string_view& text, std::uint64_t& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return true;
}

bool take_character(std::string_view& text, char character) {
  if (!text.starts_with(character)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_text(const Script& script) {
  if (script.empty()) return std::string(kDefault);
  std::string text;
  for (const Deviation& deviation : script) {
    if (!text.empty()) text += ',';
    text += std::to_string(deviation.step);
    text += ':';
    text += std::to_string(deviation.pid);
  }
  return text;
}

std::optional<Script> parse_script(std::string_view text) {
  Script script;
  if (text == kDefault) return script;
  do {
    Deviation deviation;
    if (!take_number(text, deviation.step) || !take_character(text, ':') ||
        !take_number(text, deviation.pid)) {
      return std::nullopt;
    }
    if (deviation.step <= (script.empty() ? 0 : script.back().step)) return std::nullopt;
    script.push_back(deviation);
  } while (take_character(text, ','));
  if (!text.empty()) return std::nullopt;
  return script;
}

}  // namespace ttvm::sched
