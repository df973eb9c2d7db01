// Values that live as long as the VM: interned strings, constants of code, function values.
//
// Thread safety: everything may be called from any thread. Looking up takes no lock; adding takes
// one. Nothing is ever removed, so only text that comes with code may be interned, never data.
//
// Invariant: of each text there is at most one kInterned box, so interned strings are equal only if
// they are the same word. Its hash is in the word before the header.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "term/box.hpp"
#include "term/hash.hpp"

namespace ttvm::term {

// The interned string of a text of at most kMaxInlineBytes bytes; made if there is none.
Term intern(std::string_view text);

// False if that text is not interned. O(length), lock-free.
bool find_interned(std::string_view text, Term& out);
bool find_interned(std::string_view text, std::uint64_t hash, Term& out);

inline bool is_interned(Term t) { return t.is_box() && (header_of(t).flags() & kInterned) != 0; }
inline std::uint64_t interned_hash(Term t) { return t.pointer()[-1]; }

// Constants of code. A string up to kMaxInlineBytes bytes is interned, a longer one gets an
// immortal box; an Int or Float is immediate where it fits.
Term static_string(std::string_view text);
Term static_int(std::int64_t value);
Term static_float(double value);
Term static_list(std::span<const Term> elements);  // up to kMaxFlatList, all of them such
Term static_function(const FunctionInfo* info);    // a new box at each call; equal() all the same

// The empty values, shared by all: no heap ever needs a box for them.
Term empty_list();
Term empty_object();
Term empty_string();
Term empty_bytes();

}  // namespace ttvm::term
