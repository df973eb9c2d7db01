#include "term/print.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "term/access.hpp"
#include "term/small_stack.hpp"

namespace ttvm::term {

namespace {

template <typename Integer>
void append_integer(Integer value, std::string& out) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

bool is_bare_key(std::string_view key) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (key.empty() || !is_letter(key[0])) return false;
  for (const char c : key) {
    if (!is_letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

void append_escape(unsigned char c, std::string& out) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\0':
      out += "\\0";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '"':
      out += "\\\"";
      return;
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += "\\x";
  out += kDigits[c >> 4U];
  out += kDigits[c & 15U];
}

// Walks a value; a frame stands for a list or object of which `index` entries have been printed.
class Printer {
 public:
  Printer(std::string& out, std::size_t max_bytes)
      : out_(out), limit_(max_bytes > SIZE_MAX - out.size() ? SIZE_MAX : out.size() + max_bytes) {}

  bool run(Term value, bool nested) {
    start(value, nested);
    while (!stack_.empty() && out_.size() <= limit_) {
      Frame& frame = stack_.top();
      if (frame.index == frame.count) {
        out_ += frame.is_list ? ']' : '}';
        stack_.pop();
      } else if (frame.is_list) {
        if (frame.index > 0) out_ += ", ";
        start(list_get(frame.value, frame.index++), true);
      } else {
        next_field(frame);
      }
    }
    return out_.size() <= limit_;
  }

 private:
  struct Frame {
    Term value;
    std::uint64_t index, count;
    bool is_list, first;
  };

  void next_field(Frame& frame) {
    Term key;
    Term value;
    if (!object_entry(frame.value, frame.index++, key, value)) return;
    if (!frame.first) out_ += ", ";
    frame.first = false;
    const std::string_view text = text_of(key);
    if (is_bare_key(text)) {
      out_ += text;
    } else {
      print_quoted(text, out_);
    }
    out_ += ": ";
    start(value, true);
  }

  void start(Term t, bool nested) {
    // An exception without a message goes on with its value, which may be an exception again.
    while (t.is_box() && type_of(t) == Type::kException) {
      out_ += "Exception: ";
      if (is_string(exception_message(t))) {
        out_ += text_of(exception_message(t));
        return;
      }
      t = exception_value(t);
      nested = true;
    }
    switch (type_of(t)) {
      case Type::kList:
        out_ += '[';
        stack_.push({t, 0, list_length(t), true, true});
        return;
      case Type::kObject:
        out_ += '{';
        stack_.push({t, 0, object_positions(t), false, true});
        return;
      case Type::kStr:
        if (nested) {
          print_quoted(text_of(t), out_);
        } else {
          out_ += text_of(t);
        }
        return;
      default:
        leaf(t);
        return;
    }
  }

  void leaf(Term t) {
    switch (type_of(t)) {
      case Type::kInt: {
        std::int64_t value = 0;
        as_int64(t, value);
        return print_int(value, out_);
      }
      case Type::kFloat: {
        double value = 0;
        as_double(t, value);
        return print_float(value, out_);
      }
      case Type::kBool:
        out_ += t.is_true() ? "true" : "false";
        return;
      case Type::kNull:
        out_ += "null";
        return;
      case Type::kBytes:
        return bytes(text_of(t));
      case Type::kPid:
        return append_integer(t.as_pid(), out_);
      case Type::kRef:
        out_ += "#Ref<";
        append_integer(ref_number(t), out_);
        out_ += '>';
        return;
      case Type::kPattern:
        if (t.is_any_pattern()) {
          out_ += "ANY";
          return;
        }
        out_ += "TYPE_PATTERN ";
        out_ += type_name(t.pattern_type());
        return;
      case Type::kFunction:
        out_ += "function ";
        out_ += function_info(t)->name;
        out_ += '/';
        return append_integer(function_info(t)->arity, out_);
      default:
        return;
    }
  }

  void bytes(std::string_view all) {
    out_ += "<<";
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) out_ += ", ";
      append_integer(static_cast<unsigned>(static_cast<unsigned char>(all[i])), out_);
    }
    out_ += ">>";
  }

  std::string& out_;
  std::size_t limit_;
  SmallStack<Frame, 16> stack_;
};

}  // namespace

void print_int(std::int64_t value, std::string& out) { append_integer(value, out); }

// The shortest digits that read back the same; positional from 1e-6 to below 1e+21, with an
// exponent outside of that.
void print_float(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    return;
  }
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
          .ptr;
  const std::string_view all(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t mark = all.find('e');
  int exponent = 0;
  std::from_chars(all.data() + mark + (all[mark + 1] == '+' ? 2 : 1), end, exponent);
  std::string_view mantissa = all.substr(0, mark);
  if (mantissa.front() == '-') {
    out += '-';
    mantissa.remove_prefix(1);
  }
  constexpr int kLeast = -6;
  constexpr int kMost = 20;
  if (exponent < kLeast || exponent > kMost) {
    out += mantissa;
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
    return;
  }
  std::string digits(mantissa.substr(0, 1));
  if (mantissa.size() > 2) digits += mantissa.substr(2);
  if (exponent < 0) {
    out += "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
    return;
  }
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    out += digits + std::string(whole - digits.size(), '0') + ".0";
  } else {
    out += digits.substr(0, whole) + "." + digits.substr(whole);
  }
}

void print_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '"' || c == '\\') {
      append_escape(byte, out);
    } else {
      out += c;
    }
  }
  out += '"';
}

bool print(Term value, std::string& out, bool nested, std::size_t max_bytes) {
  return Printer(out, max_bytes).run(value, nested);
}

std::string to_text(Term value) {
  std::string out;
  print(value, out);
  return out;
}

}  // namespace ttvm::term
