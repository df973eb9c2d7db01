// Two passes: the first finds the sections, the second reads them. So the number of instructions is
// known when the functions, which stand before the code, are read, and every index is checked where
// it is read, with its offset.

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "base/utf8.hpp"
#include "bytecode/codec.hpp"
#include "bytecode/sections.hpp"
#include "bytecode/ttb.hpp"

namespace ttvm::bytecode {

namespace {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes)
      : in_(bytes, 0, bytes.size(), &failure_), size_(bytes.size()) {}

  bool read(Module& module) {
    find_sections();
    if (in_.ok()) read_counts();
    if (in_.ok()) read_strings(module);
    if (in_.ok()) read_functions(module);
    if (in_.ok()) read_code(module);
    if (in_.ok()) read_source(module);
    if (in_.ok()) read_labels(module);
    if (in_.ok()) read_lines(module);
    return in_.ok();
  }

  const Failure& failure() const { return failure_; }

 private:
  struct Part {
    bool present = false;
    ByteReader in;
  };

  Part& part(Section id) { return parts_[static_cast<std::uint8_t>(id)]; }

  void find_sections();
  void read_counts();
  void read_strings(Module& module);
  void check_unique_strings(const Module& module, ByteReader first);
  void read_functions(Module& module);
  void read_code(Module& module);
  void read_source(Module& module);
  void read_labels(Module& module);
  void read_lines(Module& module);
  void check_end(ByteReader& in, std::string_view what);
  bool begin_optional(Section id);

  std::uint32_t string_index(ByteReader& in) {
    if (limits_.strings == 0) {
      in.fail("there is no string to refer to", in.offset());
      return 0;
    }
    return static_cast<std::uint32_t>(in.varint_up_to(limits_.strings - 1U, "string"));
  }

  Failure failure_;
  ByteReader in_;
  std::size_t size_;
  std::array<Part, kSectionEnd> parts_;
  IndexLimits limits_;
};

void Reader::find_sections() {
  for (const std::uint8_t expected : kMagic) {
    if (in_.byte() == expected && in_.ok()) continue;
    failure_ = {"not a ttvm bytecode file", 0};
    return;
  }
  const std::size_t version_at = in_.offset();
  const std::uint64_t version = in_.varint();
  if (in_.ok() && version != kFormatVersion) {
    in_.fail("format version " + std::to_string(version) + " is not known, only " +
                 std::to_string(kFormatVersion),
             version_at);
  }
  // Without the length, a file cut off between two sections would be a shorter program.
  const std::size_t length_of_all_at = in_.offset();
  const std::uint64_t length_of_all = in_.varint();
  if (in_.ok() && length_of_all != in_.left()) {
    return in_.fail("the file says that " + std::to_string(length_of_all) +
                        " bytes follow, but there are " + std::to_string(in_.left()),
                    length_of_all_at);
  }
  std::uint8_t previous = 0;
  while (in_.ok() && in_.left() > 0) {
    const std::size_t start = in_.offset();
    const std::uint8_t id = in_.byte();
    if (id == 0 || id >= kSectionEnd) {
      return in_.fail("unknown section " + std::to_string(id), start);
    }
    if (id <= previous) {
      return in_.fail("section " + std::to_string(id) + " is out of order or repeated", start);
    }
    previous = id;
    const std::size_t length_at = in_.offset();
    const std::uint64_t length = in_.varint();
    if (in_.ok() && length > in_.left()) {
      return in_.fail("section of " + std::to_string(length) + " bytes is longer than the file",
                      length_at);
    }
    if (in_.ok()) parts_[id] = {true, in_.slice(static_cast<std::size_t>(length))};
  }
  for (std::uint8_t id = 1; in_.ok() && id < kFirstOptionalSection; ++id) {
    if (!parts_[id].present) in_.fail("section " + std::to_string(id) + " is missing", size_);
  }
}

void Reader::read_counts() {
  constexpr std::size_t kFunctionBytes = 4;
  limits_.strings = part(Section::kStrings).in.count(1, "strings");
  limits_.functions = part(Section::kFunctions).in.count(kFunctionBytes, "functions");
  limits_.code = part(Section::kCode).in.count(1, "instructions");
}

void Reader::check_end(ByteReader& in, std::string_view what) {
  if (in.ok() && in.left() != 0) {
    in.fail(std::string("bytes left over in the section of ").append(what), in.offset());
  }
}

void Reader::read_strings(Module& module) {
  ByteReader& in = part(Section::kStrings).in;
  const ByteReader first = in;
  module.strings.reserve(limits_.strings);
  for (std::uint32_t i = 0; i < limits_.strings; ++i) {
    const std::size_t start = in.offset();
    const std::string_view text = in.text();
    if (!in.ok()) return;
    if (!base::is_utf8(text)) return in.fail("string is not UTF-8", start);
    module.strings.emplace_back(text);
  }
  check_end(in, "strings");
  if (in.ok()) check_unique_strings(module, first);
}

