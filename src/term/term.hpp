// A value: one 64-bit tagged word. Trivially copyable; what a boxed one points to never changes
// (two exceptions, both invisible to programs: free slots of list tails, and forwarding while the
// owner collects or copies). A Term knows no heap: whoever holds one must keep it reachable.
//
//   63                                                            3 2 1 0
//   iiiiiiii iiiiiiii iiiiiiii iiiiiiii iiiiiiii iiiiiiii iiiiiiii iiiiiii1   Int, 63 bits
//   ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff fffffs10   Float, rotated
//   pppppppp pppppppp pppppppp pppppppp pppppppp pppppppp pppppppp ppppp000   pointer to a box
//   nnnnnnnn nnnnnnnn nnnnnnnn nnnnnnnn nnnnnnnn nnnnnnnn nnnnnnnn ssssS100   other immediate
//                                                    payload above, sub-tag in bits 3-7
//
// Floats with an exponent near 1.0 (|x| from about 1e-77 to 1e+77) and 0.0 are immediate, all
// others boxed. The upper three bits of such an exponent are 011 or 100; with one added to the
// third, both begin with 10, which three bits of rotation make the tag: no bit is lost and none has
// to be put back. (After Melancon, Feeley and Serrano, "Float Self-Tagging", 2024.) 0.0 has a
// word of its own among the other immediates: who finds no float has to look for it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"

namespace ttvm::term {

using Word = std::uint64_t;

// What a program can tell apart. Order and names are those of TYPE_OF. The numbers are also those
// of TYPE_PATTERN in a .ttb file: a new type is added at the end.
enum class Type : std::uint8_t {
  kInt,
  kFloat,
  kStr,
  kBool,
  kNull,
  kList,
  kObject,
  kBytes,
  kPid,
  kRef,
  kFunction,
  kException,
  kPattern,
};

// How a boxed value is laid out; see box.hpp.
enum class Kind : std::uint8_t {
  kInt64,
  kFloat64,
  kStr,
  kBigStr,
  kBytes,
  kBigBytes,
  kList,
  kVec,
  kNode,
  kObject,
  kDict,
  kHamt,
  kFunction,
  kClosure,
  kRef,
  kException,
};

class Term {
 public:
  constexpr Term() : word_(kUnsetWord) {}
  static constexpr Term from_word(Word word) { return Term(word); }
  static Term box(const Word* pointer) { return Term(reinterpret_cast<Word>(pointer)); }
  constexpr Word word() const { return word_; }

  // Int: 63 bits immediate. Integers outside are boxed (Kind::kInt64).
  static constexpr std::int64_t kMinSmall = -(std::int64_t{1} << 62);
  static constexpr std::int64_t kMaxSmall = (std::int64_t{1} << 62) - 1;
  static constexpr bool fits_small(std::int64_t v) { return v >= kMinSmall && v <= kMaxSmall; }
  static constexpr Term small(std::int64_t v) { return Term((static_cast<Word>(v) << 1U) | 1U); }
  constexpr bool is_small() const { return (word_ & 1U) != 0; }
  constexpr std::int64_t as_small() const { return static_cast<std::int64_t>(word_) >> 1U; }

  // Float. `try_flonum` is false for the few that need a box (Kind::kFloat64). The bias may be
  // given by who has it in a machine register.
  static constexpr Word kFloatBias = Word{1} << 60U;
  [[gnu::always_inline]] static constexpr bool try_flonum(double value, Term& out,
                                                          Word bias = kFloatBias) {
    const Word bits = std::bit_cast<Word>(value);
    const Word word = std::rotl(bits + bias, 3);
    if (TTVM_LIKELY(has_float_tag(word))) {
      out = Term(word);
      return true;
    }
    if (bits == 0) {
      out = Term(kZeroFloatWord);
      return true;
    }
    return false;
  }
  constexpr bool is_flonum() const { return has_float_tag(word_) || word_ == kZeroFloatWord; }
  // False if it is no immediate float.
  [[gnu::always_inline]] constexpr bool to_flonum(double& out, Word bias = kFloatBias) const {
    if (TTVM_LIKELY(has_float_tag(word_))) {
      out = untagged_float(bias);
      return true;
    }
    out = 0;
    return word_ == kZeroFloatWord;
  }
  // Both at once, in one test, unless one of them is 0.0.
  [[gnu::always_inline]] static constexpr bool to_flonums(Term a, Term b, double& x, double& y,
                                                          Word bias = kFloatBias) {
    return to_tagged_floats(a, b, x, y, bias) || (a.to_flonum(x, bias) && b.to_flonum(y, bias));
  }
  // The same for two that are not 0.0.
  [[gnu::always_inline]] static constexpr bool to_tagged_floats(Term a, Term b, double& x,
                                                                double& y, Word bias = kFloatBias) {
    if (TTVM_UNLIKELY((((a.word_ - 2) | (b.word_ - 2)) & 3U) != 0)) return false;
    x = a.untagged_float(bias);
    y = b.untagged_float(bias);
    return true;
  }

