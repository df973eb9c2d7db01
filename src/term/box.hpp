// Layout of boxed values: a header word, then words. The header's low three bits are 100, so that a
// collector can put a forwarding pointer (000) in its place.
//
// clang-format off
//
//   63            32 31        16 15     8 7   3 2 0
//   [ size / id     ][ aux       ][ flags ][kind][100]
//
//   kind        size (32 bits)   aux (16)       words after the header
//   kInt64      -                -              int64
//   kFloat64    -                -              double
//   kStr        bytes (<= 64)    code points    bytes, padded with zeros to a word
//   kBytes      bytes (<= 64)    -              bytes, padded with zeros to a word
//   kBigStr     -                -              Blob*, next off-heap box, offset, bytes, code points
//   kBigBytes   -                -              Blob*, next off-heap box, offset, bytes, 0
//   kList       elements (<= 32) -              elements
//   kVec        -                shift          count, root (kNode or unset), tail (kNode)
//   kNode       slots (<= 32)    slots in use   terms (free slots are unset)
//   kObject     shape id         fields         values, in the order of the shape's keys
//   kDict       -                -              live count, entries used, index (kHamt or unset),
//                                               entries (a list: key0, value0, key1, value1 ...)
//   kHamt       slots            level          bitmap (raw), slots: kHamt, or small: entry number
//                                               below, hash above (see access.hpp)
//   kFunction   -                -              FunctionInfo*
//   kClosure    captures         -              FunctionInfo*, captured values
//   kRef        -                -              number, owner, mark (all raw)
//   kException  -                -              message, value, stack (a list of strings)
//
// clang-format on
// Counts, sizes and offsets are raw words. A kVec holds `shift / 5` levels of inner nodes over full
// leaves of 32, and a tail with the remaining 1 to 32 elements; with shift 0 there is only the
// tail.
//
// A kRef is its number: equality, hash and print know nothing else of it. Its owner is the process
// that made it (0: none), its mark how many messages that process's mailbox had ever taken in at
// that moment. No message taken in before can hold the ref, so that a selective receive for it need
// not look at older ones. The top bit of the mark (kAskMark) says that an ASK made it.
//
// kStatic boxes live outside of every heap for as long as the VM does: collector and message copy
// leave them alone. An interned string (kInterned) is static, unique for its text, and has its hash
// in the word before the header; two interned strings are equal only if they are the same word.
//
// kAged and kOld are the collector's (heap/collector.hpp): an aged box has outlived a collection,
// an old one, of which there are some in large heaps only, two. No box is written to after its
// first collection, so a box never refers to one that is younger.
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include "term/term.hpp"

