#include "asm/parser.hpp"

#include <cstring>
#include <utility>

#include "base/literals.hpp"
#include "base/utf8.hpp"

namespace ttvm::assembler {

std::string describe(const Program& program, const Definition& definition) {
  return (definition.is_func ? "FUNC " : "label ") + shown(program.names.text(definition.name));
}

void Parser::run() {
  check_lines_ = text_.find('\0') != std::string_view::npos || !base::is_utf8(text_);
  std::size_t begin = 0;
  while (begin < text_.size() && !reporter_.full()) {
    const std::size_t newline = text_.find('\n', begin);
    const std::size_t end = newline == std::string_view::npos ? text_.size() : newline;
    ++line_;
    const bool carriage_return = end > begin && text_[end - 1] == '\r';
    line(static_cast<std::uint32_t>(begin),
         static_cast<std::uint32_t>(carriage_return ? end - 1 : end));
    begin = end + 1;
  }
  if (!reporter_.full()) finish();
}

void Parser::line(std::uint32_t begin, std::uint32_t end) {
  line_bad_ = false;
  if (check_lines_) check_bytes(begin, end);
  if (line_bad_) {
    // Its tokens are still needed: it may open a block or define a label.
    Reporter ignored(text_, {});
    Lexer lexer(text_, ignored);
    lexer.line(begin, end, line_, tokens_);
    if (!tokens_.empty()) statement(tokens_);
    return;
  }
  line_bad_ = !lexer_.line(begin, end, line_, tokens_);
  if (!tokens_.empty()) statement(tokens_);
}

void Parser::check_bytes(std::uint32_t begin, std::uint32_t end) {
  const std::string_view content = text_.substr(begin, end - begin);
  const std::size_t valid = base::valid_utf8_prefix(content);
  const std::size_t nul = content.find('\0');
  if (nul < valid) {
    error({begin + static_cast<std::uint32_t>(nul), line_, 1}, "NUL byte in the program text");
  } else if (valid < content.size()) {
    error({begin + static_cast<std::uint32_t>(valid), line_, 1},
          "the text is not valid UTF-8 here");
  }
}

void Parser::statement(Tokens tokens) {
  const Token& first = tokens.front();
  const Tokens rest = tokens.subspan(1);
  for (const Token& token : rest) {
    if (token.colon) error(token.place, "a label must be the first word of its line");
  }
  if (first.quoted ? first.colon : first.text.back() == ':') {
    label_line(first, rest);
  } else if (!first.quoted && first.text.front() == '.') {
    directive(first, rest);
  } else {
    const Keyword* keyword = first.quoted ? nullptr : find_keyword(first.text);
    if (keyword == nullptr) {
      error(first.place, first.quoted ? "a line begins with an instruction or a label, not a string"
                                      : unknown_instruction(first.text));
      emit_numbered({});
    } else if (keyword->word == Word::kInstruction) {
      instruction(*keyword->op, first, rest);
    } else if (keyword->word == Word::kEmptyList) {
      no_operands(first, rest);
      emit_numbered({keyword->op->op, 0, 0});
    } else {
      structured(keyword->word, first, rest);
    }
  }
  anything_yet_ = true;
}

void Parser::label_line(const Token& first, Tokens rest) {
  Token token = first;
  if (!first.quoted) token.text.remove_suffix(1);
  token.place.bytes -= 1;  // the colon
  if (!token.quoted && token.text.empty()) {
    error(first.place, "a label needs a name before its colon");
    return;
  }
  if (!rest.empty()) {
    error(rest.front().place, "a label must stand on a line of its own");
  }
  if (!token.quoted && base::starts_like_number(token.text)) {
    error(token.place, "a label cannot begin like a number; quote it if it must");
    return;
  }
  define_label(intern(token), token.place);
}

void Parser::define_label(SymbolId symbol, const Place& place) {
  const std::uint32_t index = define(symbol, place, false);
  reach();
  if (program_.exact) return;
  Names& names = program_.names;
  Definition& definition = program_.definitions[index];
  if (func_ == kNone) {
    definition.label_name = names.pool(symbol);
    definition.function = static_cast<std::uint32_t>(program_.functions.size());
    program_.functions.push_back({definition.label_name, definition.entry, {}, true});
  } else {
    std::string full(names.text(program_.definitions[func_].name));
    full.append(".").append(names.text(symbol));
    definition.label_name = names.pool(names.intern(full, true));
  }
  program_.labels.push_back({definition.label_name, definition.entry});
}

std::uint32_t Parser::define(SymbolId symbol, const Place& place, bool is_func) {
  const std::uint32_t owner = is_func ? kNone : func_;
  Definition definition;
  definition.name = symbol;
  definition.entry = here();
  definition.owner = owner;
  definition.line = place.line;
  definition.is_func = is_func;
  const auto index = static_cast<std::uint32_t>(program_.definitions.size());
  SymbolUse& use = program_.use(symbol);
  std::uint32_t& slot = owner == kNone ? use.global : use.local;
  if (slot != kNone && program_.definitions[slot].owner == owner) {
    const Definition& earlier = program_.definitions[slot];
    error(place, describe(program_, earlier) + " is already defined on line " +
                     std::to_string(earlier.line));
  } else {
    slot = index;
  }
  program_.definitions.push_back(definition);
  return index;
}

void Parser::finish() {
  line_bad_ = false;
  if (func_ != kNone) {
    const std::string what = describe(program_, program_.definitions[func_]);
    reporter_.error(func_place_, what + " has no END");
    resolve_locals();
  }
  for (const Block& block : blocks_) {
    reporter_.error(block.place,
                    block.word == Word::kIf ? "IF has no ENDIF" : "WHILE has no ENDWHILE");
  }
  if (line_pending_) reporter_.error(pending_place_, ".line has no instruction after it");
}

bool Parser::error(const Place& place, std::string message) {
  if (!line_bad_) reporter_.error(place, std::move(message));
  line_bad_ = true;
  return false;
}

bool Parser::expected(const Token& mnemonic, std::string_view what, const Token* found,
                      std::string_view suggestion) {
  std::string message = shown(mnemonic.text) + " expects ";
  message += what;
  if (found == nullptr) return error(mnemonic.place, message + ", found nothing");
  message += ", found ";
  message += found->quoted ? "the string \"" + shown(found->text) + "\"" : shown(found->text);
  if (!suggestion.empty()) message.append("; did you mean ").append(suggestion) += "?";
  return error(found->place, std::move(message));
}

bool Parser::no_operands(const Token& first, Tokens operands) {
  if (operands.empty()) return true;
  return error(operands.front().place, shown(first.text) + " takes no operand");
}

Position Parser::emit(const bytecode::Instruction& instruction) {
  const Position at = here();
  const auto index = static_cast<std::uint32_t>(region_->code.size());
  auto& lines = region_->lines;
  if (program_.exact) {
    if (line_pending_) lines.push_back({index, pending_line_});
    line_pending_ = false;
  } else if (lines.empty() || lines.back().line != line_) {
    lines.push_back({index, line_});
  }
  region_->code.push_back(instruction);
  return at;
}

void Parser::emit_numbered(const bytecode::Instruction& instruction) {
  const Position at = here();
  auto& runs = program_.runs;
  const std::uint32_t number = program_.numbered++;
  if (runs.empty() || runs.back().owner != func_ ||
      at - runs.back().first_position != number - runs.back().first_number) {
    runs.push_back({number, at, func_});
  }
  emit(instruction);
}

}  // namespace ttvm::assembler
