#include "bytecode/ttb.hpp"

#include <gtest/gtest.h>

#include "bytecode/byte_stream.hpp"
#include "random_module.hpp"

namespace ttvm::bytecode {
namespace {

using testing::RandomModule;

Module small_module() {
  Module module;
  module.source_name = "a.ttvm";
  module.strings = {"hi", "f", "x"};
  module.functions = {{1, 2, {2}, true}};
  module.code = {{isa::Op::kPushStr, 0, 0}, {isa::Op::kHalt, 0, 0}, {isa::Op::kRet, 0, 0}};
  module.labels = {{1, 2}};
  module.lines = {{0, 1}, {1, 9}, {2, 4}};
  return module;
}

// The bytes of small_module(), by hand, in the order of docs/ttb-format.md.
const Bytes kSmallBytes = {
    'T', 'T', 'V', 'M', 1,   47,                       //
    1,   8,   3,   2,   'h', 'i',  1,    'f', 1, 'x',  // strings
    2,   6,   1,   1,   2,   1,    1,    2,            // functions
    3,   5,   3,   2,   0,   0xFF, 0x33,               // code
    4,   6,   'a', '.', 't', 't',  'v',  'm',          // source
    5,   3,   1,   1,   2,                             // labels
    6,   7,   3,   0,   2,   1,    16,   1,   9,       // lines
};

std::string error_of(const Bytes& bytes) {
  const auto result = read_ttb(bytes, "x.ttb");
  return result ? "" : base::format(result.errors());
}

TEST(Ttb, TheBytesAreThoseOfTheFormat) { EXPECT_EQ(write_ttb(small_module()), kSmallBytes); }

TEST(Ttb, AModuleComesBack) {
  const auto result = read_ttb(kSmallBytes, "x.ttb");
  ASSERT_TRUE(result) << base::format(result.errors());
  EXPECT_EQ(*result, small_module());
}

TEST(Ttb, TheEmptyModuleComesBack) {
  const auto result = read_ttb(write_ttb(Module{}), "x.ttb");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, Module{});
}

TEST(Ttb, RandomModulesComeBack) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Module module = RandomModule(seed).make();
    const auto result = read_ttb(write_ttb(module), "x.ttb");
    ASSERT_TRUE(result) << "seed " << seed << ": " << base::format(result.errors());
    ASSERT_EQ(*result, module) << "seed " << seed;
  }
}

TEST(Ttb, IsKnownByItsMagic) {
  EXPECT_TRUE(looks_like_ttb(kSmallBytes));
  EXPECT_FALSE(looks_like_ttb(Bytes{}));
  EXPECT_FALSE(looks_like_ttb(Bytes{'T', 'T', 'V'}));
  EXPECT_FALSE(looks_like_ttb(Bytes{'P', 'R', 'I', 'N', 'T'}));
}

TEST(Ttb, StrippingLeavesWhatRuns) {
  Module module = small_module();
  strip(module);
  EXPECT_TRUE(module.source_name.empty());
  EXPECT_TRUE(module.labels.empty());
  EXPECT_TRUE(module.lines.empty());
  EXPECT_EQ(module.code, small_module().code);
  EXPECT_EQ(module.strings, small_module().strings);
  EXPECT_EQ(module.functions, small_module().functions);
}

TEST(Ttb, LinesAreFoundByInstruction) {
  const Module module = small_module();
  EXPECT_EQ(module.line_of(0), 1U);
  EXPECT_EQ(module.line_of(1), 9U);
  EXPECT_EQ(module.line_of(7), 4U);
  EXPECT_EQ(Module{}.line_of(0), 0U);
}

TEST(Ttb, ErrorsNameFileAndOffset) {
  EXPECT_EQ(error_of({}), "x.ttb: error: not a ttvm bytecode file at offset 0\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'm', 1}),
            "x.ttb: error: not a ttvm bytecode file at offset 0\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M'}), "x.ttb: error: unexpected end at offset 4\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 2}),
            "x.ttb: error: format version 2 is not known, only 1 at offset 4\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 3, 0}),
            "x.ttb: error: the file says that 3 bytes follow, but there are 1 at offset 5\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 0, 0}),
            "x.ttb: error: the file says that 0 bytes follow, but there are 1 at offset 5\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 0}),
            "x.ttb: error: section 1 is missing at offset 6\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 2, 9, 0}),
            "x.ttb: error: unknown section 9 at offset 6\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 6, 1, 1, 0, 1, 1, 0}),
            "x.ttb: error: section 1 is out of order or repeated at offset 9\n");
  EXPECT_EQ(error_of({'T', 'T', 'V', 'M', 1, 4, 1, 200, 1, 0}),
            "x.ttb: error: section of 200 bytes is longer than the file at offset 7\n");
}

Bytes file(const Bytes& strings, const Bytes& functions, const Bytes& code,
           const Bytes& rest = {}) {
  Bytes all;
  const auto section = [&all](std::uint8_t id, const Bytes& content) {
    all.push_back(id);
    append_varint(all, content.size());
    all.insert(all.end(), content.begin(), content.end());
  };
  section(1, strings);
  section(2, functions);
  section(3, code);
  all.insert(all.end(), rest.begin(), rest.end());
  Bytes out = {'T', 'T', 'V', 'M', 1};
  append_varint(out, all.size());
  out.insert(out.end(), all.begin(), all.end());
  return out;
}

