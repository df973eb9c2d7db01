#include "asm/disassembler.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string_view>
#include <vector>

#include "base/literals.hpp"
#include "base/utf8.hpp"
#include "bytecode/codec.hpp"
#include "isa/types.hpp"

namespace ttvm::assembler {

namespace {

using bytecode::Instruction;
using bytecode::Module;

constexpr std::uint32_t kNoName = std::numeric_limits<std::uint32_t>::max();

// Longer texts are written once, as a .string, and referred to by number from the code. So the
// output stays in proportion to the module, however often a hostile one uses its longest string.
constexpr std::size_t kMaxInline = 256;
constexpr std::size_t kMaxLabel = 64;
constexpr std::size_t kCommentColumn = 40;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_plain(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
}

bool looks_generated(std::string_view name) {
  return name.size() > 1 && name.front() == 'L' &&
         std::all_of(name.begin() + 1, name.end(), is_digit);
}

void append_hex(std::string& out, std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

// U+0080 to U+009F are control characters to a terminal; in UTF-8 they begin with C2 and end below
// A0.
bool is_c1_control(std::string_view text, std::size_t i) {
  return text[i] == '\xC2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\t' || c == '\r' || c == '\0') {
      out += '\\';
      out += c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : '0';
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      append_hex(out, byte);
    } else if (is_c1_control(text, i)) {
      out += "\\x";
      append_hex(out, static_cast<std::uint8_t>(text[++i]));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string name_text(std::string_view name) {
  return is_plain(name) ? std::string(name) : quoted(name);
}

class Disassembler {
 public:
  Disassembler(const Module& module, const DisassembleOptions& options)
      : module_(module), options_(options) {}

  std::string run() {
    choose_labels();
    find_first_functions();
    header();
    code();
    return std::move(out_);
  }

 private:
  void choose_labels();
  void offer_label(std::uint32_t entry, std::uint32_t name);
  void find_first_functions();
  void header();
  void code();
  void instruction(std::uint32_t index);
  void hex_comment(std::uint32_t index, std::size_t line_start);
  std::string operand(const Instruction& instruction) const;
  std::string function_text(std::uint32_t index) const;
  std::string label_text(std::uint32_t index) const;
  std::string string_text(std::uint32_t index, bool quote) const;

  const Module& module_;
  const DisassembleOptions& options_;
  std::string out_;
  std::vector<std::uint32_t> label_names_;  // by instruction and the end; string, or kNoName
  std::vector<bool> is_target_;
  std::vector<bool> name_used_;       // by string: it is the label of some instruction
  std::vector<bool> first_function_;  // by function: none before it has its name and parameters
};

// Each name for one place only, since labels of one text must differ.
void Disassembler::offer_label(std::uint32_t entry, std::uint32_t name) {
  const std::string& text = module_.strings[name];
  if (label_names_[entry] != kNoName || name_used_[name]) return;
  if (text.size() > kMaxLabel || looks_generated(text)) return;
  label_names_[entry] = name;
  name_used_[name] = true;
}

void Disassembler::choose_labels() {
  label_names_.assign(module_.code.size() + 1, kNoName);
  is_target_.assign(module_.code.size() + 1, false);
  name_used_.assign(module_.strings.size(), false);
  for (const bytecode::Function& function : module_.functions) {
    if (function.named) offer_label(function.entry, function.name);
  }
  for (const bytecode::Label& label : module_.labels) offer_label(label.entry, label.name);
  for (const Instruction& instruction : module_.code) {
    if (isa::info(instruction.op).shape == isa::Shape::kLabel) is_target_[instruction.a] = true;
  }
  for (const bytecode::Function& function : module_.functions) is_target_[function.entry] = true;
}

void Disassembler::find_first_functions() {
  const auto& functions = module_.functions;
  std::vector<std::uint32_t> order(functions.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    if (functions[a].name != functions[b].name) return functions[a].name < functions[b].name;
    return functions[a].params < functions[b].params;
  };
  std::stable_sort(order.begin(), order.end(), less);
  first_function_.assign(functions.size(), true);
  for (std::size_t i = 1; i < order.size(); ++i) {
    first_function_[order[i]] = less(order[i - 1], order[i]);
  }
}

void Disassembler::header() {
  out_ += ".module\n";
  if (!module_.source_name.empty()) out_ += ".source " + quoted(module_.source_name) + '\n';
  for (const std::string& text : module_.strings) out_ += ".string " + quoted(text) + '\n';
  for (const bytecode::Function& function : module_.functions) {
    out_ += function.named ? ".function " : ".variant ";
    out_ += string_text(function.name, false) + ' ' + std::to_string(function.entry);
    for (const std::uint32_t param : function.params) out_ += ' ' + string_text(param, false);
    out_ += '\n';
  }
  for (const bytecode::Label& label : module_.labels) {
    out_ += ".label " + string_text(label.name, false) + ' ' + std::to_string(label.entry) + '\n';
  }
  out_ += '\n';
}

void Disassembler::code() {
  auto line = module_.lines.begin();
  for (std::uint32_t i = 0; i <= module_.code.size(); ++i) {
    if (label_names_[i] != kNoName || is_target_[i]) out_ += label_text(i) + ":\n";
    if (i == module_.code.size()) return;
    if (line != module_.lines.end() && line->start == i) {
      out_ += ".line " + std::to_string(line->line) + '\n';
      ++line;
    }
    instruction(i);
  }
}

void Disassembler::instruction(std::uint32_t index) {
  const std::size_t line_start = out_.size();
  const Instruction& instruction = module_.code[index];
  out_ += "    ";
  out_ += isa::info(instruction.op).mnemonic;
  const std::string text = operand(instruction);
  if (!text.empty()) out_ += ' ' + text;
  if (options_.hex) hex_comment(index, line_start);
  out_ += '\n';
}

void Disassembler::hex_comment(std::uint32_t index, std::size_t line_start) {
  const std::size_t width = out_.size() - line_start;
  out_.append(width < kCommentColumn ? kCommentColumn - width : 1, ' ');
  out_ += "; " + std::to_string(index) + ':';
  bytecode::Bytes bytes;
  bytecode::append_instruction(bytes, module_.code[index]);
  for (const std::uint8_t byte : bytes) {
    out_ += ' ';
    append_hex(out_, byte);
  }
}

std::string Disassembler::operand(const Instruction& instruction) const {
  switch (isa::info(instruction.op).shape) {
    case isa::Shape::kNone:
      return {};
    case isa::Shape::kInt:
    case isa::Shape::kCount:
      return std::to_string(instruction.imm);
    case isa::Shape::kFloat:
      return base::float_text(static_cast<std::uint64_t>(instruction.imm));
    case isa::Shape::kBool:
      return instruction.imm == 0 ? "false" : "true";
    case isa::Shape::kType:
      return std::string(isa::kTypeNames.at(static_cast<std::size_t>(instruction.imm)));
    case isa::Shape::kStr:
      return string_text(instruction.a, true);
    case isa::Shape::kVar:
    case isa::Shape::kField:
      return string_text(instruction.a, false);
    case isa::Shape::kOptVar:
    case isa::Shape::kOptName:
      return instruction.a == 0 ? std::string() : string_text(instruction.a - 1, false);
    case isa::Shape::kOptPid:
    case isa::Shape::kOptInt:
      return instruction.a == 0 ? std::string() : std::to_string(instruction.imm);
    case isa::Shape::kLabel:
      return label_text(instruction.a);
    case isa::Shape::kCall:
    case isa::Shape::kFunc:
      return function_text(instruction.a);
  }
  return {};
}

std::string Disassembler::function_text(std::uint32_t index) const {
  const bytecode::Function& function = module_.functions[index];
  std::string by_number = '#' + std::to_string(index);
  const std::string& name = module_.strings[function.name];
  if (!first_function_[index] || name.size() > kMaxInline) return by_number;
  std::string out = name_text(name);
  for (const std::uint32_t param : function.params) {
    out += ' ' + string_text(param, false);
    if (out.size() > kMaxInline) return by_number;
  }
  return out;
}

std::string Disassembler::label_text(std::uint32_t index) const {
  const std::uint32_t name = label_names_[index];
  return name == kNoName ? 'L' + std::to_string(index) : name_text(module_.strings[name]);
}

std::string Disassembler::string_text(std::uint32_t index, bool quote) const {
  const std::string& text = module_.strings[index];
  if (text.size() > kMaxInline) return '#' + std::to_string(index);
  return quote ? quoted(text) : name_text(text);
}

}  // namespace

std::string disassemble(const Module& module, const DisassembleOptions& options) {
  return Disassembler(module, options).run();
}

}  // namespace ttvm::assembler
