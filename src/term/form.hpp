// The form of a pattern: at which places it holds values that can only match equal ones. All
// messages that a pattern may match then have the same *key*, a hash of what they hold at those
// places; so that messages can be looked up by key for all patterns of one form.
//
// Thread safety: immutable values; reading only. Keeps no value alive and refers to none in a heap.
//
// Invariants
// - If pattern p has form f, and matches(p, v), then f.key(v) is there and equals f.key(p). (The
//   reverse does not hold: what has the right key must still be matched.)
// - Form and key follow from the text and numbers in the values alone, never from addresses.
#pragma once

#include <array>
#include <cstdint>

#include "term/box.hpp"

namespace ttvm::term {

// The hash of an Int, Float, Pid, Str, Bytes, Ref, Bool or null, alike for values that are equal
// (term/compare.hpp); at most 64 bytes of a text are looked at. False for all others: they equal
// none of these.
bool hash_of_simple(Term value, std::uint64_t& hash);

class Form {
 public:
  // Places that count; what a pattern holds at further ones makes no difference.
  static constexpr std::size_t kMaxPlaces = 8;

  // False if there is no place in `pattern` that says anything: ANY, types, nested values only.
  static bool of(Term pattern, Form& form);

  // The key of a value, or of a pattern of this form. False if no pattern of this form matches it.
  bool key(Term value, std::uint64_t& key) const;

  friend bool operator==(const Form&, const Form&) = default;

 private:
  enum class Kind : std::uint8_t { kSimple, kList, kObject };

  bool of_list(Term pattern);
  bool of_object(Term pattern);
  bool add(std::uint64_t place) {
    places_[count_++] = place;
    return count_ < kMaxPlaces;
  }

  // Set by of(): making a Form costs nothing.
  Kind kind_;
  std::uint8_t count_;
  std::uint64_t length_;  // of a list
  // kList: positions. kObject: keys, the words of interned strings, in the order of their hashes.
  std::array<std::uint64_t, kMaxPlaces> places_;  // 0 behind the last
};

}  // namespace ttvm::term
