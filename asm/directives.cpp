// The directives of a .module text, which is what the disassembler writes (docs/ttb-format.md).

#include "asm/parser.hpp"
#include "asm/suggest.hpp"

namespace ttvm::assembler {

void Parser::directive(const Token& first, Tokens operands) {
  const std::string_view text = first.text;
  if (text == ".module") {
    if (anything_yet_) error(first.place, ".module must come before everything else");
    no_operands(first, operands);
    program_.exact = true;
    return;
  }
  constexpr std::string_view kKnown[] = {".module",  ".source", ".string", ".function",
                                         ".variant", ".label",  ".line"};
  bool known = false;
  Nearest nearest(text);
  for (const std::string_view candidate : kKnown) {
    known = known || candidate == text;
    nearest.consider(candidate);
  }
  if (!known) {
    std::string message = "unknown directive " + shown(text);
    if (!nearest.best().empty()) message += "; did you mean " + std::string(nearest.best()) + "?";
    error(first.place, std::move(message));
  } else if (!program_.exact) {
    error(first.place, shown(text) + " can only be used after .module");
  } else if (text == ".source") {
    directive_source(first, operands);
  } else if (text == ".string") {
    directive_string(first, operands);
  } else if (text == ".function" || text == ".variant") {
    directive_function(first, operands, text == ".function");
  } else if (text == ".label") {
    directive_label(first, operands);
  } else {
    directive_line(first, operands);
  }
}

void Parser::directive_source(const Token& first, Tokens operands) {
  if (operands.size() != 1 || !operands[0].quoted) {
    expected(first, "one quoted string", operands.empty() ? nullptr : &operands.back());
    return;
  }
  if (!program_.source_name.empty()) error(first.place, ".source is there twice");
  const std::string_view text = operands[0].text;
  if (text.empty() || printable(text, text.size()) != text) {
    error(operands[0].place, "a source name is not empty and has no control characters");
  }
  program_.source_name = text;
}

void Parser::directive_string(const Token& first, Tokens operands) {
  if (operands.size() != 1 || !operands[0].quoted) {
    expected(first, "one quoted string", operands.empty() ? nullptr : &operands.back());
    return;
  }
  const SymbolId symbol = intern(operands[0]);
  if (program_.names.in_pool(symbol)) {
    error(operands[0].place, "this string is there already");
  }
  program_.names.pool(symbol);
}

void Parser::directive_function(const Token& first, Tokens operands, bool named) {
  if (operands.size() < 2) {
    expected(first, "a name, the number of an instruction, and names for the parameters", nullptr);
    return;
  }
  bytecode::Function function;
  function.named = named;
  SymbolId symbol = 0;
  if (is_reference(operands[0])) {
    if (!reference(operands[0], program_.names.pool_size(), "string", function.name)) return;
  } else {
    if (!name(first, "a name", operands[0], symbol)) return;
    function.name = program_.names.pool(symbol);
  }
  if (!plain_number(first, "the number of an instruction", operands[1], function.entry)) return;
  if (!params(first, operands.subspan(2), function.params)) return;
  program_.claims.push_back({function.entry, operands[1].place});
  program_.functions.push_back(std::move(function));
}

void Parser::directive_label(const Token& first, Tokens operands) {
  if (operands.size() != 2) {
    expected(first, "a name and the number of an instruction",
             operands.size() > 2 ? &operands[2] : nullptr);
    return;
  }
  bytecode::Label label;
  SymbolId symbol = 0;
  if (is_reference(operands[0])) {
    if (!reference(operands[0], program_.names.pool_size(), "string", label.name)) return;
  } else {
    if (!name(first, "a name", operands[0], symbol)) return;
    label.name = program_.names.pool(symbol);
  }
  if (!plain_number(first, "the number of an instruction", operands[1], label.entry)) return;
  program_.claims.push_back({label.entry, operands[1].place});
  program_.labels.push_back(label);
}

void Parser::directive_line(const Token& first, Tokens operands) {
  if (operands.size() != 1) {
    expected(first, "a line number", operands.empty() ? nullptr : &operands[1]);
    return;
  }
  if (line_pending_) error(first.place, "two .line before one instruction");
  line_pending_ = plain_number(first, "a line number", operands[0], pending_line_);
  pending_place_ = first.place;
}

}  // namespace ttvm::assembler
