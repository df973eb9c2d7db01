#include "bytecode/codec.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

namespace ttvm::bytecode {
namespace {

constexpr IndexLimits kLimits{10, 10, 10};

Bytes encoded(const Instruction& instruction) {
  Bytes out;
  append_instruction(out, instruction);
  return out;
}

std::string decode_error(Bytes bytes, const IndexLimits& limits = kLimits) {
  Failure failure;
  ByteReader in(bytes, 0, bytes.size(), &failure);
  read_instruction(in, limits);
  return failure.message;
}

void expect_round_trip(const Instruction& instruction) {
  const Bytes bytes = encoded(instruction);
  Failure failure;
  ByteReader in(bytes, 0, bytes.size(), &failure);
  EXPECT_EQ(read_instruction(in, kLimits), instruction);
  EXPECT_EQ(failure.message, "");
  EXPECT_EQ(in.left(), 0U);
}

std::int64_t bits_of(double value) {
  std::int64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TEST(Codec, TheBytesAreThoseOfTheFormat) {
  EXPECT_EQ(encoded({isa::Op::kAdd, 0, 0}), (Bytes{0x10}));
  EXPECT_EQ(encoded({isa::Op::kPushInt, 0, -1}), (Bytes{0x01, 0x01}));
  EXPECT_EQ(encoded({isa::Op::kPushInt, 0, 300}), (Bytes{0x01, 0xD8, 0x04}));
  EXPECT_EQ(encoded({isa::Op::kPushFloat, 0, bits_of(1.0)}),
            (Bytes{0x0A, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
  EXPECT_EQ(encoded({isa::Op::kPushBool, 0, 1}), (Bytes{0x0B, 1}));
  EXPECT_EQ(encoded({isa::Op::kMakeList, 0, 200}), (Bytes{0x60, 0xC8, 0x01}));
  EXPECT_EQ(encoded({isa::Op::kTypePattern, 0, 11}), (Bytes{0x9C, 11}));
  EXPECT_EQ(encoded({isa::Op::kPushStr, 3, 0}), (Bytes{0x02, 3}));
  EXPECT_EQ(encoded({isa::Op::kSend, 0, 0}), (Bytes{0x8D, 0}));
  EXPECT_EQ(encoded({isa::Op::kSend, 1, 2}), (Bytes{0x8D, 1, 2}));
  EXPECT_EQ(encoded({isa::Op::kExit, 1, -2}), (Bytes{0x92, 1, 3}));
  EXPECT_EQ(encoded({isa::Op::kRegister, 4, 0}), (Bytes{0x81, 4}));
  EXPECT_EQ(encoded({isa::Op::kJmp, 9, 0}), (Bytes{0x30, 9}));
  EXPECT_EQ(encoded({isa::Op::kCall, 2, 0}), (Bytes{0x32, 2}));
}

TEST(Codec, EveryShapeComesBack) {
  for (const isa::OpInfo& op : isa::kOps) {
    Instruction instruction{op.op, 0, 0};
    expect_round_trip(instruction);
    switch (op.shape) {
      case isa::Shape::kInt:
        instruction.imm = std::numeric_limits<std::int64_t>::min();
        break;
      case isa::Shape::kFloat:
        instruction.imm = bits_of(-0.0);
        break;
      case isa::Shape::kBool:
        instruction.imm = 1;
        break;
      case isa::Shape::kCount:
        instruction.imm = isa::max_count(instruction.op);
        break;
      case isa::Shape::kType:
        instruction.imm = 11;
        break;
      case isa::Shape::kOptPid:
      case isa::Shape::kOptInt:
        instruction.a = 1;
        instruction.imm = std::numeric_limits<std::int64_t>::max();
        break;
      case isa::Shape::kOptName:
      case isa::Shape::kOptVar:
      case isa::Shape::kLabel:
        instruction.a = 10;
        break;
      case isa::Shape::kNone:
        break;
      default:
        instruction.a = 9;
    }
    expect_round_trip(instruction);
  }
}

TEST(Codec, OperandsOutOfRangeAreErrors) {
  EXPECT_EQ(decode_error({0x02, 10}), "string 10 is out of range");
  EXPECT_EQ(decode_error({0x81, 11}), "string 11 is out of range");
  EXPECT_EQ(decode_error({0x30, 11}), "jump target 11 is out of range");
  EXPECT_EQ(decode_error({0x32, 10}), "function 10 is out of range");
  EXPECT_EQ(decode_error({0x60, 0x80, 0x80, 0x04}), "count 65536 is out of range");
  EXPECT_EQ(decode_error({0x9C, 12}), "type 12 is out of range");
  EXPECT_EQ(decode_error({0x9C, 0x8B, 0x80, 0x00}), "number not in its shortest form");
  EXPECT_EQ(decode_error({0x0B, 2}), "operand is neither 0 nor 1");
  EXPECT_EQ(decode_error({0x8D, 2}), "operand is neither 0 nor 1");
  EXPECT_EQ(decode_error({0x8D, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}),
            "process 9223372036854775808 is out of range");
  EXPECT_EQ(decode_error({0x41}), "unknown opcode 65");
  EXPECT_EQ(decode_error({}), "unexpected end");
  EXPECT_EQ(decode_error({0x01}), "unexpected end");
  EXPECT_EQ(decode_error({0x02, 0}, {0, 0, 0}), "string 0 is out of range");
}

TEST(Codec, OnlyOneNanIsAnOperand) {
  Bytes bytes = encoded({isa::Op::kPushFloat, 0, static_cast<std::int64_t>(kNanBits)});
  EXPECT_EQ(decode_error(bytes), "");
  bytes[1] = 1;
  EXPECT_EQ(decode_error(bytes), "not the canonical NaN");
  EXPECT_TRUE(is_float_operand(
      static_cast<std::uint64_t>(bits_of(-std::numeric_limits<double>::infinity()))));
}

}  // namespace
}  // namespace ttvm::bytecode
