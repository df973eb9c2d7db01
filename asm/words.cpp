#include "asm/words.hpp"

#include <algorithm>
#include <unordered_map>

#include "asm/source.hpp"
#include "asm/suggest.hpp"
#include "isa/types.hpp"

namespace ttvm::assembler {

namespace {

struct Alias {
  std::string_view name;
  isa::Op op;
  Word word = Word::kInstruction;
};

constexpr Alias kAliases[] = {
    {"MAKE_OBJECT", isa::Op::kNewObject},
    {"SEND_NAMED", isa::Op::kSendNamed},
    {"MAKELIST", isa::Op::kMakeList},
    {"DUMPSCOPE", isa::Op::kDumpScope},
    {"NEW_LIST", isa::Op::kMakeList, Word::kEmptyList},
};

struct Structured {
  std::string_view name;
  Word word;
};

constexpr Structured kStructured[] = {
    {"LABEL", Word::kLabel},       {"FUNC", Word::kFunc},
    {"END", Word::kEnd},           {"IF", Word::kIf},
    {"ELSE", Word::kElse},         {"ENDIF", Word::kEndIf},
    {"WHILE", Word::kWhile},       {"DO", Word::kDo},
    {"ENDWHILE", Word::kEndWhile}, {"BREAK", Word::kBreak},
    {"CONTINUE", Word::kContinue},
};

const std::unordered_map<std::string_view, Keyword>& keywords() {
  static const auto table = [] {
    std::unordered_map<std::string_view, Keyword> map;
    for (const isa::OpInfo& op : isa::kOps)
      map.emplace(op.mnemonic, Keyword{Word::kInstruction, &op});
    for (const Alias& alias : kAliases) {
      map.emplace(alias.name, Keyword{alias.word, &isa::info(alias.op)});
    }
    for (const Structured& entry : kStructured)
      map.emplace(entry.name, Keyword{entry.word, nullptr});
    return map;
  }();
  return table;
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// What the types are called elsewhere and is too far from their names here to be found by them.
struct OtherName {
  std::string_view written;
  std::string_view type;
};

constexpr OtherName kOtherNames[] = {
    {"integer", "int"},      {"string", "str"},      {"boolean", "bool"}, {"nil", "null"},
    {"map", "object"},       {"array", "list"},      {"process", "pid"},  {"reference", "ref"},
    {"closure", "function"}, {"error", "exception"},
};

}  // namespace

const Keyword* find_keyword(std::string_view text) {
  const auto found = keywords().find(text);
  return found == keywords().end() ? nullptr : &found->second;
}

std::string unknown_instruction(std::string_view text) {
  const std::string upper = upper_case(text.substr(0, 100));
  Nearest nearest(upper);
  // In the order of the tables, so that the suggestion does not depend on a hash function.
  for (const isa::OpInfo& op : isa::kOps) nearest.consider(op.mnemonic);
  for (const Alias& alias : kAliases) nearest.consider(alias.name);
  for (const Structured& entry : kStructured) nearest.consider(entry.name);
  std::string out = "unknown instruction " + shown(text);
  if (nearest.best().empty()) return out;
  out += "; did you mean " + std::string(nearest.best()) + "?";
  if (nearest.best() == upper) out += " (instructions are written in upper case)";
  return out;
}

std::string_view nearest_type(std::string_view text) {
  const std::string lower = lower_case(text.substr(0, 100));
  for (const OtherName& other : kOtherNames) {
    if (other.written == lower) return other.type;
  }
  Nearest nearest(lower);
  for (const std::string_view name : isa::kTypeNames) nearest.consider(name);
  return nearest.best();
}

std::string_view expectation(isa::Shape shape) {
  switch (shape) {
    case isa::Shape::kNone:
      return "no operand";
    case isa::Shape::kInt:
      return "an integer";
    case isa::Shape::kFloat:
      return "a decimal number, inf, -inf or nan";
    case isa::Shape::kBool:
      return "true or false";
    case isa::Shape::kCount:
      return "a count from 0 to 65535";
    case isa::Shape::kType:
      return "a type (int, float, str, bool, null, list, object, bytes, pid, ref, function, "
             "exception)";
    case isa::Shape::kStr:
      return "a quoted string";
    case isa::Shape::kVar:
      return "a variable name";
    case isa::Shape::kField:
      return "a field name";
    case isa::Shape::kOptVar:
      return "a variable name or nothing";
    case isa::Shape::kOptName:
      return "a process name or nothing";
    case isa::Shape::kOptPid:
      return "a process number or nothing";
    case isa::Shape::kOptInt:
      return "an integer or nothing";
    case isa::Shape::kLabel:
      return "a label or the number of an instruction";
    case isa::Shape::kCall:
    case isa::Shape::kFunc:
      return "a function, a label or the number of an instruction";
  }
  return "";
}

}  // namespace ttvm::assembler
