// ttvm_instruction_table: the manual's table of instructions, from the table that everything else
// uses.
//
//   ttvm_instruction_table                 prints it as Markdown
//   ttvm_instruction_table --check FILE    status 1 if FILE does not hold just this text
//   ttvm_instruction_table --update FILE   puts it there
//
// In FILE it stands between the lines <!-- instructions:begin --> and <!-- instructions:end -->.
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "isa/isa.hpp"

namespace {

using ttvm::isa::OpInfo;
using ttvm::isa::Shape;

constexpr std::string_view kBegin = "<!-- instructions:begin -->\n";
constexpr std::string_view kEnd = "<!-- instructions:end -->";

std::string operands(Shape shape) {
  switch (shape) {
    case Shape::kNone:
      return "";
    case Shape::kInt:
      return "int";
    case Shape::kFloat:
      return "float";
    case Shape::kBool:
      return "bool";
    case Shape::kCount:
      return "n";
    case Shape::kType:
      return "type";
    case Shape::kStr:
      return "\"text\"";
    case Shape::kVar:
      return "variable";
    case Shape::kField:
      return "field";
    case Shape::kOptVar:
      return "[variable]";
    case Shape::kOptName:
      return "[name]";
    case Shape::kOptPid:
      return "[pid]";
    case Shape::kOptInt:
      return "[int]";
    case Shape::kLabel:
      return "label";
    case Shape::kCall:
      return "label [name...]";
    case Shape::kFunc:
      return "label [parameter...]";
  }
  return "";
}

// In a table cell of Markdown a bar must be escaped.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string row(const OpInfo& op) {
  std::array<char, 8> opcode{};
  std::snprintf(opcode.data(), opcode.size(), "0x%02X", static_cast<unsigned>(op.op));
  std::string out = "| `" + std::string(op.mnemonic);
  if (const std::string what = operands(op.shape); !what.empty()) out += " " + what;
  out += "` | " + std::string(opcode.data()) + " | `" + cell(op.stack) + "` | " + cell(op.text);
  if ((op.effects & ttvm::isa::kSmp) != 0) out += " Needs `--smp`.";
  return out + " |\n";
}

std::string table() {
  std::vector<std::string_view> families;
  for (const OpInfo& op : ttvm::isa::kOps) {
    bool known = false;
    for (const std::string_view family : families) known = known || family == op.family;
    if (!known) families.push_back(op.family);
  }
  std::string out;
  for (const std::string_view family : families) {
    out += "\n### " + std::string(family) + "\n\n";
    out += "| instruction | opcode | stack | effect |\n|---|---|---|---|\n";
    for (const OpInfo& op : ttvm::isa::kOps) {
      if (op.family == family) out += row(op);
    }
  }
  return out + "\n";
}

int fail(const std::string& message) {
  std::cerr << "ttvm_instruction_table: " << message << "\n";
  return 1;
}

int check_or_update(const std::string& path, bool update) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin + kBegin.size()) {
    return fail(path + " has no markers instructions:begin and instructions:end");
  }
  const std::string wanted = text.substr(0, begin + kBegin.size()) + table() + text.substr(end);
  if (text == wanted) return 0;
  if (!update) {
    return fail(path + " does not match src/isa/opcodes.def; run it with --update " + path);
  }
  std::ofstream out(path, std::ios::binary);
  out << wanted;
  out.close();
  return out ? 0 : fail("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    std::cout << table();
    return std::cout.flush() ? 0 : 1;
  }
  if (arguments.size() == 2 && (arguments[0] == "--check" || arguments[0] == "--update")) {
    return check_or_update(arguments[1], arguments[0] == "--update");
  }
  std::cerr << "usage: ttvm_instruction_table [--check FILE | --update FILE]\n";
  return 2;
}
