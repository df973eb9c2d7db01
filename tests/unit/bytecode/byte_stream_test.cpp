#include "bytecode/byte_stream.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ttvm::bytecode {
namespace {

struct Input {
  explicit Input(Bytes content) : bytes(std::move(content)) {
    reader = ByteReader(bytes, 0, bytes.size(), &failure);
  }
  Bytes bytes;
  Failure failure;
  ByteReader reader;
};

TEST(ByteStream, VarintsComeBack) {
  const std::uint64_t values[] = {0, 1, 127, 128, 16383, 16384, 1ULL << 63U, ~0ULL};
  for (const std::uint64_t value : values) {
    Bytes bytes;
    append_varint(bytes, value);
    Input in(bytes);
    EXPECT_EQ(in.reader.varint(), value);
    EXPECT_TRUE(in.reader.ok());
    EXPECT_EQ(in.reader.left(), 0U);
  }
}

TEST(ByteStream, ZigzagKeepsSmallNumbersSmall) {
  EXPECT_EQ(zigzag(0), 0U);
  EXPECT_EQ(zigzag(-1), 1U);
  EXPECT_EQ(zigzag(1), 2U);
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
        std::int64_t{-12345}, std::int64_t{0}}) {
    EXPECT_EQ(unzigzag(zigzag(value)), value);
  }
}

TEST(ByteStream, OnlyTheShortestFormOfAVarintIsRead) {
  for (const Bytes& bytes : {Bytes{0x80, 0x00}, Bytes{0xFF, 0x80, 0x00}}) {
    Input in(bytes);
    in.reader.varint();
    EXPECT_EQ(in.failure.message, "number not in its shortest form");
    EXPECT_EQ(in.failure.offset, 0U);
  }
}

TEST(ByteStream, AVarintHasAtMost64Bits) {
  Input most(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01});
  EXPECT_EQ(most.reader.varint(), ~0ULL);
  EXPECT_TRUE(most.reader.ok());
  for (const std::uint8_t last : {0x02, 0x7F, 0x81}) {
    Input in(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, last, 0x00});
    in.reader.varint();
    EXPECT_FALSE(in.reader.ok());
  }
}

TEST(ByteStream, WordsAreLittleEndian) {
  Bytes bytes;
  append_u64(bytes, 0x0102030405060708ULL);
  EXPECT_EQ(bytes, (Bytes{8, 7, 6, 5, 4, 3, 2, 1}));
  Input in(bytes);
  EXPECT_EQ(in.reader.u64(), 0x0102030405060708ULL);
}

TEST(ByteStream, TheFirstErrorSticksAndReadsGiveZero) {
  Input in(Bytes{0x85});
  EXPECT_EQ(in.reader.varint(), 0U);
  EXPECT_EQ(in.failure.message, "unexpected end");
  EXPECT_EQ(in.failure.offset, 1U);
  in.reader.fail("later", 0);
  EXPECT_EQ(in.failure.message, "unexpected end");
  EXPECT_EQ(in.reader.byte(), 0);
  EXPECT_EQ(in.reader.text(), "");
}

TEST(ByteStream, ATextLongerThanItsRangeIsAnError) {
  Input in(Bytes{5, 'a', 'b'});
  in.reader.text();
  EXPECT_EQ(in.failure.message, "string of 5 bytes is longer than its section");
}

TEST(ByteStream, ACountIsBoundedByTheInput) {
  Input fits(Bytes{2, 0, 0, 0, 0});
  EXPECT_EQ(fits.reader.count(2, "things"), 2U);
  Input too_many(Bytes{3, 0, 0, 0, 0});
  too_many.reader.count(2, "things");
  EXPECT_EQ(too_many.failure.message, "number of things 3 does not fit its section");
}

TEST(ByteStream, ASliceEndsWhereItShould) {
  Input in(Bytes{1, 2, 3});
  ByteReader part = in.reader.slice(2);
  EXPECT_EQ(part.byte(), 1);
  EXPECT_EQ(part.byte(), 2);
  EXPECT_EQ(in.reader.byte(), 3);
  part.byte();
  EXPECT_EQ(in.failure.offset, 2U);
}

}  // namespace
}  // namespace ttvm::bytecode
