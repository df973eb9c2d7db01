#include <array>
#include <cstring>
#include <vector>

#include "heap/build.hpp"
#include "heap/hamt.hpp"
#include "heap/vec_builder.hpp"

namespace ttvm::heap {

using term::Header;
using term::kDictEntries;
using term::kDictIndex;
using term::kDictLive;
using term::kDictUsed;
using term::kDictWords;
using term::Kind;
using term::kObjectFields;
using term::kSmallDict;
using term::ObjectReader;
using term::Shape;

namespace {

// ---- Flat objects

// The interned string with the text of `key`, or `key` itself if there is none.
Term canonical(Term key) {
  if (!term::is_interned(key)) term::find_interned(term::text_of(key), key);
  return key;
}

Word* new_object(Heap& heap, const Shape* shape) {
  Word* box = heap.allocate(kObjectFields + shape->count);
  box[0] = Header(Kind::kObject, shape->id, static_cast<std::uint16_t>(shape->count)).word();
  return box;
}

void copy_fields(Word* to, const Word* from, std::size_t first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[kObjectFields + i] = from[kObjectFields + first + i];
}

// What setting a field does to a flat object.
struct Change {
  int slot = -1;                 // of the field, if the object has it
  const Shape* shape = nullptr;  // of the result; null if it has to be a dict
};

Change change_of(Term object, Term key) {
  const Shape* shape = term::shape_of(object);
  if (!term::is_interned(key)) return {};
  const int slot = shape->slot_of(key);
  if (slot >= 0) return {slot, shape};
  return {-1, term::shape_with(shape, key)};
}

// ---- Dicts

Term entries_of(Term dict) { return Term::from_word(dict.pointer()[kDictEntries]); }
Term index_of(Term dict) { return Term::from_word(dict.pointer()[kDictIndex]); }

Term new_dict(Heap& heap, std::uint64_t live, std::uint64_t used, Term index, Term entries) {
  Word* box = heap.allocate(kDictWords);
  box[0] = Header(Kind::kDict, 0).word();
  box[kDictLive] = live;
  box[kDictUsed] = used;
  box[kDictIndex] = index.word();
  box[kDictEntries] = entries.word();
  return Term::box(box);
}

HamtItem item_of(Term key, std::uint64_t entry) {
  return hamt_item(term::dict_hash(term::hash_of_string(key)), entry);
}

// The fields of an object but one, and possibly a further one, as the entries of a dict to be.
// Scratch memory, for the rare times when an object becomes a dict or a dict is built anew.
struct Fields {
  std::vector<Term> pairs;
  std::vector<HamtItem> items;

