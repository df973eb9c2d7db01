// Builders of values. Each NAME(heap, ...) allocates at most NAME_need(...) words and must find
// that much room (heap.hpp: the room rule). The needs are exact or close above, so that small
// processes do not grow their heaps for nothing. They never change their operands; a new value
// shares what it can with the old one. A need still holds after the collection that it has caused.
//
// Thread safety: that of the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "heap/heap.hpp"
#include "term/access.hpp"

namespace ttvm::heap {

// ---- Numbers

inline constexpr std::size_t kNumberNeed = 2;  // at most; see the exact ones

inline std::size_t make_int_need(std::int64_t value) { return Term::fits_small(value) ? 0 : 2; }
inline Term make_int(Heap& heap, std::int64_t value) {
  if (TTVM_LIKELY(Term::fits_small(value))) return Term::small(value);
  Word* box = heap.allocate(2);
  box[0] = term::Header(term::Kind::kInt64, 0).word();
  box[1] = static_cast<Word>(value);
  return Term::box(box);
}
inline std::size_t make_float_need(double value) {
  Term out;
  return Term::try_flonum(value, out) ? 0 : 2;
}
inline Term make_float(Heap& heap, double value) {
  Term out;
  if (TTVM_LIKELY(Term::try_flonum(value, out))) return out;
  Word* box = heap.allocate(2);
  box[0] = term::Header(term::Kind::kFloat64, 0).word();
  box[1] = std::bit_cast<Word>(value);
  return Term::box(box);
}

// ---- Strings and bytes. `text` may point into this very heap.

inline std::size_t make_string_need(std::size_t bytes) {
  return bytes <= term::kMaxInlineBytes ? 1 + (bytes + 7) / 8 : term::kBigWords;
}
inline std::size_t make_bytes_need(std::size_t bytes) { return make_string_need(bytes); }
Term make_string(Heap& heap, std::string_view text);
Term make_bytes(Heap& heap, std::string_view bytes);

// One code point of a Str, as INDEX gives it.
inline constexpr std::size_t kStringAtNeed = 2;
Term make_string_at(Heap& heap, Term string, std::uint64_t index);

// CONCAT of two Str or of two Bytes. Joining at the end of a large string is amortised O(right):
// the bytes are appended in place if no other value has been appended there before.
std::size_t concat_need(Term left, Term right);
Term concat(Heap& heap, Term left, Term right);
// The same with text that is not a value yet. O(left + right) for text on the left.
std::size_t concat_text_need(Term left, std::string_view right);
Term concat_text(Heap& heap, Term left, std::string_view right);
std::size_t concat_text_need(std::string_view left, Term right);
Term concat_text(Heap& heap, std::string_view left, Term right);

// CONCAT's common case by itself: appends `right`, of `points` code points, in place to the large
// string `left`, if that is possible.
inline constexpr std::size_t kAppendTextNeed = term::kBigWords;
bool try_append_text(Heap& heap, Term left, std::string_view right, std::uint64_t points,
                     Term& out);

// ---- Lists

std::size_t make_list_need(std::size_t count);
Term make_list(Heap& heap, std::span<const Term> elements);

// O(1) amortised; at most O(log n).
std::size_t list_append_need(Term list);
Term list_append(Heap& heap, Term list, Term value);

// Its common case by itself: a vector whose tail has room at its end, in a heap that has room.
// False for all else, also for what is no list.
inline bool try_list_append(Heap& heap, Term list, Term value, Term& out) {
  if (!list.is_box()) return false;
  const Word* box = list.pointer();
  const term::Header header(*box);
  if (header.kind() != term::Kind::kVec || !heap.has_room(term::kVecWords)) return false;
  const std::uint64_t used = box[term::kVecCount] % term::kNodeSlots;
  Word* tail = Term::from_word(box[term::kVecTail]).mutable_pointer();
  const term::Header node(*tail);
  if (used == 0 || node.aux() != used || used >= node.size()) return false;
  tail[term::kNodeFirst + used] = value.word();
  *tail = term::Header(term::Kind::kNode, node.size(), static_cast<std::uint16_t>(used + 1)).word();
  Word* vec = heap.allocate(term::kVecWords);
  vec[0] = header.with_flags(0).word();
  vec[term::kVecCount] = box[term::kVecCount] + 1;
  vec[term::kVecRoot] = box[term::kVecRoot];
  vec[term::kVecTail] = box[term::kVecTail];
  out = Term::box(vec);
  return true;
}

// `index` < length. O(log n).
std::size_t list_set_need(Term list, std::uint64_t index);
Term list_set(Heap& heap, Term list, std::uint64_t index, Term value);

// O(length of right + log n).
std::size_t list_concat_need(Term left, Term right);
Term list_concat(Heap& heap, Term left, Term right);

// ---- Objects. `key` is any Str. Up to 32 interned keys: a flat object with a shape, else a dict.

// All fields at once, for a shape at hand.
inline std::size_t make_object_need(const term::Shape* shape) { return 1 + shape->count; }
Term make_object(Heap& heap, const term::Shape* shape, std::span<const Term> values);

// O(log n); a flat object (at most 32 fields) is copied.
std::size_t object_set_need(Term object, Term key);
Term object_set(Heap& heap, Term object, Term key, Term value);

// The same for a kDict in two steps that look the key up once: where it is or will be, which a
// collection does not change, and the setting.
struct DictPlace {
  std::uint64_t hash;
  std::int64_t entry;  // -1: there is none yet
  std::size_t need;
};
DictPlace dict_place(Term dict, Term key);
Term dict_set(Heap& heap, Term dict, const DictPlace& place, Term key, Term value);

// Without the field; `object` itself if it has none. O(log n) amortised over deletions.
std::size_t object_delete_need(Term object, Term key);
Term object_delete(Heap& heap, Term object, Term key);

// Lists in insertion order. O(n).
std::size_t object_keys_need(Term object);
Term object_keys(Heap& heap, Term object);
std::size_t object_values_need(Term object);
Term object_values(Heap& heap, Term object);

// ---- The rest

// `owner` is a process number or 0, `mark` may have kAskMark in it: see kRef in term/box.hpp.
inline constexpr std::size_t kRefNeed = term::kRefWords;
Term make_ref(Heap& heap, std::uint64_t number, std::uint64_t owner = 0, std::uint64_t mark = 0);

inline constexpr std::size_t kExceptionNeed = term::kExceptionWords;
// `message`: Str or null; `stack`: a list of strings.
Term make_exception(Heap& heap, Term message, Term value, Term stack);

// A function without captures needs no heap when term::static_function made it with the code.
inline constexpr std::size_t kFunctionNeed = 2;
Term make_function(Heap& heap, const term::FunctionInfo* info);
inline std::size_t make_closure_need(std::size_t captures) { return 2 + captures; }
Term make_closure(Heap& heap, const term::FunctionInfo* info, std::span<const Term> captures);

}  // namespace ttvm::heap
