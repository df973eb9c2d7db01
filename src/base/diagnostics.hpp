// Errors in what the user gave us, with their places; and Expected, the return type of everything
// that can fail because of it. Immutable once made; no thread safety needed beyond that.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"

namespace ttvm::base {

// One finding. `line` and `column` count from 1; 0 means that there is no such place. `source` is
// the text of the line (without its end), shown with a caret below it when not empty.
struct Diagnostic {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t width = 1;  // columns to underline
  std::string message;
  std::string source;
};

using Diagnostics = std::vector<Diagnostic>;

// "file:line:column: error: message", then the source line and a caret, each with a newline.
// `colour` adds ANSI colours.
std::string format(const Diagnostic& diagnostic, bool colour = false);
std::string format(const Diagnostics& diagnostics, bool colour = false);

// A value, or the diagnostics that say why there is none (then never empty).
template <typename T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : state_(std::move(value)) {}             // NOLINT(google-explicit-constructor)
  Expected(Diagnostics errors) : state_(std::move(errors)) {  // NOLINT(google-explicit-constructor)
    TTVM_CHECK(!std::get<Diagnostics>(state_).empty());
  }
  Expected(Diagnostic error)  // NOLINT(google-explicit-constructor)
      : state_(Diagnostics{std::move(error)}) {}

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  bool ok() const { return std::holds_alternative<T>(state_); }
  T& operator*() { return std::get<T>(state_); }
  const T& operator*() const { return std::get<T>(state_); }
  T* operator->() { return &std::get<T>(state_); }
  const T* operator->() const { return &std::get<T>(state_); }
  const Diagnostics& errors() const { return std::get<Diagnostics>(state_); }

 private:
  std::variant<T, Diagnostics> state_;
};

}  // namespace ttvm::base
