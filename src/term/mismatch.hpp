// Why a value does not match a pattern (match.hpp), in words: for reports about messages that stay
// in a mailbox.
//
// Thread safety: reads only.
#pragma once

#include <string>

#include "term/box.hpp"

namespace ttvm::term {

// `field "type": expected "reply" but got "request"`; the first difference found. Empty if the
// value matches. Short, however large the values are; looks at no more than 32 levels.
std::string explain_mismatch(Term pattern, Term value);

// The text of `value` as in a list, cut off after about `max_bytes`.
std::string short_text(Term value, std::size_t max_bytes);

}  // namespace ttvm::term
