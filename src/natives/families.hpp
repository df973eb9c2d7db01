// The natives by family, and what they share. Internal to natives.
#pragma once

#include <string>
#include <string_view>

#include "process/native.hpp"
#include "term/term.hpp"

namespace ttvm::natives {

using process::NativeCall;
using process::NativeStatus;
using term::Term;

// The text of a value may be larger than any memory; past this many bytes it is refused.
inline constexpr std::size_t kMaxText = std::size_t{1} << 30U;

// text.cpp
NativeStatus print(NativeCall& call);
NativeStatus to_str(NativeCall& call);
NativeStatus to_bytes(NativeCall& call);
NativeStatus args(NativeCall& call);

// numbers.cpp
NativeStatus to_int(NativeCall& call);
NativeStatus to_float(NativeCall& call);

// files.cpp
NativeStatus read_file(NativeCall& call);
NativeStatus read_bytes(NativeCall& call);
NativeStatus write_file(NativeCall& call);

// names.cpp
NativeStatus register_name(NativeCall& call);
NativeStatus whereis(NativeCall& call);
NativeStatus unregister_name(NativeCall& call);

// "READ_FILE expects a path but got Int"
std::string expects(const NativeCall& call, std::string_view what, Term got);
// The text in quotes, escaped.
std::string quoted(std::string_view text);

}  // namespace ttvm::natives
