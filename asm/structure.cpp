// FUNC ... END, IF ... ENDIF and WHILE ... ENDWHILE: sugar over labels and jumps.

#include <algorithm>

#include "asm/parser.hpp"

namespace ttvm::assembler {

namespace {

std::string_view name_of(Word word) { return word == Word::kIf ? "IF" : "WHILE"; }
std::string_view end_of(Word word) { return word == Word::kIf ? "ENDIF" : "ENDWHILE"; }

}  // namespace

void Parser::structured(Word word, const Token& first, Tokens operands) {
  if (word == Word::kLabel) {
    SymbolId symbol = 0;
    if (operands.empty()) {
      expected(first, "a name", nullptr);
    } else if (name(first, "a name", operands.front(), symbol)) {
      if (operands.size() > 1) error(operands[1].place, "LABEL takes one name only");
      define_label(symbol, operands.front().place);
    }
    return;
  }
  if (program_.exact) {
    error(first.place, shown(first.text) + " cannot be used after .module");
    return;
  }
  if (word == Word::kFunc) return begin_func(first, operands);
  no_operands(first, operands);
  switch (word) {
    case Word::kEnd:
      return end_func(first);
    case Word::kIf:
      return open_if(first);
    case Word::kElse:
      return else_part(first);
    case Word::kWhile:
      return open_while(first);
    case Word::kDo:
      return do_part(first);
    case Word::kEndIf:
      return close_block(first, Word::kIf);
    case Word::kEndWhile:
      return close_block(first, Word::kWhile);
    default:
      return leave_loop(first, word);
  }
}

void Parser::patch(Position chain, Position target) {
  while (chain != kNone) {
    std::uint32_t& a = program_.at(chain).a;
    chain = a;
    a = target;
  }
}

void Parser::open_if(const Token& first) {
  Block block;
  block.word = Word::kIf;
  block.place = first.place;
  block.exits = emit({isa::Op::kJz, kNone, 0});
  if (blocks_.size() > func_blocks_) block.nearest_loop = blocks_.back().nearest_loop;
  blocks_.push_back(block);
}

void Parser::open_while(const Token& first) {
  Block block;
  block.word = Word::kWhile;
  block.place = first.place;
  block.start = here();
  block.nearest_loop = static_cast<std::uint32_t>(blocks_.size());
  reach();
  blocks_.push_back(block);
}

// The innermost open block of that kind, after dropping unclosed ones within it; null and an error
// if there is none.
Parser::Block* Parser::innermost(const Token& first, Word word) {
  std::size_t i = blocks_.size();
  while (i > func_blocks_ && blocks_[i - 1].word != word) --i;
  if (i == func_blocks_) {
    error(first.place, shown(first.text) + " without " + std::string(name_of(word)));
    return nullptr;
  }
  while (blocks_.size() > i) drop_block(first.text);
  return &blocks_.back();
}

void Parser::drop_block(std::string_view before) {
  const Block& block = blocks_.back();
  reporter_.error(block.place, std::string(name_of(block.word)) + " has no " +
                                   std::string(end_of(block.word)) + " before the " +
                                   std::string(before) + " on line " + std::to_string(line_));
  patch(block.exits, here());
  line_bad_ = true;
  blocks_.pop_back();
}

void Parser::else_part(const Token& first) {
  Block* block = innermost(first, Word::kIf);
  if (block == nullptr) return;
  if (block->second_part) {
    error(first.place, "second ELSE in the IF of line " + std::to_string(block->place.line));
    return;
  }
  block->second_part = true;
  const Position skip = emit({isa::Op::kJmp, kNone, 0});
  patch(block->exits, here());
  reach();
  block->exits = skip;
}

void Parser::do_part(const Token& first) {
  Block* block = innermost(first, Word::kWhile);
  if (block == nullptr) return;
  if (block->second_part) {
    error(first.place, "second DO in the WHILE of line " + std::to_string(block->place.line));
    return;
  }
  block->second_part = true;
  block->exits = emit({isa::Op::kJz, block->exits, 0});
}

void Parser::close_block(const Token& first, Word word) {
  const Block* block = innermost(first, word);
  if (block == nullptr) return;
  if (word == Word::kWhile) {
    if (!block->second_part) {
      error(first.place, "the WHILE of line " + std::to_string(block->place.line) + " has no DO");
    }
    emit({isa::Op::kJmp, block->start, 0});
  }
  patch(block->exits, here());
  reach();
  blocks_.pop_back();
}

void Parser::leave_loop(const Token& first, Word word) {
  const std::uint32_t loop = blocks_.size() > func_blocks_ ? blocks_.back().nearest_loop : kNone;
  if (loop == kNone) {
    error(first.place, shown(first.text) + " outside of WHILE");
    return;
  }
  Block& block = blocks_[loop];
  if (word == Word::kContinue) {
    emit({isa::Op::kJmp, block.start, 0});
  } else {
    block.exits = emit({isa::Op::kJmp, block.exits, 0});
  }
}

void Parser::begin_func(const Token& first, Tokens operands) {
  SymbolId symbol = program_.names.intern("", false);
  const bool has_name = operands.empty()
                            ? expected(first, "a name, then names for the parameters", nullptr)
                            : name(first, "a name", operands.front(), symbol);
  std::vector<std::uint32_t> declared;
  const std::uint32_t name_index = program_.names.pool(symbol);
  if (has_name) params(first, operands.subspan(1), declared);
  if (func_ != kNone) {
    const Definition& outer = program_.definitions[func_];
    error(first.place, "FUNC inside of FUNC " + shown(program_.names.text(outer.name)) +
                           ", which began on line " + std::to_string(outer.line));
    ++nested_funcs_;
  } else {
    if (!blocks_.empty()) {
      const Block& block = blocks_.back();
      error(first.place, "FUNC inside of the " + std::string(name_of(block.word)) + " of line " +
                             std::to_string(block.place.line));
    }
    region_ = &program_.bodies;
    program_.has_funcs = true;
  }
  const Place place = has_name ? operands.front().place : first.place;
  const std::uint32_t index = define(symbol, place, true);
  Definition& definition = program_.definitions[index];
  definition.function = static_cast<std::uint32_t>(program_.functions.size());
  program_.functions.push_back({name_index, definition.entry, std::move(declared), true});
  if (func_ != kNone) return;
  reach();
  func_ = index;
  func_place_ = first.place;
  func_blocks_ = blocks_.size();
  func_jumps_ = program_.jumps.size();
  func_calls_ = program_.calls.size();
}

void Parser::end_func(const Token& first) {
  if (func_ == kNone) {
    error(first.place, "END without FUNC");
    return;
  }
  if (nested_funcs_ > 0) {
    --nested_funcs_;
    return;
  }
  while (blocks_.size() > func_blocks_) drop_block(first.text);
  const auto& code = region_->code;
  // Where a label or a block ends here, control may arrive even after a JMP or RET.
  if (region_->reached == code.size() || !isa::has_effect(code.back().op, isa::kEnd)) {
    emit({isa::Op::kRet, 0, 0});
  }
  resolve_locals();
  func_ = kNone;
  func_blocks_ = 0;
  region_ = &program_.main;
}

void Parser::resolve_locals() {
  const auto local = [&](SymbolId symbol) {
    const std::uint32_t found = program_.find(symbol, func_);
    return found != kNone && program_.definitions[found].owner == func_ ? found : kNone;
  };
  auto& jumps = program_.jumps;
  const auto begin = jumps.begin() + static_cast<std::ptrdiff_t>(func_jumps_);
  jumps.erase(std::remove_if(begin, jumps.end(),
                             [&](const JumpSite& site) {
                               const std::uint32_t found =
                                   site.numeric ? kNone : local(site.target);
                               if (found == kNone) return false;
                               program_.at(site.at).a = program_.definitions[found].entry;
                               return true;
                             }),
              jumps.end());
  for (std::size_t i = func_calls_; i < program_.calls.size(); ++i) {
    CallSite& site = program_.calls[i];
    const std::uint32_t found = site.kind == CallSite::Kind::kSymbol ? local(site.target) : kNone;
    if (found == kNone) continue;
    site.kind = CallSite::Kind::kDefinition;
    site.target = found;
  }
}

}  // namespace ttvm::assembler
