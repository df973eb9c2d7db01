#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
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

}  // namespace

struct Parser::Impl {
  CLI::App app;

  // An option whose words go to `accept`, which throws.
  void add(const std::string& name, const char* placeholder,
           const std::function<void(const std::string&)>& accept, const std::string& text) {
    app.add_option_function<std::string>(name, accept, text)->type_name(placeholder);
  }
};

Parser::Parser(const std::string& description, Help help, Operands operands)
    : impl_(new Impl{CLI::App(description)}), help_(std::move(help)), kind_(operands) {
  impl_->app.set_help_flag("-h,--help", "Print this help");
  if (kind_ == Operands::kBehind) {
    impl_->app.prefix_command();
  } else {
    impl_->app.allow_extras();
  }
}

Parser::~Parser() = default;

void Parser::add_version(const std::string& version) {
  impl_->app.set_version_flag("--version", version, "Print the version");
}

void Parser::add_flag(const std::string& name, bool& set, const std::string& text) {
  impl_->app.add_flag(name, set, text);
}

void Parser::add_number(const std::string& name, std::uint64_t least, std::uint64_t most,
                        const std::function<void(std::uint64_t)>& set, const std::string& text) {
  const auto accept = [=](const std::string& word) {
    std::uint64_t value = 0;
    if (!parse_number(word, value) || value < least || value > most) {
      throw CLI::ValidationError(name, "expects a whole number from " + std::to_string(least) +
                                           " to " + std::to_string(most) + " but got \"" + word +
                                           "\"");
    }
    set(value);
  };
  impl_->add(name, "N", accept, text);
}

void Parser::add_size(const std::string& name, std::uint64_t least,
                      const std::function<void(std::uint64_t)>& set, const std::string& text) {
  const auto accept = [=](const std::string& word) {
    std::uint64_t value = 0;
    if (!parse_size(word, value) || value < least) {
      throw CLI::ValidationError(name, "expects bytes, such as 500000, 64K or 2G, at least " +
                                           std::to_string(least) + ", but got \"" + word + "\"");
    }
    set(value);
  };
  impl_->add(name, "BYTES", accept, text);
}

void Parser::add_word(const std::string& name, const std::string& placeholder, const Accept& accept,
                      const std::string& text) {
  const auto take = [=](const std::string& word) {
    const std::string problem = accept(word);
    if (!problem.empty()) throw CLI::ValidationError(name, problem);
  };
  impl_->add(name, placeholder.c_str(), take, text);
}

void Parser::add_words(const std::string& name, const std::string& placeholder,
                       const Accept& accept, const std::string& text) {
  const auto take = [=](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      const std::string problem = accept(word);
      if (!problem.empty()) throw CLI::ValidationError(name, problem);
    }
  };
  impl_->app.add_option_function<std::vector<std::string>>(name, take, text)
      ->type_name(placeholder)
      ->expected(1)
      ->allow_extra_args(false)
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

int Parser::parse(const std::vector<std::string>& words) {
  CLI::App& app = impl_->app;
  // Operands that may stand anywhere are taken out first: CLI11 would take the words behind them
  // for operands too.
  std::vector<std::string> flags;
  for (const std::string& word : words) {
    const bool is_operand = kind_ == Operands::kAnywhere && (word.size() < 2 || word[0] != '-');
    (is_operand ? operands_ : flags).push_back(word);
  }
  try {
    app.parse(std::vector<std::string>(flags.rbegin(), flags.rend()));
  } catch (const CLI::CallForHelp&) {
    return print(app.get_description() + "\n\nUsage: " + help_.usage + "\n" +
                 CLI::Formatter().make_groups(&app, CLI::AppFormatMode::Normal) + "\n" +
                 help_.footer);
  } catch (const CLI::CallForVersion& version) {
    return print(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return fail_usage(error.what(), help_.command);
  }
  const std::vector<std::string> rest = app.remaining();
  if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-') {
    return unknown_flag(rest.front());
  }
  operands_.insert(operands_.end(), rest.begin(), rest.end());
  return -1;
}

int Parser::parse_operands(const std::vector<std::string>& words, const char* missing,
                           std::size_t most) {
  const int status = parse(words);
  if (status >= 0) return status;
  if (operands_.empty()) {
    return fail_usage(std::string(missing) + "\nUsage: " + help_.usage, help_.command);
  }
  if (operands_.size() > most) {
    return fail_usage("one operand too many: " + operands_[most], help_.command);
  }
  return -1;
}

int Parser::unknown_flag(const std::string& flag) const {
  const std::string name = flag.substr(0, flag.find('='));
  assembler::Nearest nearest(name);
  std::vector<std::string> names;
  for (const CLI::Option* option : impl_->app.get_options()) {
    for (const std::string& one : option->get_lnames()) names.push_back("--" + one);
  }
  for (const std::string& one : names) nearest.consider(one);
  std::string message = "unknown flag " + name;
  if (!nearest.best().empty()) message += "; did you mean " + std::string(nearest.best()) + "?";
  return fail_usage(message, help_.command);
}

}  // namespace ttvm::cli
