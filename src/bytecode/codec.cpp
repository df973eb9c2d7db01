#include "bytecode/codec.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/assert.hpp"
#include "isa/types.hpp"

namespace ttvm::bytecode {

namespace {

constexpr auto kMaxInt = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::uint32_t read_index(ByteReader& in, std::uint32_t count, std::string_view what) {
  const std::size_t start = in.offset();
  const std::uint64_t value = in.varint();
  if (in.ok() && value >= count) {
    in.fail(std::string(what) + " " + std::to_string(value) + " is out of range", start);
  }
  return static_cast<std::uint32_t>(value);
}

bool read_flag(ByteReader& in) {
  const std::size_t start = in.offset();
  const std::uint8_t value = in.byte();
  if (value > 1) in.fail("operand is neither 0 nor 1", start);
  return value == 1;
}

std::int64_t read_float(ByteReader& in) {
  const std::size_t start = in.offset();
  const std::uint64_t bits = in.u64();
  if (in.ok() && !is_float_operand(bits)) in.fail("not the canonical NaN", start);
  return static_cast<std::int64_t>(bits);
}

}  // namespace

bool is_float_operand(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return !std::isnan(value) || bits == kNanBits;
}

void append_instruction(Bytes& out, const Instruction& instruction) {
  const auto unsigned_imm = static_cast<std::uint64_t>(instruction.imm);
  out.push_back(static_cast<std::uint8_t>(instruction.op));
  switch (isa::info(instruction.op).shape) {
    case isa::Shape::kNone:
      return;
    case isa::Shape::kInt:
      return append_varint(out, zigzag(instruction.imm));
    case isa::Shape::kFloat:
      return append_u64(out, unsigned_imm);
    case isa::Shape::kBool:
      return out.push_back(instruction.imm == 0 ? 0 : 1);
    case isa::Shape::kCount:
    case isa::Shape::kType:
      return append_varint(out, unsigned_imm);
    case isa::Shape::kOptPid:
    case isa::Shape::kOptInt:
      out.push_back(instruction.a == 0 ? 0 : 1);
      if (instruction.a == 0) return;
      return append_varint(out, isa::info(instruction.op).shape == isa::Shape::kOptPid
                                    ? unsigned_imm
                                    : zigzag(instruction.imm));
    case isa::Shape::kStr:
    case isa::Shape::kVar:
    case isa::Shape::kField:
    case isa::Shape::kOptVar:
    case isa::Shape::kOptName:
    case isa::Shape::kLabel:
    case isa::Shape::kCall:
    case isa::Shape::kFunc:
      return append_varint(out, instruction.a);
  }
}

Instruction read_instruction(ByteReader& in, const IndexLimits& limits) {
  const std::size_t start = in.offset();
  const std::uint8_t opcode = in.byte();
  const isa::OpInfo* info = isa::find(opcode);
  Instruction out;
  if (!in.ok()) return out;
  if (info == nullptr) {
    in.fail("unknown opcode " + std::to_string(opcode), start);
    return out;
  }
  out.op = info->op;
  switch (info->shape) {
    case isa::Shape::kNone:
      break;
    case isa::Shape::kInt:
      out.imm = in.signed_varint();
      break;
    case isa::Shape::kFloat:
      out.imm = read_float(in);
      break;
    case isa::Shape::kBool:
      out.imm = read_flag(in) ? 1 : 0;
      break;
    case isa::Shape::kCount:
      out.imm = static_cast<std::int64_t>(
          in.varint_up_to(static_cast<std::uint64_t>(isa::max_count(out.op)), "count"));
      break;
    case isa::Shape::kType:
      out.imm = static_cast<std::int64_t>(in.varint_up_to(isa::kTypeNames.size() - 1, "type"));
      break;
    case isa::Shape::kStr:
    case isa::Shape::kVar:
    case isa::Shape::kField:
      out.a = read_index(in, limits.strings, "string");
      break;
    case isa::Shape::kOptVar:
    case isa::Shape::kOptName:
      out.a = static_cast<std::uint32_t>(in.varint_up_to(limits.strings, "string"));
      break;
    case isa::Shape::kOptPid:
      out.a = read_flag(in) ? 1 : 0;
      if (out.a == 1) out.imm = static_cast<std::int64_t>(in.varint_up_to(kMaxInt, "process"));
      break;
    case isa::Shape::kOptInt:
      out.a = read_flag(in) ? 1 : 0;
      if (out.a == 1) out.imm = in.signed_varint();
      break;
    case isa::Shape::kLabel:
      out.a = static_cast<std::uint32_t>(in.varint_up_to(limits.code, "jump target"));
      break;
    case isa::Shape::kCall:
    case isa::Shape::kFunc:
      out.a = read_index(in, limits.functions, "function");
      break;
  }
  return out;
}

}  // namespace ttvm::bytecode
