// Layout of boxed values: a header word, then words. The header's low three bits are 100, so that a
// collector can put a forwarding pointer (000) in its place.
//
//   63            32 31        16 15     8 7   3 2 0
//   [ size / id     ][ aux       ][ flags ][kind][100]
//
//   kind        size (32 bits)     aux (16)        words after the header
//   kInt64      -                  -               int64
//   kFloat64    -                  -               double
//   kStr        bytes (<= 64)      code points     bytes, padded with zeros to a word
//   kBytes      bytes (<= 64)      -               bytes, padded with zeros
//   kBigStr     -                  -               Blob*, next off-heap box, offset, bytes, code points
//   kBigBytes   -                  -               Blob*, next off-heap box, offset, bytes, 0
//   kList       elements (<= 32)   -               elements
//   kVec        -                  shift           count, root (kNode), tail (kNode)
//   kNode       slots (<= 32)      slots in use    terms (free slots are unset)
//   kObject     shape id           fields          values, in the order of the shape's keys
//   kDict       -                  -               live count, entries used, index (kHamt or null),
//                                                  entries (a list: key0, value0, key1, value1 ...)
//   kHamt       slots              level           bitmap (raw), slots: small (entry number) or kHamt
//   kFunction   -                  -               FunctionInfo*
//   kClosure    captures           -               FunctionInfo*, captured values
//   kRef        -                  -               number (raw)
//   kException  -                  -               message, value, stack (a list of strings)
//
// kStatic boxes live outside of every heap for as long as the VM does: collector and message copy
// leave them alone. An interned string (kInterned) is static, unique for its text, and has its hash
// in the word before the header; two interned strings are equal only if they are the same word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "term/term.hpp"

namespace ttvm::term {

enum HeaderFlag : std::uint8_t { kStatic = 1U << 0U, kInterned = 1U << 1U };

class Header {
 public:
  constexpr explicit Header(Word word) : word_(word) {}
  constexpr Header(Kind kind, std::uint32_t size, std::uint16_t aux = 0, std::uint8_t flags = 0)
      : word_((static_cast<Word>(size) << 32U) | (static_cast<Word>(aux) << 16U) |
              (static_cast<Word>(flags) << 8U) | (static_cast<Word>(kind) << 3U) | 4U) {}
  constexpr Word word() const { return word_; }
  constexpr Kind kind() const { return static_cast<Kind>((word_ >> 3U) & 31U); }
  constexpr std::uint8_t flags() const { return static_cast<std::uint8_t>(word_ >> 8U); }
  constexpr std::uint16_t aux() const { return static_cast<std::uint16_t>(word_ >> 16U); }
  constexpr std::uint32_t size() const { return static_cast<std::uint32_t>(word_ >> 32U); }
  constexpr bool is_forward() const { return (word_ & 7U) == 0; }

 private:
  Word word_;
};

inline Header header_of(Term box) { return Header(*box.pointer()); }
inline bool is_kind(Term t, Kind kind) { return t.is_box() && header_of(t).kind() == kind; }

// What a Function value points to; the code behind it is lower's business. Lives as long as the VM.
struct FunctionInfo {
  std::string name;
  std::uint32_t arity = 0;
};

inline constexpr std::size_t kMaxInlineBytes = 64;
inline constexpr std::size_t kNodeSlots = 32;

Type type_of(Term t);
std::string_view type_name(Type type);          // "int": TYPE_OF
std::string_view type_display_name(Type type);  // "Int": error messages

}  // namespace ttvm::term
