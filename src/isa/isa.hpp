// The instruction set as data: one enumerator and one constexpr record for each line of
// opcodes.def. Immutable; thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ttvm::isa {

// What follows a mnemonic. Tools switch on these, never on single instructions.
enum class Shape : std::uint8_t {
  kNone,     // nothing
  kInt,      // 64-bit integer                      -> Instruction::imm
  kFloat,    // 64-bit float                        -> imm holds its bits
  kBool,     // true | false                        -> imm 1 or 0
  kCount,    // 0 .. 65535                          -> imm
  kType,     // type name, may be quoted            -> imm = index in kTypeNames (isa/types.hpp)
  kStr,      // quoted string                       -> a = index of a string
  kVar,      // variable name                       -> a = index of a string
  kField,    // field name                          -> a = index of a string
  kOptVar,   // variable name or nothing            -> a = index of a string + 1, or 0
  kOptName,  // process name or nothing (popped)    -> a = index of a string + 1, or 0
  kOptPid,   // process number or nothing (popped)  -> a = 1 and imm = number, or a = 0
  kOptInt,   // integer or nothing (popped)         -> a = 1 and imm = integer, or a = 0
  kLabel,    // jump target                         -> a = index of an instruction
  kCall,     // call target, names for arguments    -> a = index of a function (Module::functions)
  kFunc,     // function, names for parameters      -> a = index of a function (Module::functions)
};

enum Effect : std::uint8_t {
  kNone = 0,
  kRaise = 1U << 0U,
  kYield = 1U << 1U,
  kAlloc = 1U << 2U,
  kSmp = 1U << 3U,
  kNative = 1U << 4U,
  kEnd = 1U << 5U,
};

enum class Op : std::uint8_t {
#define TTVM_OP(name, mnemonic, opcode, shape, pops, pushes, effects, family, stack, text) \
  k##name = (opcode),
#include "isa/opcodes.def"
#undef TTVM_OP
};

struct OpInfo {
  Op op;
  std::string_view mnemonic;
  Shape shape;
  std::int8_t pops;
  std::int8_t pushes;
  std::uint8_t effects;
  std::string_view family;
  std::string_view stack;
  std::string_view text;
};

// All instructions in the order of the table.
inline constexpr auto kOps = std::to_array<OpInfo>({
#define TTVM_OP(name, mnemonic, opcode, shape, pops, pushes, effects, family, stack, text) \
  {Op::k##name, mnemonic, Shape::shape, pops, pushes, effects, family, stack, text},
#include "isa/opcodes.def"
#undef TTVM_OP
});

namespace detail {
consteval std::array<std::uint8_t, 256> index_by_opcode() {
  std::array<std::uint8_t, 256> index{};
  for (auto& entry : index) entry = 0xFF;
  for (std::size_t i = 0; i < kOps.size(); ++i) {
    index[static_cast<std::uint8_t>(kOps[i].op)] = static_cast<std::uint8_t>(i);
  }
  return index;
}
inline constexpr auto kIndexByOpcode = index_by_opcode();

consteval bool table_is_sound() {
  for (std::size_t i = 0; i < kOps.size(); ++i) {
    if (kOps[i].pops > 3 || kOps[i].pushes > 3) return false;
    if (kOps[i].mnemonic.empty() || kOps[i].text.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kOps[i].op == kOps[j].op || kOps[i].mnemonic == kOps[j].mnemonic) return false;
    }
  }
  return true;
}
static_assert(table_is_sound(), "opcodes.def: an opcode or mnemonic is taken twice");
static_assert(kOps.size() < 0xFF);
}  // namespace detail

// Null for a byte that is no opcode.
constexpr const OpInfo* find(std::uint8_t opcode) {
  const std::uint8_t index = detail::kIndexByOpcode[opcode];
  return index == 0xFF ? nullptr : &kOps[index];
}

constexpr const OpInfo& info(Op op) { return *find(static_cast<std::uint8_t>(op)); }
constexpr bool has_effect(Op op, Effect effect) { return (info(op).effects & effect) != 0; }

// The largest count that an instruction of shape kCount may have. Each argument of APPLY is a
// register of its own; lists have a form that needs none.
constexpr std::int64_t max_count(Op op) { return op == Op::kApply ? 16 : 65535; }

// Exact, case-sensitive look-up of a mnemonic (aliases are the assembler's). Null if unknown.
const OpInfo* find_mnemonic(std::string_view mnemonic);

}  // namespace ttvm::isa