  // Boxed.
  constexpr bool is_box() const { return (word_ & 7U) == 0; }
  const Word* pointer() const { return reinterpret_cast<const Word*>(word_); }
  Word* mutable_pointer() const { return reinterpret_cast<Word*>(word_); }

  // The other immediates.
  static constexpr Term null() { return Term(kNullWord); }
  static constexpr Term boolean(bool v) { return Term(v ? kTrueWord : kFalseWord); }
  static constexpr Term pid(std::uint64_t number) { return Term((number << 8U) | kPidTag); }
  // A variable that is not set, a free slot, a deleted entry. Programs never see it.
  static constexpr Term unset() { return Term(kUnsetWord); }
  constexpr bool is_null() const { return word_ == kNullWord; }
  constexpr bool is_bool() const { return word_ == kTrueWord || word_ == kFalseWord; }
  constexpr bool is_true() const { return word_ == kTrueWord; }
  constexpr bool is_unset() const { return word_ == kUnsetWord; }
  constexpr bool is_pid() const { return (word_ & 0xFFU) == kPidTag; }
  constexpr std::uint64_t as_pid() const { return word_ >> 8U; }

  // Patterns (term/match.hpp): one that matches all, and one for each type.
  static constexpr Term any_pattern() { return Term(kPatternTag); }
  static constexpr Term type_pattern(Type type) {
    return Term(((static_cast<Word>(type) + 1) << 8U) | kPatternTag);
  }
  constexpr bool is_pattern() const { return (word_ & 0xFFU) == kPatternTag; }
  constexpr bool is_any_pattern() const { return word_ == kPatternTag; }
  // Of a pattern other than ANY.
  constexpr Type pattern_type() const { return static_cast<Type>((word_ >> 8U) - 1); }

  // LANGUAGE, section 2: false are `false`, `null`, Int 0; all else is true.
  constexpr bool truthy() const {
    return word_ != kFalseWord && word_ != kNullWord && word_ != small(0).word_;
  }

  // Same word. Not EQ: equal boxes at two places differ here.
  constexpr bool same(Term other) const { return word_ == other.word_; }

 private:
  explicit constexpr Term(Word word) : word_(word) {}

  static constexpr Word kImmediate = 4;
  static constexpr Word kSpecialTag = (Word{0} << 3U) | kImmediate;
  static constexpr Word kPidTag = (Word{1} << 3U) | kImmediate;
  static constexpr Word kPatternTag = (Word{2} << 3U) | kImmediate;
  static constexpr Word kNullWord = (Word{1} << 8U) | kSpecialTag;
  static constexpr Word kFalseWord = (Word{2} << 8U) | kSpecialTag;
  static constexpr Word kTrueWord = (Word{3} << 8U) | kSpecialTag;
  static constexpr Word kUnsetWord = (Word{4} << 8U) | kSpecialTag;
  static constexpr Word kZeroFloatWord = (Word{5} << 8U) | kSpecialTag;

  // A difference takes one instruction less than a mask and a comparison, and two values one more.
  static constexpr bool has_float_tag(Word word) { return ((word - 2) & 3U) == 0; }
  constexpr double untagged_float(Word bias) const {
    return std::bit_cast<double>(std::rotr(word_, 3) - bias);
  }

  Word word_;
};

static_assert(sizeof(Term) == 8);
static_assert(Term::small(-1).as_small() == -1 &&
              Term::small(Term::kMinSmall).as_small() == Term::kMinSmall);
static_assert(!Term::null().is_small() && !Term::null().is_flonum() && !Term::null().is_box());
static_assert(Term::type_pattern(Type::kInt).pattern_type() == Type::kInt &&
              !Term::type_pattern(Type::kInt).same(Term::any_pattern()) &&
              !Term::any_pattern().is_pid() && !Term::any_pattern().is_box());

}  // namespace ttvm::term
