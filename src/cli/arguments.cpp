#include "cli/arguments.hpp"

#include <algorithm>
#include <charconv>

#include "asm/suggest.hpp"
#include "cli/console.hpp"

namespace ttvm::cli {

namespace {

// Digits only, so that what a number is does not depend on the parser's taste.
bool parse_number(const std::string& text, std::uint64_t& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return !text.empty() && result.ec == std::errc{} && result.ptr == end;
}

bool parse_size(std::string text, std::uint64_t& value) {
  if (text.ends_with("B")) text.pop_back();
  if (text.ends_with("i")) text.pop_back();
  constexpr std::string_view kUnits = "KMGT";
  const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  unsigned shift = 0;
  if (unit != std::string_view::npos) {
    shift = 10 * (static_cast<unsigned>(unit) + 1);
    text.pop_back();
  }
  if (!parse_number(text, value) || value > (UINT64_MAX >> shift)) return false;
  value <<= shift;
  return true;
}

std::string help_text(const CLI::App& app, const Help& help) {
  std::string text = app.get_description() + "\n\nUsage: " + help.usage + "\n";
  text += CLI::Formatter().make_groups(&app, CLI::AppFormatMode::Normal);
  return text + "\n" + help.footer;
}

int unknown_flag(const CLI::App& app, const std::string& flag, const Help& help) {
  const std::string name = flag.substr(0, flag.find('='));
  assembler::Nearest nearest(name);
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& one : option->get_lnames()) names.push_back("--" + one);
  }
  for (const std::string& one : names) nearest.consider(one);
  std::string message = "unknown flag " + name;
  if (!nearest.best().empty()) message += "; did you mean " + std::string(nearest.best()) + "?";
  return fail_usage(message, help.command);
}

}  // namespace

void add_number(CLI::App& app, const std::string& name, std::uint64_t least, std::uint64_t most,
                std::function<void(std::uint64_t)> set, const std::string& text) {
  const auto accept = [=](const std::string& word) {
    std::uint64_t value = 0;
    if (!parse_number(word, value) || value < least || value > most) {
      throw CLI::ValidationError(name, "expects a whole number from " + std::to_string(least) +
                                           " to " + std::to_string(most) + " but got \"" + word +
                                           "\"");
    }
    set(value);
  };
  app.add_option_function<std::string>(name, accept, text)->type_name("N");
}

void add_size(CLI::App& app, const std::string& name, std::uint64_t least,
              std::function<void(std::uint64_t)> set, const std::string& text) {
  const auto accept = [=](const std::string& word) {
    std::uint64_t value = 0;
    if (!parse_size(word, value) || value < least) {
      throw CLI::ValidationError(name, "expects bytes, such as 500000, 64K or 2G, at least " +
                                           std::to_string(least) + ", but got \"" + word + "\"");
    }
    set(value);
  };
  app.add_option_function<std::string>(name, accept, text)->type_name("BYTES");
}

int parse(CLI::App& app, const std::vector<std::string>& words, const Help& help) {
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return print(help_text(app, help));
  } catch (const CLI::CallForVersion& version) {
    return print(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return fail_usage(error.what(), help.command);
  }
  const std::vector<std::string> rest = app.remaining();
  if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-') {
    return unknown_flag(app, rest.front(), help);
  }
  return -1;
}

}  // namespace ttvm::cli
