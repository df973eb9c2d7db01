// The text of values, as PRINT and string concatenation show it (LANGUAGE, section 2). Iterative.
// Thread safety: reads the values only; `out` belongs to the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "term/box.hpp"

namespace ttvm::term {

// Appends the text of `value`. Nested means as inside of a list: strings quoted and escaped. Stops
// early, and returns false, once more than `max_bytes` have been appended (the text is then cut off
// somewhere beyond that): values with sharing inside can have a text larger than any memory.
bool print(Term value, std::string& out, bool nested = false, std::size_t max_bytes = SIZE_MAX);

std::string to_text(Term value);

void print_int(std::int64_t value, std::string& out);
void print_float(double value, std::string& out);            // "2.5", "10.0", "1e+21", "inf", "nan"
void print_quoted(std::string_view text, std::string& out);  // quotes and escapes

}  // namespace ttvm::term
