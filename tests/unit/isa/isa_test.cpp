#include "isa/isa.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "isa/types.hpp"

namespace ttvm::isa {
namespace {

TEST(Isa, ReleasedOpcodesNeverChange) {
  const std::map<std::string, int> fixed = {
      {"PUSH_INT", 0x01},   {"PUSH_STR", 0x02},   {"TRUE", 0x03},        {"FALSE", 0x04},
      {"NULL", 0x05},       {"NOT", 0x06},        {"AND", 0x07},         {"OR", 0x08},
      {"DUP", 0x09},        {"ADD", 0x10},        {"SUB", 0x11},         {"CONCAT", 0x12},
      {"EQ", 0x20},         {"GT", 0x21},         {"LT", 0x22},          {"NE", 0x23},
      {"GE", 0x24},         {"LE", 0x25},         {"JMP", 0x30},         {"JZ", 0x31},
      {"CALL", 0x32},       {"RET", 0x33},        {"PRINT", 0x40},       {"STORE", 0x50},
      {"LOAD", 0x51},       {"DELETE", 0x52},     {"MAKE_LIST", 0x60},   {"LEN", 0x61},
      {"INDEX", 0x62},      {"DUMP_SCOPE", 0x70}, {"READ_FILE", 0x72},   {"WRITE_FILE", 0x73},
      {"HALT", 0xFF},       {"SPAWN", 0x80},      {"REGISTER", 0x81},    {"WHEREIS", 0x82},
      {"UNREGISTER", 0x83}, {"SENDNAMED", 0x84},  {"YIELD", 0x8B},       {"RECEIVE", 0x8C},
      {"SEND", 0x8D},       {"ANY", 0x9B},        {"TYPE_PATTERN", 0x9C}};
  for (const auto& [mnemonic, opcode] : fixed) {
    const OpInfo* info = find_mnemonic(mnemonic);
    ASSERT_NE(info, nullptr) << mnemonic;
    EXPECT_EQ(static_cast<int>(info->op), opcode) << mnemonic;
  }
}

TEST(Isa, ReleasedTypeNumbersNeverChange) {
  const std::vector<std::string> fixed = {"int",  "float", "str",      "bool",
                                          "null", "list",  "object",   "bytes",
                                          "pid",  "ref",   "function", "exception"};
  ASSERT_LE(fixed.size(), kTypeNames.size());
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    EXPECT_EQ(kTypeNames[i], fixed[i]);
    EXPECT_EQ(find_type(fixed[i]), i);
  }
  EXPECT_EQ(find_type("pattern"), std::nullopt);
}

TEST(Isa, LookUpsAgree) {
  std::size_t known = 0;
  for (int opcode = 0; opcode < 256; ++opcode) {
    const OpInfo* found = find(static_cast<std::uint8_t>(opcode));
    if (found == nullptr) continue;
    ++known;
    EXPECT_EQ(static_cast<int>(found->op), opcode);
    EXPECT_EQ(find_mnemonic(found->mnemonic), found);
    EXPECT_EQ(&info(found->op), found);
  }
  EXPECT_EQ(known, kOps.size());
  EXPECT_EQ(find_mnemonic("print"), nullptr);
  EXPECT_EQ(find_mnemonic(""), nullptr);
}

TEST(Isa, TheTableIsWritten) {
  for (const OpInfo& op : kOps) {
    EXPECT_FALSE(op.family.empty()) << op.mnemonic;
    EXPECT_NE(op.stack.find("->"), std::string_view::npos) << op.mnemonic;
    EXPECT_EQ(op.text.back(), '.') << op.mnemonic;
    EXPECT_GE(op.pops, -1) << op.mnemonic;
    EXPECT_GE(op.pushes, -1) << op.mnemonic;
  }
}

TEST(Isa, EffectsAreFound) {
  EXPECT_TRUE(has_effect(Op::kJmp, kEnd));
  EXPECT_TRUE(has_effect(Op::kHalt, kEnd));
  EXPECT_FALSE(has_effect(Op::kJz, kEnd));
  EXPECT_TRUE(has_effect(Op::kSend, kSmp));
  EXPECT_FALSE(has_effect(Op::kSelf, kSmp));
}

}  // namespace
}  // namespace ttvm::isa
