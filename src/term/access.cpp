#include "term/access.hpp"

#include <cstring>

#include "base/bits.hpp"

namespace ttvm::term {

std::uint64_t count_code_points(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  const char* p = text.data();
  std::size_t left = text.size();
  std::uint64_t continuation = 0;
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    continuation +=
        (((word >> 7U) & ~(word >> 6U) & kOnes) * kOnes) >> 56U;  // the sum of the bytes
  }
  for (; left > 0; --left, ++p) continuation += (static_cast<unsigned char>(*p) & 0xC0U) == 0x80U;
  return text.size() - continuation;
}

std::string_view string_at(Term t, std::uint64_t index) {
  const std::string_view text = text_of(t);
  if (string_length(t) == text.size()) return text.substr(index, 1);
  const auto starts = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
  };
  std::size_t begin = 0;
  for (std::uint64_t seen = 0;; ++begin) {
    if (starts(begin) && seen++ == index) break;
  }
  std::size_t end = begin + 1;
  while (end < text.size() && end < begin + 4 && !starts(end)) ++end;
  return text.substr(begin, end - begin);
}

namespace {

// The key's entry by the index of a dict. `Same` compares an entry's key with the one wanted.
template <typename Same>
std::int64_t find_by_index(const Word* dict, std::uint32_t hash, const Same& same) {
  const Term entries = Term::from_word(dict[kDictEntries]);
  Term node = Term::from_word(dict[kDictIndex]);
  for (unsigned level = 0; level < kHamtLevels; ++level) {
    const Word* box = node.pointer();
    const auto bitmap = static_cast<std::uint32_t>(box[kHamtBitmap]);
    const std::uint32_t bit = hamt_bit(hash, level);
    if ((bitmap & bit) == 0) return -1;
    node = Term::from_word(box[kHamtSlots + base::count_ones(bitmap & (bit - 1))]);
    if (node.is_box()) continue;
    if (leaf_hash(node) != hash) return -1;
    const std::uint64_t entry = leaf_entry(node);
    return same(list_get(entries, entry * 2)) ? static_cast<std::int64_t>(entry) : -1;
  }
  const Word* list = node.pointer();
  for (std::uint32_t i = 0; i < Header(*list).size(); ++i) {
    const Term leaf = Term::from_word(list[kHamtSlots + i]);
    const std::uint64_t entry = leaf_entry(leaf);
    if (leaf_hash(leaf) == hash && same(list_get(entries, entry * 2))) {
      return static_cast<std::int64_t>(entry);
    }
  }
  return -1;
}

template <typename Same, typename Hash>
std::int64_t find_entry(const Word* dict, const Same& same, const Hash& hash) {
  if (!Term::from_word(dict[kDictIndex]).is_unset()) return find_by_index(dict, hash(), same);
  const Term entries = Term::from_word(dict[kDictEntries]);
  for (std::uint64_t i = 0; i < dict[kDictUsed]; ++i) {
    const Term key = list_get(entries, i * 2);
    if (!key.is_unset() && same(key)) return static_cast<std::int64_t>(i);
  }
  return -1;
}

Term value_of_entry(const Word* dict, std::int64_t entry) {
  if (entry < 0) return Term::unset();
  return list_get(Term::from_word(dict[kDictEntries]), static_cast<std::uint64_t>(entry) * 2 + 1);
}

Term field_of(Term object, Term interned_key) {
  const int slot = shape_of(object)->slot_of(interned_key);
  return slot < 0 ? Term::unset() : Term::from_word(object.pointer()[kObjectFields + slot]);
}

}  // namespace

std::int64_t dict_find(Term dict, Term key) {
  return find_entry(
      dict.pointer(), [key](Term other) { return same_text(key, other); },
      [key] { return dict_hash(hash_of_string(key)); });
}

std::int64_t dict_find(Term dict, Term key, std::uint64_t hash) {
  return find_entry(
      dict.pointer(), [key](Term other) { return same_text(key, other); },
      [hash] { return dict_hash(hash); });
}

Term object_get(Term object, Term key) {
  if (is_kind(object, Kind::kDict)) {
    return value_of_entry(object.pointer(), dict_find(object, key));
  }
  if (!is_interned(key) && !find_interned(text_of(key), key)) return Term::unset();
  return field_of(object, key);
}

Term object_get(Term object, std::string_view key) {
  if (is_kind(object, Kind::kDict)) {
    const std::int64_t entry = find_entry(
        object.pointer(), [key](Term other) { return text_of(other) == key; },
        [key] { return dict_hash(hash_string(key)); });
    return value_of_entry(object.pointer(), entry);
  }
  Term interned;
  return find_interned(key, interned) ? field_of(object, interned) : Term::unset();
}

std::uint64_t object_positions(Term object) {
  const Word* box = object.pointer();
  return Header(*box).kind() == Kind::kObject ? Header(*box).aux() : box[kDictUsed];
}

bool object_entry(Term object, std::uint64_t position, Term& key, Term& value) {
  const Word* box = object.pointer();
  if (Header(*box).kind() == Kind::kObject) {
    key = shape_of(object)->keys()[position];
    value = Term::from_word(box[kObjectFields + position]);
    return true;
  }
  const Term entries = Term::from_word(box[kDictEntries]);
  key = list_get(entries, position * 2);
  value = list_get(entries, position * 2 + 1);
  return !key.is_unset();
}

ObjectReader::ObjectReader(Term object)
    : box_(object.pointer()),
      entries_(is_kind(object, Kind::kDict) ? Term::from_word(box_[kDictEntries]) : empty_list()) {
  if (is_kind(object, Kind::kObject)) shape_ = shape_of(object);
}

bool ObjectReader::next(Term& key, Term& value) {
  if (shape_ != nullptr) {
    if (index_ >= shape_->count) return false;
    key = shape_->keys()[index_];
    value = Term::from_word(box_[kObjectFields + index_++]);
    return true;
  }
  while (!entries_.done()) {
    key = entries_.next();
    value = entries_.next();
    if (!key.is_unset()) return true;
  }
  return false;
}

}  // namespace ttvm::term
