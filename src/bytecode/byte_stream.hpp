// The primitive encodings of a .ttb file: bytes, LEB128 varints in their shortest form, zigzag for
// signed values, 64-bit words as little-endian bytes. Independent of the machine's byte order.
//
// A reader never reads outside of its range. Its first error sticks, in a Failure that the readers
// of one file share; from then on every read returns 0, so that callers test ok() once per element.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ttvm::bytecode {

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

using Bytes = std::vector<std::uint8_t>;

void append_varint(Bytes& out, std::uint64_t value);
void append_u64(Bytes& out, std::uint64_t value);
void append_text(Bytes& out, std::string_view text);  // varint length, then the bytes

struct Failure {
  std::string message;  // empty: none
  std::size_t offset = 0;
};

class ByteReader {
 public:
  ByteReader() = default;
  // Reads bytes[begin, end); offsets in errors count from the start of `bytes`. `failure` outlives
  // it.
  ByteReader(std::span<const std::uint8_t> bytes, std::size_t begin, std::size_t end,
             Failure* failure)
      : bytes_(bytes), at_(begin), end_(end), failure_(failure) {}

  bool ok() const { return failure_->message.empty(); }
  std::size_t offset() const { return at_; }
  std::size_t left() const { return end_ - at_; }

  // Records an error, unless there is one already.
  void fail(std::string message, std::size_t offset);

  std::uint8_t byte();
  std::uint64_t varint();
  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::uint64_t u64();
  std::string_view text();  // a view into the input; any bytes

  // A varint below or equal to `limit`; else the error "<what> N is out of range".
  std::uint64_t varint_up_to(std::uint64_t limit, std::string_view what);

  // The number of elements of a section, each of which takes at least `element_bytes`: what cannot
  // fit into the rest of the range is an error, so that the caller may reserve memory for it.
  std::uint32_t count(std::size_t element_bytes, std::string_view what);

  // A reader of the next `length` bytes, which this one skips. Requires length <= left().
  ByteReader slice(std::size_t length);

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  Failure* failure_ = nullptr;
};

}  // namespace ttvm::bytecode