void expect_error(const Bytes& bytes, const std::string& message) {
  EXPECT_EQ(error_of(bytes), "x.ttb: error: " + message + "\n");
}

TEST(Ttb, EveryIndexIsChecked) {
  expect_error(file({1, 1, 'a'}, {1, 1, 0, 1, 0}, {0}), "string 1 is out of range at offset 14");
  expect_error(file({0}, {1, 0, 0, 1, 0}, {0}), "there is no string to refer to at offset 12");
  expect_error(file({1, 1, 'a'}, {1, 0, 2, 1, 0}, {1, 0xFF}),
               "function entry 2 is out of range at offset 15");
  expect_error(file({1, 1, 'a'}, {1, 0, 0, 2, 0}, {0}), "flag 2 is out of range at offset 16");
  expect_error(file({1, 1, 'a'}, {1, 0, 0, 1, 1, 1}, {0}), "string 1 is out of range at offset 18");
  expect_error(file({1, 1, 'a'}, {1, 0, 0, 1, 9, 0}, {0}),
               "number of parameters 9 does not fit its section at offset 17");
  expect_error(file({0}, {0}, {1, 0x30, 2}), "jump target 2 is out of range at offset 16");
  expect_error(file({0}, {0}, {1, 0x32, 0}), "function 0 is out of range at offset 16");
  expect_error(file({0}, {0}, {0}, {5, 3, 1, 0, 0}), "there is no string to refer to at offset 18");
  expect_error(file({1, 1, 'a'}, {0}, {0}, {5, 3, 1, 0, 1}),
               "label 1 is out of range at offset 21");
}

TEST(Ttb, SectionsHoldWhatTheySayAndNoMore) {
  expect_error(file({0, 0}, {0}, {0}), "bytes left over in the section of strings at offset 9");
  expect_error(file({0}, {0, 0}, {0}), "bytes left over in the section of functions at offset 12");
  expect_error(file({0}, {0}, {0, 0xFF}), "bytes left over in the section of code at offset 15");
  expect_error(file({0}, {0}, {2, 0xFF}),
               "number of instructions 2 does not fit its section at offset 14");
  expect_error(file({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, {0}, {0}),
               "number of strings 4294967295 does not fit its section at offset 8");
  expect_error(file({0}, {0}, {0}, {4, 0}), "empty section at offset 17");
  expect_error(file({0}, {0}, {0}, {5, 1, 0}), "empty section at offset 17");
  expect_error(file({0}, {0}, {0}, {6, 1, 0}), "empty section at offset 17");
  expect_error(file({0}, {0}, {0}, {4, 1, 7}), "source name is not printable UTF-8 at offset 17");
  expect_error(file({1, 1, 0xFF}, {0}, {0}), "string is not UTF-8 at offset 9");
}

TEST(Ttb, StringsAreThereOnce) {
  expect_error(file({3, 1, 'a', 1, 'b', 1, 'a'}, {0}, {0}), "string 2 is there twice at offset 13");
  expect_error(file({2, 0, 0}, {0}, {0}), "string 1 is there twice at offset 10");
}

TEST(Ttb, LinesAreSortedAndInRange) {
  const Bytes code = {2, 0xFF, 0xFF};
  expect_error(file({0}, {0}, code, {6, 3, 1, 2, 0}),
               "line entry past the end of the code at offset 20");
  expect_error(file({0}, {0}, code, {6, 5, 2, 0, 0, 0, 2}),
               "line entries are not sorted at offset 22");
  expect_error(file({0}, {0}, code, {6, 3, 1, 0, 1}), "line number is out of range at offset 20");
  expect_error(file({0}, {0}, code, {6, 7, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x20}),
               "line number is out of range at offset 20");
  EXPECT_EQ(error_of(file({0}, {0}, code, {6, 5, 2, 0, 2, 1, 2})), "");
}

// Canonical: what is accepted is exactly what the writer would have written.
void expect_identity_or_error(const Bytes& bytes) {
  const auto result = read_ttb(bytes, "x.ttb");
  if (result) {
    ASSERT_EQ(write_ttb(*result), bytes);
  } else {
    ASSERT_EQ(result.errors().size(), 1U);
  }
}

TEST(Ttb, PrefixesAreAnErrorOrAnotherModule) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Bytes bytes = write_ttb(RandomModule(seed).make());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Bytes prefix(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      expect_identity_or_error(prefix);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_NE(error_of(longer), "");
  }
}

TEST(Ttb, FlippedBitsAreAnErrorOrAnotherModule) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Bytes bytes = write_ttb(RandomModule(seed).make());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        bytes[i] ^= static_cast<std::uint8_t>(1U << bit);
        expect_identity_or_error(bytes);
        bytes[i] ^= static_cast<std::uint8_t>(1U << bit);
      }
    }
  }
}

TEST(Ttb, RandomBytesAreAnErrorOrAModule) {
  base::Random random(7);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = {'T', 'T', 'V', 'M', 1, 1};
    for (std::uint32_t i = random.below(40); i > 0; --i) {
      bytes.push_back(
          static_cast<std::uint8_t>(random.below(3) == 0 ? random.next() : random.below(8)));
    }
    expect_identity_or_error(bytes);
  }
}

}  // namespace
}  // namespace ttvm::bytecode
