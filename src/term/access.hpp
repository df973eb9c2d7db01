// Reading values: numbers, strings, list elements, object fields. Nothing here allocates.
//
// Thread safety: reads only; safe wherever the value itself may be read. Every pointer and
// string_view given out is valid while the value is reachable and nothing collects.
#pragma once

#include <cstdint>
#include <string_view>

#include "term/blob.hpp"
#include "term/box.hpp"
#include "term/shape.hpp"
#include "term/symbols.hpp"

namespace ttvm::term {

// ---- Numbers

inline bool is_int(Term t) { return t.is_small() || is_kind(t, Kind::kInt64); }
inline bool is_float(Term t) { return t.is_flonum() || is_kind(t, Kind::kFloat64); }
inline bool is_number(Term t) { return type_of(t) <= Type::kFloat; }

// False if `t` is not an Int.
inline bool as_int64(Term t, std::int64_t& out) {
  if (t.is_small()) {
    out = t.as_small();
    return true;
  }
  if (!is_kind(t, Kind::kInt64)) return false;
  out = static_cast<std::int64_t>(t.pointer()[1]);
  return true;
}

// An Int or a Float as a double (an Int beyond 2^53 is rounded). False if it is neither.
inline bool as_double(Term t, double& out) {
  if (t.to_flonum(out)) return true;
  if (is_kind(t, Kind::kFloat64)) {
    out = std::bit_cast<double>(t.pointer()[1]);
    return true;
  }
  std::int64_t integer = 0;
  if (!as_int64(t, integer)) return false;
  out = static_cast<double>(integer);
  return true;
}

// ---- Strings and bytes

inline bool is_string(Term t) { return t.is_box() && type_of(t) == Type::kStr; }
inline bool is_bytes(Term t) { return t.is_box() && type_of(t) == Type::kBytes; }

inline Blob* blob_of(Term big) { return reinterpret_cast<Blob*>(big.pointer()[kBigBlob]); }

// The bytes of a Str or a Bytes.
inline std::string_view text_of(Term t) {
  const Word* box = t.pointer();
  const Header header(*box);
  if (!is_off_heap(header.kind())) {
    return {reinterpret_cast<const char*>(box + kInlineData), header.size()};
  }
  return {blob_of(t)->data() + box[kBigOffset], box[kBigSize]};
}

// The byte `at` of a Bytes; false if it is none or has not so many.
inline bool try_byte_at(Term t, std::uint64_t at, Term& byte) {
  const Kind kind = header_of(t).kind();
  if (kind != Kind::kBigBytes && kind != Kind::kBytes) return false;
  const std::string_view bytes = text_of(t);
  if (at >= bytes.size()) return false;
  byte = Term::small(static_cast<unsigned char>(bytes[at]));
  return true;
}

// A code point starts at every byte that is not 10xxxxxx; so the count of a joined text is the sum
// of the counts, whatever the bytes are. O(n), eight bytes at a time.
std::uint64_t count_code_points(std::string_view text);

// Length of a Str in code points; O(1).
inline std::uint64_t string_length(Term t) {
  const Word* box = t.pointer();
  const Header header(*box);
  return header.kind() == Kind::kStr ? header.aux() : box[kBigPoints];
}

// The bytes of one code point, at most 4; `index` < string_length. O(1) when the text is all ASCII,
// else O(n).
std::string_view string_at(Term t, std::uint64_t index);

// Hash of a Str: O(1) if it is interned.
inline std::uint64_t hash_of_string(Term t) {
  return is_interned(t) ? interned_hash(t) : hash_string(text_of(t));
}

// Two strings (or two byte strings). One compare when both are interned.
inline bool same_text(Term a, Term b) {
  if (a.same(b)) return true;
  if ((header_of(a).flags() & header_of(b).flags() & kInterned) != 0) return false;
  return text_of(a) == text_of(b);
}

// ---- Lists

inline bool is_list(Term t) {
  return t.is_box() && (header_of(t).kind() == Kind::kList || header_of(t).kind() == Kind::kVec);
}

inline std::uint64_t list_length(Term list) {
  const Word* box = list.pointer();
  const Header header(*box);
  return header.kind() == Kind::kList ? header.size() : box[kVecCount];
}

// Elements of a kVec that are not in its tail.
constexpr std::uint64_t tail_offset(std::uint64_t count) {
  return count == 0 ? 0 : (count - 1) & ~std::uint64_t{kNodeSlots - 1};
}

// The elements of a kVec from `index & ~31` on (32 of them, or those of the tail).
inline const Term* vec_leaf(const Word* vec, std::uint64_t index) {
  Term node = Term::from_word(vec[kVecTail]);
  if (index < tail_offset(vec[kVecCount])) {
    node = Term::from_word(vec[kVecRoot]);
    for (unsigned shift = Header(vec[0]).aux(); shift > 0; shift -= 5) {
      node = Term::from_word(node.pointer()[kNodeFirst + ((index >> shift) & (kNodeSlots - 1))]);
    }
  }
  return reinterpret_cast<const Term*>(node.pointer() + kNodeFirst);
}

// `index` < list_length. O(log n), base 32.
[[gnu::always_inline]] inline Term list_get(Term list, std::uint64_t index) {
  const Word* box = list.pointer();
  if (Header(*box).kind() == Kind::kList) return Term::from_word(box[kListElements + index]);
  return vec_leaf(box, index)[index & (kNodeSlots - 1)];
}

// Elements in order; O(1) each. Holds pointers into the heap: no collection while it is in use.
class ListReader {
 public:
  explicit ListReader(Term list, std::uint64_t start = 0)
      : box_(list.pointer()), index_(start), count_(list_length(list)) {
    flat_ = Header(*box_).kind() == Kind::kList;
    if (flat_) leaf_ = reinterpret_cast<const Term*>(box_ + kListElements);
    if (!flat_ && start < count_) leaf_ = vec_leaf(box_, start);
  }
  bool done() const { return index_ >= count_; }
  std::uint64_t position() const { return index_; }
  Term next() {
    const std::uint64_t slot = index_ & (kNodeSlots - 1);
    if (slot == 0 && !flat_) leaf_ = vec_leaf(box_, index_);
    ++index_;
    return leaf_[slot];
  }