  void add(Term key, Term value) {
    items.push_back(item_of(key, items.size()));
    pairs.push_back(key);
    pairs.push_back(value);
  }
  void add_all(Term object, Term but) {
    ObjectReader reader(object);
    Term key;
    Term value;
    while (reader.next(key, value)) {
      if (but.is_unset() || !term::same_text(key, but)) add(key, value);
    }
  }
  std::size_t need() {
    const std::size_t words = kDictWords + make_list_need(pairs.size());
    if (items.size() <= kSmallDict) return words;
    hamt_sort(items);
    return words + hamt_build_need(items);
  }
  Term build(Heap& heap) {
    if (items.empty()) return term::empty_object();
    Term index;
    if (items.size() > kSmallDict) {
      hamt_sort(items);
      index = hamt_build(heap, items);
    }
    return new_dict(heap, items.size(), items.size(), index, make_list(heap, pairs));
  }
};

Fields fields_with(Term object, Term key, Term value) {
  Fields fields;
  fields.add_all(object, Term::unset());
  fields.add(key, value);
  return fields;
}

Fields fields_without(Term object, Term key) {
  Fields fields;
  fields.add_all(object, key);
  return fields;
}

// Index of a dict that gets one entry too many to do without.
std::vector<HamtItem> items_of(Term dict, const HamtItem& more) {
  std::vector<HamtItem> items;
  const Term entries = entries_of(dict);
  for (std::uint64_t i = 0; i < dict.pointer()[kDictUsed]; ++i) {
    const Term key = term::list_get(entries, i * 2);
    if (!key.is_unset()) items.push_back(item_of(key, i));
  }
  items.push_back(more);
  hamt_sort(items);
  return items;
}

// Deleted entries stay as holes until they are more than those alive; then the dict is built anew.
bool compacts(Term dict) {
  const std::uint64_t left = dict.pointer()[kDictLive] - 1;
  return left == 0 || dict.pointer()[kDictUsed] - left > left;
}

std::size_t dict_delete_need(Term dict, Term key) {
  const std::int64_t entry = term::dict_find(dict, key);
  if (entry < 0) return 0;
  if (compacts(dict)) return fields_without(dict, key).need();
  const auto at = static_cast<std::uint64_t>(entry);
  std::size_t words = kDictWords + set_terms_need(entries_of(dict), at * 2);
  if (!index_of(dict).is_unset()) words += hamt_remove_need(index_of(dict), item_of(key, at));
  return words;
}

Term dict_delete(Heap& heap, Term dict, Term key) {
  const std::int64_t entry = term::dict_find(dict, key);
  if (entry < 0) return dict;
  if (compacts(dict)) return fields_without(dict, key).build(heap);
  const auto at = static_cast<std::uint64_t>(entry);
  Term index = index_of(dict);
  if (!index.is_unset()) index = hamt_remove(heap, index, item_of(key, at));
  const std::array<Term, 2> hole = {Term::unset(), Term::unset()};
  const Term entries = set_terms(heap, entries_of(dict), at * 2, hole);
  return new_dict(heap, dict.pointer()[kDictLive] - 1, dict.pointer()[kDictUsed], index, entries);
}

}  // namespace

Term make_object(Heap& heap, const Shape* shape, std::span<const Term> values) {
  TTVM_ASSERT(values.size() == shape->count);
  if (shape->count == 0) return term::empty_object();
  Word* box = new_object(heap, shape);
  for (std::size_t i = 0; i < values.size(); ++i) box[kObjectFields + i] = values[i].word();
  return Term::box(box);
}

DictPlace dict_place(Term dict, Term key) {
  const std::uint64_t hash = term::hash_of_string(key);
  const std::int64_t entry = term::dict_find(dict, key, hash);
  const Term entries = entries_of(dict);
  if (entry >= 0) {
    const auto at = static_cast<std::uint64_t>(entry) * 2 + 1;
    return {hash, entry, kDictWords + set_terms_need(entries, at)};
  }
  const std::uint64_t used = dict.pointer()[kDictUsed];
  const HamtItem item = hamt_item(term::dict_hash(hash), used);
  std::size_t need = kDictWords + append_terms_need(entries, 2);
  if (!index_of(dict).is_unset()) {
    need += hamt_insert_need(index_of(dict), item);
  } else if (used >= kSmallDict) {
    need += hamt_build_need(items_of(dict, item));
  }
  return {hash, entry, need};
}

Term dict_set(Heap& heap, Term dict, const DictPlace& place, Term key, Term value) {
  const std::uint64_t live = dict.pointer()[kDictLive];
  const std::uint64_t used = dict.pointer()[kDictUsed];
  if (place.entry >= 0) {
    const std::uint64_t at = static_cast<std::uint64_t>(place.entry) * 2 + 1;
    const Term entries = list_set(heap, entries_of(dict), at, value);
    return new_dict(heap, live, used, index_of(dict), entries);
  }
  Term index = index_of(dict);
  const HamtItem item = hamt_item(term::dict_hash(place.hash), used);
  if (!index.is_unset()) {
    index = hamt_insert(heap, index, item);
  } else if (used >= kSmallDict) {
    index = hamt_build(heap, items_of(dict, item));
  }
  if (!term::is_interned(key)) term::find_interned(term::text_of(key), place.hash, key);
  const std::array<Term, 2> pair = {key, value};
  return new_dict(heap, live + 1, used + 1, index, append_terms(heap, entries_of(dict), pair));
}

std::size_t object_set_need(Term object, Term key) {
  if (term::is_kind(object, Kind::kDict)) return dict_place(object, key).need;
  key = canonical(key);
  const Change change = change_of(object, key);
  if (change.shape != nullptr) return kObjectFields + change.shape->count;
  return fields_with(object, key, Term::null()).need();
}

Term object_set(Heap& heap, Term object, Term key, Term value) {
  if (term::is_kind(object, Kind::kDict)) {
    return dict_set(heap, object, dict_place(object, key), key, value);
  }
  key = canonical(key);
  const Change change = change_of(object, key);
  if (change.shape == nullptr) return fields_with(object, key, value).build(heap);
  const Word* old = object.pointer();
  const std::size_t count = Header(*old).aux();
  const std::size_t slot = change.slot < 0 ? count : static_cast<std::size_t>(change.slot);
  Word* box = new_object(heap, change.shape);
  copy_fields(box, old, 0, count);
  box[kObjectFields + slot] = value.word();
  return Term::box(box);
}

std::size_t object_delete_need(Term object, Term key) {
  key = canonical(key);
  if (term::is_kind(object, Kind::kDict)) return dict_delete_need(object, key);
  const Shape* shape = term::shape_of(object);
  const int slot = shape->slot_of(key);
  if (slot < 0 || shape->count == 1) return 0;
  const Shape* smaller = term::shape_without(shape, slot);
  return smaller != nullptr ? make_object_need(smaller) : fields_without(object, key).need();
}

Term object_delete(Heap& heap, Term object, Term key) {
  key = canonical(key);
  if (term::is_kind(object, Kind::kDict)) return dict_delete(heap, object, key);
  const Shape* shape = term::shape_of(object);
  const int slot = shape->slot_of(key);
  if (slot < 0) return object;
  if (shape->count == 1) return term::empty_object();
  const Shape* smaller = term::shape_without(shape, slot);
  if (smaller == nullptr) return fields_without(object, key).build(heap);
  const auto at = static_cast<std::size_t>(slot);
  Word* box = new_object(heap, smaller);
  copy_fields(box, object.pointer(), 0, at);
  copy_fields(box + at, object.pointer(), at + 1, smaller->count - at);
  return Term::box(box);
}

std::size_t object_keys_need(Term object) { return make_list_need(term::object_count(object)); }
std::size_t object_values_need(Term object) { return object_keys_need(object); }

Term object_keys(Heap& heap, Term object) {
  ObjectReader reader(object);
  return build_list(heap, term::object_count(object), [&reader] {
    Term key;
    Term value;
    reader.next(key, value);
    return key;
  });
}

Term object_values(Heap& heap, Term object) {
  ObjectReader reader(object);
  return build_list(heap, term::object_count(object), [&reader] {
    Term key;
    Term value;
    reader.next(key, value);
    return value;
  });
}

}  // namespace ttvm::heap
