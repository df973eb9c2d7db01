#include "term/form.hpp"

#include <algorithm>
#include <cmath>

#include "term/access.hpp"
#include "term/hash.hpp"

namespace ttvm::term {

namespace {

// What keeps values of different types apart. Int, Float and Pid share one, being equal as numbers.
constexpr std::uint64_t kNumber = 0xA24BAED4963EE407ULL;
constexpr std::uint64_t kBytesSeed = 0x9FB21C651E98DF25ULL;
constexpr std::uint64_t kRefSeed = 0xD6E8FEB86659FD93ULL;
constexpr std::uint64_t kWordSeed = 0xC2B2AE3D27D4EB4FULL;

constexpr std::size_t kHashedBytes = 64;
// Elements of a list pattern, fields of an object pattern, in which places are looked for.
constexpr std::uint64_t kMaxSearched = 64;

std::uint64_t hash_int(std::int64_t value) {
  return mix(static_cast<std::uint64_t>(value) ^ kNumber, kWordSeed);
}

// A Float that equals an Int has its hash. (A nan equals nothing.)
std::uint64_t hash_float(double value) {
  if (value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value) {
    return hash_int(static_cast<std::int64_t>(value));
  }
  return mix(std::bit_cast<std::uint64_t>(value) ^ kNumber, kRefSeed);
}

// Irrespective of how the text is kept; for an interned one that is the hash it has already.
std::uint64_t hash_text(Term text) {
  if (is_interned(text)) return interned_hash(text);
  const std::string_view all = text_of(text);
  if (all.size() <= kHashedBytes) return hash_string(all);
  return hash_string(all.substr(0, kHashedBytes)) ^ all.size();
}
static_assert(kMaxInlineBytes <= kHashedBytes, "interned strings are hashed as a whole");

bool hash_of_box(Term value, std::uint64_t& hash) {
  switch (header_of(value).kind()) {
    case Kind::kInt64:
      hash = hash_int(static_cast<std::int64_t>(value.pointer()[1]));
      return true;
    case Kind::kFloat64:
      hash = hash_float(std::bit_cast<double>(value.pointer()[1]));
      return true;
    case Kind::kStr:
    case Kind::kBigStr:
      hash = hash_text(value);
      return true;
    case Kind::kBytes:
    case Kind::kBigBytes:
      hash = hash_text(value) ^ kBytesSeed;
      return true;
    case Kind::kRef:
      hash = mix(ref_number(value) ^ kRefSeed, kWordSeed);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool hash_of_simple(Term value, std::uint64_t& hash) {
  if (value.is_small()) {
    hash = hash_int(value.as_small());
  } else if (value.is_box()) {
    return hash_of_box(value, hash);
  } else if (double number = 0; value.to_flonum(number)) {
    hash = hash_float(number);
  } else if (value.is_pid()) {
    hash = hash_int(static_cast<std::int64_t>(value.as_pid()));
  } else if (value.is_pattern()) {
    return false;
  } else {
    hash = mix(value.word() ^ kWordSeed, kNumber);
  }
  return true;
}

bool Form::of(Term pattern, Form& form) {
  form = Form{};  // all zeros: kSimple
  std::uint64_t hash = 0;
  if (hash_of_simple(pattern, hash)) return true;
  if (is_list(pattern)) return form.of_list(pattern);
  return is_object(pattern) && form.of_object(pattern);
}

bool Form::of_list(Term pattern) {
  kind_ = Kind::kList;
  length_ = list_length(pattern);
  const std::uint64_t end = std::min(length_, kMaxSearched);
  for (std::uint64_t i = 0; i < end; ++i) {
    std::uint64_t hash = 0;
    if (hash_of_simple(list_get(pattern, i), hash) && !add(i)) break;
  }
  return count_ > 0;
}

bool Form::of_object(Term pattern) {
  kind_ = Kind::kObject;
  const std::uint64_t end = std::min(object_positions(pattern), kMaxSearched);
  for (std::uint64_t i = 0; i < end; ++i) {
    Term key;
    Term part;
    std::uint64_t hash = 0;
    if (!object_entry(pattern, i, key, part) || !hash_of_simple(part, hash)) continue;
    // A key that is not interned would have to be kept; there are hardly any in patterns.
    if (is_interned(key) && !add(key.word())) break;
  }
  std::sort(places_.begin(), places_.begin() + count_, [](std::uint64_t a, std::uint64_t b) {
    return interned_hash(Term::from_word(a)) < interned_hash(Term::from_word(b));
  });
  return count_ > 0;
}

bool Form::key(Term value, std::uint64_t& key) const {
  if (kind_ == Kind::kSimple) return hash_of_simple(value, key);
  const bool list = kind_ == Kind::kList;
  if (list ? !is_list(value) || list_length(value) != length_ : !is_object(value)) return false;
  key = kWordSeed;
  for (std::size_t i = 0; i < count_; ++i) {
    const Term part =
        list ? list_get(value, places_[i]) : object_get(value, Term::from_word(places_[i]));
    std::uint64_t hash = 0;
    if (part.is_unset() || !hash_of_simple(part, hash)) return false;
    key = mix(key ^ hash, kNumber);
  }
  return true;
}

}  // namespace ttvm::term
