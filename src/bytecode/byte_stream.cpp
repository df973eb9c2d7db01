#include "bytecode/byte_stream.hpp"

#include <limits>
#include <utility>

#include "base/assert.hpp"

namespace ttvm::bytecode {

void append_varint(Bytes& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_u64(Bytes& out, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void append_text(Bytes& out, std::string_view text) {
  append_varint(out, text.size());
  out.insert(out.end(), text.begin(), text.end());
}

void ByteReader::fail(std::string message, std::size_t offset) {
  if (!ok()) return;
  failure_->message = std::move(message);
  failure_->offset = offset;
}

std::uint8_t ByteReader::byte() {
  if (!ok()) return 0;
  if (at_ == end_) {
    fail("unexpected end", at_);
    return 0;
  }
  return bytes_[at_++];
}

std::uint64_t ByteReader::varint() {
  const std::size_t start = at_;
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    if (!ok()) return 0;
    const std::uint64_t bits = next & 0x7FU;
    if (shift == 63 && bits > 1) break;
    value |= bits << shift;
    if ((next & 0x80U) != 0) continue;
    if (next == 0 && shift != 0) {
      fail("number not in its shortest form", start);
      return 0;
    }
    return value;
  }
  fail("number of more than 64 bits", start);
  return 0;
}

std::uint64_t ByteReader::u64() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    value |= static_cast<std::uint64_t>(byte()) << shift;
  }
  return ok() ? value : 0;
}

std::string_view ByteReader::text() {
  const std::size_t start = at_;
  const std::uint64_t length = varint();
  if (!ok()) return {};
  if (length > left()) {
    fail("string of " + std::to_string(length) + " bytes is longer than its section", start);
    return {};
  }
  const auto* first = reinterpret_cast<const char*>(bytes_.data() + at_);
  at_ += static_cast<std::size_t>(length);
  return {first, static_cast<std::size_t>(length)};
}

std::uint64_t ByteReader::varint_up_to(std::uint64_t limit, std::string_view what) {
  const std::size_t start = at_;
  const std::uint64_t value = varint();
  if (ok() && value > limit) {
    fail(std::string(what) + " " + std::to_string(value) + " is out of range", start);
  }
  return ok() ? value : 0;
}

std::uint32_t ByteReader::count(std::size_t element_bytes, std::string_view what) {
  const std::size_t start = at_;
  const std::uint64_t value = varint();
  if (!ok()) return 0;
  // The largest value stays free: "index + 1" and "one past the end" are 32-bit numbers as well.
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() - 1U;
  if (value > left() / element_bytes || value > kMost) {
    fail("number of " + std::string(what) + " " + std::to_string(value) +
             " does not fit its section",
         start);
    return 0;
  }
  return static_cast<std::uint32_t>(value);
}

ByteReader ByteReader::slice(std::size_t length) {
  TTVM_CHECK(length <= left());
  ByteReader part(bytes_, at_, at_ + length, failure_);
  at_ += length;
  return part;
}

}  // namespace ttvm::bytecode
