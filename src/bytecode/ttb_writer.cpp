#include <algorithm>

#include "bytecode/codec.hpp"
#include "bytecode/sections.hpp"
#include "bytecode/ttb.hpp"

namespace ttvm::bytecode {

namespace {

void append_section(Bytes& out, Section id, const Bytes& content) {
  out.push_back(static_cast<std::uint8_t>(id));
  append_varint(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

Bytes source_section(const Module& module) {
  return {module.source_name.begin(), module.source_name.end()};
}

Bytes string_section(const Module& module) {
  Bytes out;
  append_varint(out, module.strings.size());
  for (const std::string& text : module.strings) append_text(out, text);
  return out;
}

Bytes function_section(const Module& module) {
  Bytes out;
  append_varint(out, module.functions.size());
  for (const Function& function : module.functions) {
    append_varint(out, function.name);
    append_varint(out, function.entry);
    out.push_back(function.named ? 1 : 0);
    append_varint(out, function.params.size());
    for (const std::uint32_t param : function.params) append_varint(out, param);
  }
  return out;
}

Bytes code_section(const Module& module) {
  Bytes out;
  append_varint(out, module.code.size());
  for (const Instruction& instruction : module.code) append_instruction(out, instruction);
  return out;
}

Bytes label_section(const Module& module) {
  Bytes out;
  append_varint(out, module.labels.size());
  for (const Label& label : module.labels) {
    append_varint(out, label.name);
    append_varint(out, label.entry);
  }
  return out;
}

Bytes line_section(const Module& module) {
  Bytes out;
  append_varint(out, module.lines.size());
  LineEntry previous;
  for (const LineEntry& entry : module.lines) {
    append_varint(out, entry.start - previous.start);
    append_varint(out, zigzag(static_cast<std::int64_t>(entry.line) - previous.line));
    previous = entry;
  }
  return out;
}

}  // namespace

bool looks_like_ttb(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= sizeof kMagic &&
         std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin());
}

std::vector<std::uint8_t> write_ttb(const Module& module) {
  Bytes sections;
  append_section(sections, Section::kStrings, string_section(module));
  append_section(sections, Section::kFunctions, function_section(module));
  append_section(sections, Section::kCode, code_section(module));
  if (!module.source_name.empty()) {
    append_section(sections, Section::kSource, source_section(module));
  }
  if (!module.labels.empty()) append_section(sections, Section::kLabels, label_section(module));
  if (!module.lines.empty()) append_section(sections, Section::kLines, line_section(module));
  Bytes out(std::begin(kMagic), std::end(kMagic));
  append_varint(out, kFormatVersion);
  append_varint(out, sections.size());
  out.insert(out.end(), sections.begin(), sections.end());
  return out;
}

void strip(Module& module) {
  module.source_name.clear();
  module.labels.clear();
  module.lines.clear();
}

}  // namespace ttvm::bytecode
