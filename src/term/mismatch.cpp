#include "term/mismatch.hpp"

#include "base/utf8.hpp"
#include "term/access.hpp"
#include "term/match.hpp"
#include "term/print.hpp"

namespace ttvm::term {

namespace {

constexpr std::size_t kMaxShown = 80;

// The parts in which an object or list first differs from a pattern of its kind.
struct Difference {
  std::string where;  // "field ...: "; with no pattern: what there is to say
  Term pattern;
  Term value;
  bool has_parts = false;
};

Difference differing_field(Term pattern, Term value) {
  for (std::uint64_t i = 0; i < object_positions(pattern); ++i) {
    Term key;
    Term part;
    if (!object_entry(pattern, i, key, part)) continue;
    std::string name;
    print_quoted(text_of(key), name);
    const Term found = object_get(value, key);
    if (found.is_unset()) return {"has no field " + name, {}, {}, false};
    if (!matches(part, found)) return {"field " + name + ": ", part, found, true};
  }
  return {};
}

Difference differing_element(Term pattern, Term value) {
  const std::uint64_t count = list_length(pattern);
  if (count != list_length(value)) {
    return {"expected a list of " + std::to_string(count) + " but got one of " +
                std::to_string(list_length(value)),
            {},
            {},
            false};
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const Term part = list_get(pattern, i);
    const Term found = list_get(value, i);
    if (!matches(part, found)) {
      return {"element " + std::to_string(i) + ": ", part, found, true};
    }
  }
  return {};
}

}  // namespace

std::string short_text(Term value, std::size_t max_bytes) {
  std::string text;
  const bool whole = print(value, text, true, max_bytes);
  if (whole && text.size() <= max_bytes) return text;
  text.resize(max_bytes);
  text.resize(base::valid_utf8_prefix(text));  // no half of a character
  return text + "...";
}

std::string explain_mismatch(Term pattern, Term value) {
  constexpr int kMaxDepth = 32;
  if (matches(pattern, value)) return "";
  std::string text;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    Difference found;
    if (is_object(pattern) && is_object(value)) {
      found = differing_field(pattern, value);
    } else if (is_list(pattern) && is_list(value)) {
      found = differing_element(pattern, value);
    }
    text += found.where;
    if (!found.has_parts && !found.where.empty()) return text;
    if (!found.has_parts) break;
    pattern = found.pattern;
    value = found.value;
  }
  return text + "expected " + short_text(pattern, kMaxShown) + " but got " +
         short_text(value, kMaxShown);
}

}  // namespace ttvm::term
