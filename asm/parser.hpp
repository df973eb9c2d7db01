// Lines of text into a Program: one token list at a time, no syntax tree. Everything that can be
// decided when its line is read is decided there; forward references become JumpSites and
// CallSites.
//
// A line with an error still counts as the instruction it was meant to be, so that one mistake does
// not shift the numbers of all later instructions, and each line reports only its first error.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "asm/lexer.hpp"
#include "asm/program.hpp"
#include "asm/source.hpp"
#include "asm/words.hpp"

namespace ttvm::assembler {

class Parser {
 public:
  Parser(std::string_view text, Reporter& reporter, Program& program)
      : text_(text), reporter_(reporter), program_(program), lexer_(text, reporter) {}

  // Stops early only when the reporter is full.
  void run();

 private:
  using Tokens = std::span<const Token>;

  // An open IF or WHILE. Jumps to its end are chained through Instruction::a until it is known.
  struct Block {
    Word word = Word::kIf;
    bool second_part = false;            // ELSE or DO was there
    Position start = 0;                  // of a WHILE
    Position exits = kNone;              // last jump of the chain
    std::uint32_t nearest_loop = kNone;  // index of the innermost WHILE in blocks_, itself included
    Place place;
  };

  // parser.cpp: lines and labels
  void line(std::uint32_t begin, std::uint32_t end);
  void check_bytes(std::uint32_t begin, std::uint32_t end);
  void statement(Tokens tokens);
  void label_line(const Token& first, Tokens rest);
  void define_label(SymbolId symbol, const Place& place);
  std::uint32_t define(SymbolId symbol, const Place& place, bool is_func);
  void finish();

  // operands.cpp
  void instruction(const isa::OpInfo& op, const Token& mnemonic, Tokens operands);
  bool operand(const isa::OpInfo& op, const Token& mnemonic, const Token& token,
               bytecode::Instruction& out);
  bool integer(const isa::OpInfo& op, const Token& mnemonic, const Token& token,
               std::int64_t& value);
  void jump(const Token& token, bytecode::Instruction& out);
  void call(const isa::OpInfo& op, const Token& mnemonic, Tokens operands,
            bytecode::Instruction& out);
  bool instruction_number(const Token& token, std::uint32_t& number);
  bool type_name(const Token& mnemonic, const Token& token, std::int64_t& number);
  bool is_reference(const Token& token) const;
  bool reference(const Token& token, std::size_t limit, std::string_view what,
                 std::uint32_t& index);
  bool name(const Token& mnemonic, std::string_view what, const Token& token, SymbolId& symbol);
  bool params(const Token& mnemonic, Tokens tokens, std::vector<std::uint32_t>& out);
  bool plain_number(const Token& mnemonic, std::string_view what, const Token& token,
                    std::uint32_t& number);

  // structure.cpp
  void structured(Word word, const Token& first, Tokens operands);
  void open_if(const Token& first);
  void else_part(const Token& first);
  void open_while(const Token& first);
  void do_part(const Token& first);
  void close_block(const Token& first, Word word);
  void leave_loop(const Token& first, Word word);
  Block* innermost(const Token& first, Word word);
  void drop_block(std::string_view before);
  void begin_func(const Token& first, Tokens operands);
  void end_func(const Token& first);
  void resolve_locals();
  void patch(Position chain, Position target);

  // directives.cpp
  void directive(const Token& first, Tokens operands);
  void directive_source(const Token& first, Tokens operands);
  void directive_string(const Token& first, Tokens operands);
  void directive_function(const Token& first, Tokens operands, bool named);
  void directive_label(const Token& first, Tokens operands);
  void directive_line(const Token& first, Tokens operands);

  // Reports the first error of the line and makes it a bad one; always false.
  bool error(const Place& place, std::string message);
  bool expected(const Token& mnemonic, std::string_view what, const Token* found,
                std::string_view suggestion = {});
  bool no_operands(const Token& first, Tokens operands);

  SymbolId intern(const Token& token) { return program_.names.intern(token.text, token.decoded); }
  Position here() const {
    return static_cast<Position>(region_->code.size()) |
           (region_ == &program_.bodies ? kFunctionRegion : 0U);
  }
  void reach() { region_->reached = static_cast<std::uint32_t>(region_->code.size()); }
  Position emit(const bytecode::Instruction& instruction);
  void emit_numbered(const bytecode::Instruction& instruction);

  std::string_view text_;
  Reporter& reporter_;
  Program& program_;
  Lexer lexer_;
  Region* region_ = &program_.main;
  std::vector<Token> tokens_;
  std::vector<Block> blocks_;
  std::vector<SymbolId> seen_params_;
  std::uint32_t line_ = 0;
  bool line_bad_ = false;
  bool check_lines_ = false;   // there is a NUL or invalid UTF-8 somewhere
  bool anything_yet_ = false;  // a statement was read: .module comes too late

  // The open FUNC.
  std::uint32_t func_ = kNone;  // a definition
  Place func_place_;
  std::size_t func_blocks_ = 0;  // blocks_ below this are outside of it
  std::size_t func_jumps_ = 0;   // Program::jumps from here on are inside of it
  std::size_t func_calls_ = 0;
  std::uint32_t nested_funcs_ = 0;  // FUNCs within it, which are errors, whose END is still to come

  // A `.line` that waits for its instruction.
  bool line_pending_ = false;
  std::uint32_t pending_line_ = 0;
  Place pending_place_;
};

}  // namespace ttvm::assembler
