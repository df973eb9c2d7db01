// The parser that the commands share: CLI11 behind a few calls, so that one file alone has to know
// (and to compile) it. Numbers have limits, errors suggest the nearest flag.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ttvm::cli {

struct Help {
  std::string command;  // empty for ttvm itself
  std::string usage;    // lines after "Usage: "
  std::string footer;
};

class Parser {
 public:
  enum class Operands : std::uint8_t {
    kAnywhere,  // all words that are no flags
    kBehind,    // from the first word that is no flag on, whatever follows
  };
  // Gives an empty text, or what it expected.
  using Accept = std::function<std::string(const std::string&)>;

  Parser(const std::string& description, Help help, Operands operands);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // `--version` prints that.
  void add_version(const std::string& version);
  void add_flag(const std::string& name, bool& set, const std::string& text);
  // An option with a whole number from `least` to `most`.
  void add_number(const std::string& name, std::uint64_t least, std::uint64_t most,
                  const std::function<void(std::uint64_t)>& set, const std::string& text);
  // The same for bytes: K, M, G or T may follow the number.
  void add_size(const std::string& name, std::uint64_t least,
                const std::function<void(std::uint64_t)>& set, const std::string& text);
  // An option with a word; `placeholder` stands for it in the help.
  void add_word(const std::string& name, const std::string& placeholder, const Accept& accept,
                const std::string& text);
  // The same with several words, by commas or by saying the option again.
  void add_words(const std::string& name, const std::string& placeholder, const Accept& accept,
                 const std::string& text);

  // -1: go on; otherwise the status to end with (help was printed, or an error).
  int parse(const std::vector<std::string>& words);
  // The same where operands are needed: at least one, at most `most`. `missing`: what is not given.
  int parse_operands(const std::vector<std::string>& words, const char* missing, std::size_t most);

  // After parsing.
  const std::vector<std::string>& operands() const { return operands_; }

 private:
  struct Impl;

  int unknown_flag(const std::string& flag) const;

  std::unique_ptr<Impl> impl_;
  Help help_;
  Operands kind_;
  std::vector<std::string> operands_;
};

}  // namespace ttvm::cli