namespace ttvm::term {

enum HeaderFlag : std::uint8_t {
  kStatic = 1U << 0U,
  kInterned = 1U << 1U,
  kAged = 1U << 2U,
  kOld = 1U << 3U,
};

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
  constexpr Header with_aux_more_by(std::uint64_t more) const {
    return Header(word_ + (more << 16U));
  }
  constexpr Header with_flags(std::uint8_t flags) const {
    return Header((word_ & ~(Word{0xFF} << 8U)) | (static_cast<Word>(flags) << 8U));
  }

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
inline constexpr std::size_t kMaxFlatList = 32;

// Positions of words within their boxes (0 is the header).
inline constexpr std::size_t kInlineData = 1;  // kStr, kBytes
inline constexpr std::size_t kBigBlob = 1, kBigNext = 2, kBigOffset = 3, kBigSize = 4;
inline constexpr std::size_t kBigPoints = 5, kBigWords = 6;
inline constexpr std::size_t kListElements = 1;
inline constexpr std::size_t kVecCount = 1, kVecRoot = 2, kVecTail = 3, kVecWords = 4;
inline constexpr std::size_t kNodeFirst = 1;
inline constexpr std::size_t kObjectFields = 1;
inline constexpr std::size_t kDictLive = 1, kDictUsed = 2, kDictIndex = 3, kDictEntries = 4;
inline constexpr std::size_t kDictWords = 5;
inline constexpr std::size_t kHamtBitmap = 1, kHamtSlots = 2;
inline constexpr std::size_t kFunctionInfo = 1, kClosureCaptures = 2;
inline constexpr std::size_t kRefNumber = 1, kRefOwner = 2, kRefMark = 3, kRefWords = 4;
inline constexpr Word kAskMark = Word{1} << 63U;  // in the mark
inline constexpr std::size_t kExceptionMessage = 1, kExceptionValue = 2, kExceptionStack = 3;
inline constexpr std::size_t kExceptionWords = 4;

// What collector and message copy need to know of a box: the words that a copy has (header
// included) and which of them are terms: [first_term, end_term). A kNode is copied without its free
// slots, so `words` may be less than the original occupies.
struct BoxLayout {
  std::uint32_t words;
  std::uint32_t first_term;
  std::uint32_t end_term;
};

// How to compute that without a branch, since collections and copies meet all kinds in turn:
// words = base + (size in the masks' terms); all words from `first_term` on are terms, or none.
struct LayoutRule {
  std::uint32_t base;
  std::uint32_t first_term;
  std::uint32_t has_terms;  // these four: all ones, or 0
  std::uint32_t by_size;
  std::uint32_t by_bytes;
  std::uint32_t by_aux;
};

inline constexpr std::uint32_t kYes = ~std::uint32_t{0};
inline constexpr LayoutRule kLayoutRules[] = {
    {2, 0, 0, 0, 0, 0},                                  // kInt64
    {2, 0, 0, 0, 0, 0},                                  // kFloat64
    {1, 0, 0, 0, kYes, 0},                               // kStr
    {kBigWords, 0, 0, 0, 0, 0},                          // kBigStr
    {1, 0, 0, 0, kYes, 0},                               // kBytes
    {kBigWords, 0, 0, 0, 0, 0},                          // kBigBytes
    {1, kListElements, kYes, kYes, 0, 0},                // kList
    {kVecWords, kVecRoot, kYes, 0, 0, 0},                // kVec
    {1, kNodeFirst, kYes, 0, 0, kYes},                   // kNode
    {1, kObjectFields, kYes, 0, 0, kYes},                // kObject
    {kDictWords, kDictIndex, kYes, 0, 0, 0},             // kDict
    {2, kHamtSlots, kYes, kYes, 0, 0},                   // kHamt
    {2, 0, 0, 0, 0, 0},                                  // kFunction
    {2, kClosureCaptures, kYes, kYes, 0, 0},             // kClosure
    {kRefWords, 0, 0, 0, 0, 0},                          // kRef
    {kExceptionWords, kExceptionMessage, kYes, 0, 0, 0}  // kException
};
static_assert(std::size(kLayoutRules) == static_cast<std::size_t>(Kind::kException) + 1);

constexpr BoxLayout layout(Header header) {
  const LayoutRule& rule = kLayoutRules[static_cast<std::size_t>(header.kind())];
  const std::uint32_t size = header.size();
  const std::uint32_t words = rule.base + (size & rule.by_size) + ((size + 7) / 8 & rule.by_bytes) +
                              (header.aux() & rule.by_aux);
  return {words, rule.first_term, words & rule.has_terms};
}
static_assert(layout(Header(Kind::kStr, 9, 9)).words == 3);
static_assert(layout(Header(Kind::kNode, 32, 5)).end_term == 6);
static_assert(layout(Header(Kind::kObject, 77, 2)).words == 3);
static_assert(layout(Header(Kind::kHamt, 3, 1)).words == 5);
static_assert(layout(Header(Kind::kRef, 0)).words == 4 &&
              layout(Header(Kind::kRef, 0)).end_term == 0);

constexpr bool is_off_heap(Kind kind) { return kind == Kind::kBigStr || kind == Kind::kBigBytes; }

// The header of a copy: without flags, and a kNode loses its free slots.
constexpr Header header_of_copy(Header header) {
  return header.kind() == Kind::kNode ? Header(Kind::kNode, header.aux(), header.aux())
                                      : header.with_flags(0);
}

inline constexpr std::array<Type, 16> kTypeOfKind = {
    Type::kInt,      Type::kFloat,    Type::kStr,  Type::kStr,       Type::kBytes,  Type::kBytes,
    Type::kList,     Type::kList,     Type::kList, Type::kObject,    Type::kObject, Type::kObject,
    Type::kFunction, Type::kFunction, Type::kRef,  Type::kException,
};
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kFloat64)] == Type::kFloat);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kBigBytes)] == Type::kBytes);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kHamt)] == Type::kObject);
static_assert(kTypeOfKind[static_cast<std::size_t>(Kind::kException)] == Type::kException);

constexpr Type type_of_box(Kind kind) { return kTypeOfKind[static_cast<std::size_t>(kind)]; }
inline Type type_of(Term t) {
  if (t.is_small()) return Type::kInt;
  if (t.is_flonum()) return Type::kFloat;
  if (t.is_box()) return type_of_box(header_of(t).kind());
  if (t.is_pid()) return Type::kPid;
  if (t.is_pattern()) return Type::kPattern;
  return t.is_bool() ? Type::kBool : Type::kNull;
}
std::string_view type_name(Type type);          // "int": TYPE_OF
std::string_view type_display_name(Type type);  // "Int": error messages

}  // namespace ttvm::term
