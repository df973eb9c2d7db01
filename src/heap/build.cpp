#include "heap/build.hpp"

#include <cstring>

#include "heap/blob.hpp"

namespace ttvm::heap {

using term::Header;
using term::Kind;
using term::kInlineData;
using term::kMaxInlineBytes;

namespace {

// A short string or byte string of `size` > 0 bytes, its bytes still to be written.
char* new_inline(Heap& heap, Kind kind, std::size_t size, std::uint64_t points, Term& out) {
  const std::size_t words = (size + 7) / 8;
  Word* box = heap.allocate(kInlineData + words);
  box[0] =
      Header(kind, static_cast<std::uint32_t>(size), static_cast<std::uint16_t>(points)).word();
  box[kInlineData + words - 1] = 0;
  out = Term::box(box);
  return reinterpret_cast<char*>(box + kInlineData);
}

// A view of the first `size` bytes from `offset` on, taking over a reference to the blob.
Term new_view(Heap& heap, Kind kind, Blob* blob, std::uint64_t offset, std::uint64_t size,
              std::uint64_t points, std::size_t cost) {
  Word* box = heap.allocate(term::kBigWords);
  box[0] = Header(kind, 0).word();
  box[term::kBigBlob] = reinterpret_cast<Word>(blob);
  box[term::kBigOffset] = offset;
  box[term::kBigSize] = size;
  box[term::kBigPoints] = points;
  heap.link_off_heap(box, cost);
  return Term::box(box);
}

Term make_text(Heap& heap, bool is_bytes, std::string_view text) {
  const std::uint64_t points = is_bytes ? 0 : term::count_code_points(text);
  if (text.size() <= kMaxInlineBytes) {
    if (text.empty()) return is_bytes ? term::empty_bytes() : term::empty_string();
    Term out;
    char* data = new_inline(heap, is_bytes ? Kind::kBytes : Kind::kStr, text.size(), points, out);
    std::memcpy(data, text.data(), text.size());
    return out;
  }
  Blob* blob = make_blob(text.size());
  TTVM_CHECK(try_append(blob, 0, text));
  return new_view(heap, is_bytes ? Kind::kBigBytes : Kind::kBigStr, blob, 0, text.size(), points,
                  blob->capacity);
}

// A text to be joined, with what is known about it.
struct Piece {
  std::string_view text;
  std::uint64_t points;
  Term term;  // unset for text that is not a value
};

Piece piece_of(Term t) {
  return {term::text_of(t), term::is_string(t) ? term::string_length(t) : 0, t};
}

std::size_t join_need(const Piece& left, const Piece& right) {
  if (right.text.empty() && !left.term.is_unset()) return 0;
  if (left.text.empty() && !right.term.is_unset()) return 0;
  return make_string_need(left.text.size() + right.text.size());
}

Term join_large(Heap& heap, Kind kind, const Piece& left, const Piece& right) {
  const std::size_t size = left.text.size() + right.text.size();
  const std::uint64_t points = left.points + right.points;
  const bool is_view = !left.term.is_unset() &&
                       term::is_off_heap(term::header_of(left.term).kind()) &&
                       (term::header_of(left.term).flags() & term::kStatic) == 0;
  if (is_view) {
    const std::uint64_t offset = left.term.pointer()[term::kBigOffset];
    Blob* blob = term::blob_of(left.term);
    if (try_append(blob, offset + left.text.size(), right.text)) {
      retain_here(blob);
      return new_view(heap, kind, blob, offset, size, points, right.text.size());
    }
  }
  // What has been appended to before will be again: leave as much room as there is text.
  Blob* blob = make_blob(is_view ? size * 2 : size);
  TTVM_CHECK(try_append(blob, 0, left.text) && try_append(blob, left.text.size(), right.text));
  return new_view(heap, kind, blob, 0, size, points, blob->capacity);
}

Term join(Heap& heap, bool is_bytes, const Piece& left, const Piece& right) {
  if (right.text.empty() && !left.term.is_unset()) return left.term;
  if (left.text.empty() && !right.term.is_unset()) return right.term;
  const std::size_t size = left.text.size() + right.text.size();
  if (size > kMaxInlineBytes) {
    return join_large(heap, is_bytes ? Kind::kBigBytes : Kind::kBigStr, left, right);
  }
  if (size == 0) return is_bytes ? term::empty_bytes() : term::empty_string();
  Term out;
  char* data =
      new_inline(heap, is_bytes ? Kind::kBytes : Kind::kStr, size, left.points + right.points, out);
  if (!left.text.empty()) std::memcpy(data, left.text.data(), left.text.size());
  if (!right.text.empty()) {
    std::memcpy(data + left.text.size(), right.text.data(), right.text.size());
  }
  return out;
}

bool is_appendable(Term left) {
  return term::header_of(left).kind() == Kind::kBigStr &&
         (term::header_of(left).flags() & term::kStatic) == 0;
}

Piece raw_piece(std::string_view text) {
  return {text, term::count_code_points(text), Term::unset()};
}

}  // namespace

Term make_string(Heap& heap, std::string_view text) { return make_text(heap, false, text); }
Term make_bytes(Heap& heap, std::string_view bytes) { return make_text(heap, true, bytes); }

Term make_string_at(Heap& heap, Term string, std::uint64_t index) {
  return make_string(heap, term::string_at(string, index));
}

std::size_t concat_need(Term left, Term right) {
  return join_need({term::text_of(left), 0, left}, {term::text_of(right), 0, right});
}

Term concat(Heap& heap, Term left, Term right) {
  return join(heap, term::is_bytes(left), piece_of(left), piece_of(right));
}

std::size_t concat_text_need(Term left, std::string_view right) {
  return join_need({term::text_of(left), 0, left}, {right, 0, Term::unset()});
}

Term concat_text(Heap& heap, Term left, std::string_view right) {
  return join(heap, false, piece_of(left), raw_piece(right));
}

std::size_t concat_text_need(std::string_view left, Term right) {
  return join_need({left, 0, Term::unset()}, {term::text_of(right), 0, right});
}

Term concat_text(Heap& heap, std::string_view left, Term right) {
  return join(heap, false, raw_piece(left), piece_of(right));
}

bool try_append_text(Heap& heap, Term left, std::string_view right, std::uint64_t points,
                     Term& out) {
  if (!is_appendable(left) || right.empty()) return false;
  const Word* view = left.pointer();
  Blob* blob = term::blob_of(left);
  const std::uint64_t offset = view[term::kBigOffset];
  const std::uint64_t size = view[term::kBigSize];
  if (!try_append(blob, offset + size, right)) return false;
  retain_here(blob);
  out = new_view(heap, Kind::kBigStr, blob, offset, size + right.size(),
                 view[term::kBigPoints] + points, right.size());
  return true;
}

Term make_ref(Heap& heap, std::uint64_t number, std::uint64_t owner, std::uint64_t mark) {
  Word* box = heap.allocate(kRefNeed);
  box[0] = Header(Kind::kRef, 0).word();
  box[term::kRefNumber] = number;
  box[term::kRefOwner] = owner;
  box[term::kRefMark] = mark;
  return Term::box(box);
}

Term make_exception(Heap& heap, Term message, Term value, Term stack) {
  Word* box = heap.allocate(kExceptionNeed);
  box[0] = Header(Kind::kException, 0).word();
  box[term::kExceptionMessage] = message.word();
  box[term::kExceptionValue] = value.word();
  box[term::kExceptionStack] = stack.word();
  return Term::box(box);
}

Term make_function(Heap& heap, const term::FunctionInfo* info) {
  Word* box = heap.allocate(kFunctionNeed);
  box[0] = Header(Kind::kFunction, 0).word();
  box[term::kFunctionInfo] = reinterpret_cast<Word>(info);
  return Term::box(box);
}

Term make_closure(Heap& heap, const term::FunctionInfo* info, std::span<const Term> captures) {
  Word* box = heap.allocate(make_closure_need(captures.size()));
  box[0] = Header(Kind::kClosure, static_cast<std::uint32_t>(captures.size())).word();
  box[term::kFunctionInfo] = reinterpret_cast<Word>(info);
  for (std::size_t i = 0; i < captures.size(); ++i) {
    box[term::kClosureCaptures + i] = captures[i].word();
  }
  return Term::box(box);
}

}  // namespace ttvm::heap