// By sorting, not hashing: no choice of strings makes it slow.
void Reader::check_unique_strings(const Module& module, ByteReader first) {
  std::vector<std::uint32_t> order(module.strings.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto& strings = module.strings;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int compared = strings[a].compare(strings[b]);
    return compared != 0 ? compared < 0 : a < b;
  });
  std::uint32_t duplicate = limits_.strings;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (strings[order[i - 1]] == strings[order[i]]) duplicate = std::min(duplicate, order[i]);
  }
  if (duplicate == limits_.strings) return;
  for (std::uint32_t i = 0; i < duplicate; ++i) first.text();
  first.fail("string " + std::to_string(duplicate) + " is there twice", first.offset());
}

void Reader::read_functions(Module& module) {
  ByteReader& in = part(Section::kFunctions).in;
  module.functions.reserve(limits_.functions);
  for (std::uint32_t i = 0; in.ok() && i < limits_.functions; ++i) {
    Function& function = module.functions.emplace_back();
    function.name = string_index(in);
    function.entry = static_cast<std::uint32_t>(in.varint_up_to(limits_.code, "function entry"));
    function.named = in.varint_up_to(1, "flag") == 1;
    const std::uint32_t params = in.count(1, "parameters");
    function.params.reserve(params);
    for (std::uint32_t k = 0; in.ok() && k < params; ++k) {
      function.params.push_back(string_index(in));
    }
  }
  check_end(in, "functions");
}

void Reader::read_code(Module& module) {
  ByteReader& in = part(Section::kCode).in;
  module.code.reserve(limits_.code);
  for (std::uint32_t i = 0; in.ok() && i < limits_.code; ++i) {
    module.code.push_back(read_instruction(in, limits_));
  }
  check_end(in, "code");
}

bool Reader::begin_optional(Section id) {
  if (!part(id).present) return false;
  ByteReader& in = part(id).in;
  if (in.left() == 0) in.fail("empty section", in.offset());
  return in.ok();
}

void Reader::read_source(Module& module) {
  if (!begin_optional(Section::kSource)) return;
  ByteReader& in = part(Section::kSource).in;
  const std::size_t start = in.offset();
  while (in.left() > 0) module.source_name += static_cast<char>(in.byte());
  if (!base::is_utf8(module.source_name) || has_control_character(module.source_name)) {
    in.fail("source name is not printable UTF-8", start);
  }
}

void Reader::read_labels(Module& module) {
  if (!begin_optional(Section::kLabels)) return;
  ByteReader& in = part(Section::kLabels).in;
  const std::size_t start = in.offset();
  const std::uint32_t count = in.count(2, "labels");
  if (in.ok() && count == 0) return in.fail("empty section", start);
  module.labels.reserve(count);
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
    Label& label = module.labels.emplace_back();
    label.name = string_index(in);
    label.entry = static_cast<std::uint32_t>(in.varint_up_to(limits_.code, "label"));
  }
  check_end(in, "labels");
}

void Reader::read_lines(Module& module) {
  if (!begin_optional(Section::kLines)) return;
  ByteReader& in = part(Section::kLines).in;
  const std::size_t section = in.offset();
  const std::uint32_t count = in.count(2, "lines");
  if (in.ok() && count == 0) return in.fail("empty section", section);
  module.lines.reserve(count);
  LineEntry previous;
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
    const std::size_t start = in.offset();
    const std::uint64_t distance = in.varint();
    const std::int64_t step = in.signed_varint();
    if (!in.ok()) return;
    if (distance >= static_cast<std::uint64_t>(limits_.code) - previous.start) {
      return in.fail("line entry past the end of the code", start);
    }
    if (i != 0 && distance == 0) return in.fail("line entries are not sorted", start);
    constexpr std::int64_t kMaxLine = std::numeric_limits<std::uint32_t>::max();
    if (step < -static_cast<std::int64_t>(previous.line) || step > kMaxLine - previous.line) {
      return in.fail("line number is out of range", start);
    }
    previous.start += static_cast<std::uint32_t>(distance);
    previous.line = static_cast<std::uint32_t>(previous.line + step);
    module.lines.push_back(previous);
  }
  check_end(in, "lines");
}

}  // namespace

base::Expected<Module> read_ttb(std::span<const std::uint8_t> bytes, const std::string& file) {
  Reader reader(bytes);
  Module module;
  if (reader.read(module)) return module;
  base::Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.message =
      reader.failure().message + " at offset " + std::to_string(reader.failure().offset);
  return diagnostic;
}

}  // namespace ttvm::bytecode