 private:
  const Word* box_;
  const Term* leaf_ = nullptr;
  std::uint64_t index_;
  std::uint64_t count_;
  bool flat_;
};

// ---- Objects

inline bool is_object(Term t) {
  return t.is_box() && (header_of(t).kind() == Kind::kObject || header_of(t).kind() == Kind::kDict);
}

// Number of fields.
inline std::uint64_t object_count(Term object) {
  const Word* box = object.pointer();
  return Header(*box).kind() == Kind::kObject ? Header(*box).aux() : box[kDictLive];
}

// The value of a field, or unset. `key` is any Str. O(1) for kObject, O(log n) for kDict.
Term object_get(Term object, Term key);
Term object_get(Term object, std::string_view key);

// Number of the entry of `key` in a kDict, or -1.
std::int64_t dict_find(Term dict, Term key);
std::int64_t dict_find(Term dict, Term key, std::uint64_t hash);  // with hash_of_string(key)

// Entries of an object by position, in insertion order: 0 <= position < object_positions. Some of a
// dict's are deleted ones; then object_entry is false. O(1) for kObject, O(log n) for kDict.
std::uint64_t object_positions(Term object);
bool object_entry(Term object, std::uint64_t position, Term& key, Term& value);

// Fields in insertion order. O(1) each. No collection while it is in use.
class ObjectReader {
 public:
  explicit ObjectReader(Term object);
  bool next(Term& key, Term& value);  // false after the last

 private:
  const Shape* shape_ = nullptr;  // null for a dict
  const Word* box_;
  std::uint64_t index_ = 0;
  ListReader entries_;
};

// How the hash of a key is laid out in a dict's index: a trie of 5 bits a level, then one level of
// lists for keys that agree in all of them. A leaf is a small: entry number (31 bits) and hash (31
// bits), so that most lookups of a missing key end without looking at another key.
inline constexpr unsigned kHamtBits = 5;
inline constexpr unsigned kHamtLevels = 6;  // level kHamtLevels is the list; its bitmap is unused
inline constexpr std::uint64_t kHamtMask = (std::uint64_t{1} << 31U) - 1;
inline constexpr std::uint64_t kSmallDict = 8;  // entries up to which a dict needs no index

constexpr std::uint32_t dict_hash(std::uint64_t string_hash) {
  return static_cast<std::uint32_t>((string_hash ^ (string_hash >> 32U)) & kHamtMask);
}
constexpr Term hamt_leaf(std::uint64_t entry, std::uint32_t hash) {
  return Term::small(static_cast<std::int64_t>((std::uint64_t{hash} << 31U) | entry));
}
constexpr std::uint64_t leaf_entry(Term leaf) {
  return static_cast<std::uint64_t>(leaf.as_small()) & kHamtMask;
}
constexpr std::uint32_t leaf_hash(Term leaf) {
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(leaf.as_small()) >> 31U) &
                                    kHamtMask);
}
constexpr std::uint32_t hamt_bit(std::uint32_t hash, unsigned level) {
  return std::uint32_t{1} << ((hash >> (level * kHamtBits)) & 31U);
}

// ---- Functions, refs, exceptions

inline bool is_function(Term t) { return t.is_box() && type_of(t) == Type::kFunction; }
inline const FunctionInfo* function_info(Term function) {
  return reinterpret_cast<const FunctionInfo*>(function.pointer()[kFunctionInfo]);
}
// Captured values, in order of capture; none for a plain function.
inline std::uint32_t capture_count(Term function) {
  const Header header = header_of(function);
  return header.kind() == Kind::kClosure ? header.size() : 0;
}
inline const Term* captures(Term closure) {
  return reinterpret_cast<const Term*>(closure.pointer() + kClosureCaptures);
}

inline std::uint64_t ref_number(Term ref) { return ref.pointer()[kRefNumber]; }
inline std::uint64_t ref_owner(Term ref) { return ref.pointer()[kRefOwner]; }
// Without the bit that says who made it.
inline std::uint64_t ref_mark(Term ref) { return ref.pointer()[kRefMark] & ~kAskMark; }
inline bool ref_is_ask(Term ref) { return (ref.pointer()[kRefMark] & kAskMark) != 0; }

inline Term exception_part(Term exception, std::size_t word) {
  return Term::from_word(exception.pointer()[word]);
}
// A Str, or null if something else than a string was thrown; then `value` has it.
inline Term exception_message(Term e) { return exception_part(e, kExceptionMessage); }
inline Term exception_value(Term e) { return exception_part(e, kExceptionValue); }
inline Term exception_stack(Term e) { return exception_part(e, kExceptionStack); }

}  // namespace ttvm::term
