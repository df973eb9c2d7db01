// Random modules whose indices are all in range: what read_ttb accepts. For round-trip tests.
#pragma once

#include <cstring>
#include <limits>
#include <set>
#include <string>

#include "base/random.hpp"
#include "base/utf8.hpp"
#include "bytecode/codec.hpp"
#include "bytecode/module.hpp"

namespace ttvm::testing {

class RandomModule {
 public:
  explicit RandomModule(std::uint64_t seed) : random_(seed) {}

  bytecode::Module make() {
    bytecode::Module module;
    make_strings(module);
    const std::uint32_t code_size = random_.below(60);
    for (std::uint32_t i = random_.below(6); i > 0; --i)
      module.functions.push_back(function(module, code_size));
    while (module.code.size() < code_size) add_instruction(module, code_size);
    for (std::uint32_t i = random_.below(8); i > 0; --i) {
      module.labels.push_back({pick(module), random_.below(code_size + 1)});
    }
    for (std::uint32_t start = random_.below(4); start < code_size; start += 1 + random_.below(5)) {
      const bool huge = random_.below(10) == 0;
      module.lines.push_back(
          {start, huge ? static_cast<std::uint32_t>(random_.next()) : random_.below(50)});
    }
    if (random_.below(2) == 0) module.source_name = "a \"quoted\" n\xC3\xA4me.ttvm";
    return module;
  }

 private:
  void make_strings(bytecode::Module& module) {
    std::set<std::string> known;
    static const char* const kTricky[] = {"",    "L3", "L7",    "main.loop", "#1",  "12",     "-4",
                                          "a;b", "a:", ".line", "PRINT",     "inf", "\"\\\n", "f"};
    for (const char* text : kTricky) {
      if (random_.below(2) == 0) known.insert(text);
    }
    for (std::uint32_t i = 1 + random_.below(12); i > 0; --i) known.insert(text());
    module.strings.assign(known.begin(), known.end());
    for (std::size_t i = module.strings.size(); i > 1; --i) {
      std::swap(module.strings[i - 1],
                module.strings[random_.below(static_cast<std::uint32_t>(i))]);
    }
  }

  std::string text() {
    std::string out;
    const std::uint32_t length = random_.below(20) == 0 ? 400 : random_.below(12);
    for (std::uint32_t i = 0; i < length; ++i) {
      constexpr std::uint32_t kLimits[] = {0x20, 0x80, 0xA0, 0x800, 0x10000, 0x110000};
      const std::uint32_t code_point = random_.below(kLimits[random_.below(6)]);
      if (base::is_scalar_value(code_point)) base::append_utf8(out, code_point);
    }
    return out;
  }

  std::uint32_t pick(const bytecode::Module& module) {
    return random_.below(static_cast<std::uint32_t>(module.strings.size()));
  }

  bytecode::Function function(const bytecode::Module& module, std::uint32_t code_size) {
    bytecode::Function out{pick(module), random_.below(code_size + 1), {}, random_.below(2) == 0};
    for (std::uint32_t i = random_.below(4); i > 0; --i) out.params.push_back(pick(module));
    return out;
  }

  std::int64_t integer() {
    switch (random_.below(4)) {
      case 0:
        return std::numeric_limits<std::int64_t>::min();
      case 1:
        return std::numeric_limits<std::int64_t>::max();
      case 2:
        return static_cast<std::int64_t>(random_.next());
      default:
        return static_cast<std::int64_t>(random_.below(300)) - 150;
    }
  }

  std::int64_t float_bits() {
    for (;;) {
      const double small = random_.below(1000) / 8.0 - 60;
      std::uint64_t bits = random_.next();
      if (random_.below(2) == 0) std::memcpy(&bits, &small, sizeof bits);
      if (random_.below(8) == 0) bits = bytecode::kNanBits;
      if (bytecode::is_float_operand(bits)) return static_cast<std::int64_t>(bits);
    }
  }

  void add_instruction(bytecode::Module& module, std::uint32_t code_size) {
    const isa::OpInfo& op = isa::kOps[random_.below(static_cast<std::uint32_t>(isa::kOps.size()))];
    bytecode::Instruction out{op.op, 0, 0};
    switch (op.shape) {
      case isa::Shape::kNone:
        break;
      case isa::Shape::kInt:
        out.imm = integer();
        break;
      case isa::Shape::kFloat:
        out.imm = float_bits();
        break;
      case isa::Shape::kBool:
        out.imm = random_.below(2);
        break;
      case isa::Shape::kCount:
        out.imm = random_.below(static_cast<std::uint32_t>(isa::max_count(out.op)) + 1);
        break;
      case isa::Shape::kType:
        out.imm = random_.below(12);
        break;
      case isa::Shape::kStr:
      case isa::Shape::kVar:
      case isa::Shape::kField:
        out.a = pick(module);
        break;
      case isa::Shape::kOptVar:
      case isa::Shape::kOptName:
        out.a = random_.below(2) == 0 ? 0 : pick(module) + 1;
        break;
      case isa::Shape::kOptPid:
      case isa::Shape::kOptInt:
        out.a = random_.below(2);
        if (out.a != 0) out.imm = integer();
        if (op.shape == isa::Shape::kOptPid) out.imm &= std::numeric_limits<std::int64_t>::max();
        break;
      case isa::Shape::kLabel:
        out.a = random_.below(code_size + 1);
        break;
      case isa::Shape::kCall:
      case isa::Shape::kFunc:
        if (module.functions.empty()) return;
        out.a = random_.below(static_cast<std::uint32_t>(module.functions.size()));
        break;
    }
    module.code.push_back(out);
  }

  base::Random random_;
};

}  // namespace ttvm::testing
