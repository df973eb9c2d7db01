// What follows a mnemonic, by isa::Shape.

#include <algorithm>
#include <limits>

#include "asm/parser.hpp"
#include "base/literals.hpp"
#include "bytecode/codec.hpp"
#include "isa/types.hpp"

namespace ttvm::assembler {

namespace {

bool is_optional(isa::Shape shape) {
  return shape == isa::Shape::kOptVar || shape == isa::Shape::kOptName ||
         shape == isa::Shape::kOptPid || shape == isa::Shape::kOptInt;
}

std::string_view expectation_of(const isa::OpInfo& op) {
  static_assert(isa::max_count(isa::Op::kApply) == 16);
  return op.op == isa::Op::kApply ? "a count from 0 to 16" : expectation(op.shape);
}

bool is_number(const Token& token) { return !token.quoted && base::starts_like_number(token.text); }

}  // namespace

void Parser::instruction(const isa::OpInfo& op, const Token& mnemonic, Tokens operands) {
  bytecode::Instruction out{op.op, 0, 0};
  if (op.shape == isa::Shape::kNone) {
    no_operands(mnemonic, operands);
  } else if (op.shape == isa::Shape::kCall || op.shape == isa::Shape::kFunc) {
    call(op, mnemonic, operands, out);
  } else if (operands.empty()) {
    if (!is_optional(op.shape)) expected(mnemonic, expectation_of(op), nullptr);
  } else if (operand(op, mnemonic, operands.front(), out) && operands.size() > 1) {
    error(operands[1].place, shown(mnemonic.text) + " takes one operand only");
  }
  emit_numbered(out);
}

bool Parser::operand(const isa::OpInfo& op, const Token& mnemonic, const Token& token,
                     bytecode::Instruction& out) {
  const std::string_view what = expectation_of(op);
  SymbolId symbol = 0;
  switch (op.shape) {
    case isa::Shape::kInt:
      return integer(op, mnemonic, token, out.imm);
    case isa::Shape::kOptInt:
      out.a = 1;
      return integer(op, mnemonic, token, out.imm);
    case isa::Shape::kOptPid:
      out.a = 1;
      if (!integer(op, mnemonic, token, out.imm)) return false;
      return out.imm >= 0 || expected(mnemonic, what, &token);
    case isa::Shape::kCount:
      if (!integer(op, mnemonic, token, out.imm)) return false;
      return (out.imm >= 0 && out.imm <= isa::max_count(out.op)) ||
             expected(mnemonic, what, &token);
    case isa::Shape::kFloat: {
      std::uint64_t bits = 0;
      const base::Parsed parsed =
          token.quoted ? base::Parsed::kMalformed : base::parse_float(token.text, bits);
      if (parsed == base::Parsed::kMalformed) return expected(mnemonic, what, &token);
      out.imm = static_cast<std::int64_t>(bits);
      return parsed == base::Parsed::kOk ||
             error(token.place, shown(token.text) + " is out of range for a 64-bit float");
    }
    case isa::Shape::kBool:
      out.imm = token.text == "true" ? 1 : 0;
      return (!token.quoted && (token.text == "true" || token.text == "false")) ||
             expected(mnemonic, what, &token);
    case isa::Shape::kType:
      return type_name(mnemonic, token, out.imm);
    case isa::Shape::kStr:
      if (is_reference(token)) return reference(token, program_.names.pool_size(), "string", out.a);
      if (!token.quoted) return expected(mnemonic, what, &token);
      out.a = program_.names.pool(intern(token));
      return true;
    case isa::Shape::kVar:
    case isa::Shape::kField:
    case isa::Shape::kOptVar:
    case isa::Shape::kOptName:
      if (is_reference(token)) {
        if (!reference(token, program_.names.pool_size(), "string", out.a)) return false;
      } else {
        if (!name(mnemonic, what, token, symbol)) return false;
        out.a = program_.names.pool(symbol);
      }
      if (is_optional(op.shape)) ++out.a;
      return true;
    case isa::Shape::kLabel:
      jump(token, out);
      return true;
    case isa::Shape::kNone:
    case isa::Shape::kCall:
    case isa::Shape::kFunc:
      break;
  }
  return false;
}

bool Parser::integer(const isa::OpInfo& op, const Token& mnemonic, const Token& token,
                     std::int64_t& value) {
  const base::Parsed parsed =
      token.quoted ? base::Parsed::kMalformed : base::parse_int(token.text, value);
  if (parsed == base::Parsed::kOk) return true;
  if (parsed == base::Parsed::kMalformed) return expected(mnemonic, expectation(op.shape), &token);
  return error(token.place, shown(token.text) +
                                " is out of range; integers go from -9223372036854775808 to "
                                "9223372036854775807");
}

bool Parser::type_name(const Token& mnemonic, const Token& token, std::int64_t& number) {
  if (const auto found = isa::find_type(token.text)) {
    number = static_cast<std::int64_t>(*found);
    return true;
  }
  return expected(mnemonic, expectation(isa::Shape::kType), &token, nearest_type(token.text));
}

// In a .module text, #12 stands for the string or function of that index.
bool Parser::is_reference(const Token& token) const {
  return program_.exact && !token.quoted && token.text.front() == '#';
}

bool Parser::reference(const Token& token, std::size_t limit, std::string_view what,
                       std::uint32_t& index) {
  std::int64_t value = 0;
  if (base::parse_int(token.text.substr(1), value) != base::Parsed::kOk || value < 0 ||
      static_cast<std::uint64_t>(value) >= limit) {
    return error(token.place,
                 std::string("there is no ").append(what).append(" ") + shown(token.text));
  }
  index = static_cast<std::uint32_t>(value);
  return true;
}

bool Parser::name(const Token& mnemonic, std::string_view what, const Token& token,
                  SymbolId& symbol) {
  if (is_number(token)) {
    return error(token.place, shown(mnemonic.text).append(" expects ").append(what) + ", found " +
                                  shown(token.text) + "; quote it if it is meant as a name");
  }
  symbol = intern(token);
  return true;
}

void Parser::jump(const Token& token, bytecode::Instruction& out) {
  JumpSite site;
  site.at = here();
  site.owner = func_;
  site.place = token.place;
  site.numeric = is_number(token);
  if (site.numeric) {
    if (!instruction_number(token, site.target)) return;
  } else {
    site.target = intern(token);
    const std::uint32_t known = program_.find(site.target, func_);
    // A global label must wait: the open FUNC may still define a local one of that name.
    if (known != kNone && program_.definitions[known].owner == func_ &&
        !program_.definitions[known].is_func) {
      out.a = program_.definitions[known].entry;
      return;
    }
  }
  if (!line_bad_) program_.jumps.push_back(site);
}

bool Parser::instruction_number(const Token& token, std::uint32_t& number) {
  std::int64_t value = 0;
  const base::Parsed parsed = base::parse_int(token.text, value);
  if (parsed == base::Parsed::kMalformed) {
    return error(token.place, shown(token.text) +
                                  " is no number; quote it if it is meant as the name of a label");
  }
  if (parsed == base::Parsed::kOutOfRange || value < 0 ||
      value >= static_cast<std::int64_t>(kNone)) {
    return error(token.place, "there is no instruction " + shown(token.text));
  }
  number = static_cast<std::uint32_t>(value);
  return true;
}

void Parser::call(const isa::OpInfo& op, const Token& mnemonic, Tokens operands,
                  bytecode::Instruction& out) {
  if (operands.empty()) {
    expected(mnemonic, expectation(op.shape), nullptr);
    return;
  }
  const Token& target = operands.front();
  if (is_reference(target)) {
    if (reference(target, program_.functions.size(), "function", out.a)) {
      no_operands(mnemonic, operands.subspan(1));
    }
    return;
  }
  CallSite site;
  site.at = here();
  site.place = target.place;
  if (is_number(target)) {
    site.kind = CallSite::Kind::kNumber;
    if (!instruction_number(target, site.target)) return;
  } else {
    site.target = intern(target);
  }
  site.params_begin = static_cast<std::uint32_t>(program_.params.size());
  if (!params(mnemonic, operands.subspan(1), program_.params)) return;
  site.params_count = static_cast<std::uint32_t>(program_.params.size()) - site.params_begin;
  if (!line_bad_) program_.calls.push_back(site);
}

bool Parser::params(const Token& mnemonic, Tokens tokens, std::vector<std::uint32_t>& out) {
  seen_params_.clear();
  for (const Token& token : tokens) {
    std::uint32_t index = 0;
    if (is_reference(token)) {
      if (!reference(token, program_.names.pool_size(), "string", index)) return false;
    } else {
      SymbolId symbol = 0;
      if (!name(mnemonic, "variable names", token, symbol)) return false;
      index = program_.names.pool(symbol);
    }
    seen_params_.push_back(index);
  }
  out.insert(out.end(), seen_params_.begin(), seen_params_.end());
  if (program_.exact) return true;
  std::vector<std::uint32_t>& sorted = seen_params_;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return true;
  const std::string_view text = program_.names.text(program_.names.pooled(*twice));
  bool before = false;
  for (const Token& token : tokens) {
    if (token.text != text) continue;
    if (before) return error(token.place, "the name " + shown(text) + " is there twice");
    before = true;
  }
  return false;
}

bool Parser::plain_number(const Token& mnemonic, std::string_view what, const Token& token,
                          std::uint32_t& number) {
  std::int64_t value = 0;
  const base::Parsed parsed =
      token.quoted ? base::Parsed::kMalformed : base::parse_int(token.text, value);
  if (parsed != base::Parsed::kOk || value < 0 ||
      value > std::numeric_limits<std::uint32_t>::max()) {
    return expected(mnemonic, what, &token);
  }
  number = static_cast<std::uint32_t>(value);
  return true;
}

}  // namespace ttvm::assembler
