#include "program_generator.hpp"

#include <random>
#include <vector>

namespace ttvm::testing {

namespace {

struct Callable {
  std::string name;
  std::uint32_t params = 0;
  std::uint32_t results = 0;
  std::uint32_t below = 0;  // operands that it takes from below its arguments (labels only)
  bool is_label = false;
  bool is_lambda = false;     // reads the captured variables c0, c1
  bool is_recursive = false;  // its first parameter counts down
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  std::string run();

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  // Of something that may well raise. Programs differ in this: careful ones run long, careless ones
  // exercise the errors.
  bool risk() { return chance(risk_); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  void line(const std::string& text) {
    out_ += text;
    out_ += '\n';
  }
  std::string fresh(const char* prefix) { return prefix + std::to_string(counter_++); }
  std::string variable() {
    return variables_[below(static_cast<std::uint32_t>(variables_.size()))];
  }

  void function(std::uint32_t index);
  void initialize();
  void grow();
  void body(int final_depth);
  void adjust(int depth);
  void statements(std::uint32_t count);
  void statement();
  void shuffle();
  void dip();
  void expression(std::uint32_t size);
  void literal();
  void operation();
  bool call(bool tail);
  void closure_call();
  void make_closure(const Callable& c);
  void apply();
  void branch();
  void loop();
  void push_loop();
  void protect();
  void early_return();

  std::mt19937_64 random_;
  std::string out_;
  std::uint32_t counter_ = 0;
  std::uint32_t risk_ = 0;
  std::vector<Callable> callables_;
  // Of the function being written:
  std::uint32_t current_ = 0;
  std::vector<std::string> variables_;
  int depth_ = 0;   // operands, relative to the function's start
  int floor_ = 0;   // what may be taken without care
  int lowest_ = 0;  // what belongs to this function at all
  int final_depth_ = 0;
  std::uint32_t nesting_ = 0;
  std::uint32_t in_loop_ = 0;
  std::uint32_t room_ = 0;  // statements left, so that programs stay small
};

std::string Generator::run() {
  constexpr std::uint32_t kRisks[] = {0, 1, 1, 2, 4, 20};
  risk_ = kRisks[below(6)];
  const std::uint32_t count = below(5);
  for (std::uint32_t i = 0; i < count; ++i) {
    Callable c;
    c.is_label = chance(45);
    c.is_lambda = !c.is_label && chance(40);
    c.is_recursive = !c.is_lambda && chance(25);
    c.name = (c.is_label ? "l" : "f") + std::to_string(i);
    c.params = below(4);
    if (c.is_recursive && c.params == 0) c.params = 1;
    c.results = below(4);
    c.below = c.is_label ? below(3) : 0;
    if (chance(40)) {  // fit for APPLY and MAP
      c.params = 1 + below(2);
      c.results = 1;
      c.below = 0;
    }
    if (c.is_recursive) c.below = 0;
    callables_.push_back(c);
  }
  std::string functions;
  for (std::uint32_t i = 0; i < count; ++i) {
    function(i);
    functions += out_;
    out_.clear();
  }
  current_ = ~0U;
  variables_ = {"a", "b", "x", "y", "s"};
  depth_ = 0;
  lowest_ = 0;
  nesting_ = 0;
  in_loop_ = 0;
  room_ = 40;
  initialize();
  body(static_cast<int>(below(3)));
  for (const std::string& name : variables_) {
    if (!chance(60)) continue;
    line("LOAD " + name);
    line("PRINT");
  }
  while (depth_ > 0) {
    line("PRINT");
    --depth_;
  }
  line("HALT");
  return out_ + functions;
}

void Generator::function(std::uint32_t index) {
  const Callable& self = callables_[index];
  current_ = index;
  variables_.clear();
  room_ = 12;
  depth_ = 0;
  nesting_ = 0;
  in_loop_ = 0;
  std::string head = self.is_label ? "LABEL " + self.name : "FUNC " + self.name;
  for (std::uint32_t i = 0; i < self.params; ++i) {
    variables_.push_back("p" + std::to_string(i));
    if (!self.is_label) head += " p" + std::to_string(i);
  }
  line(head);
  lowest_ = -static_cast<int>(self.below);
  floor_ = lowest_;
  if (self.is_lambda) {
    variables_.emplace_back("c0");
    variables_.emplace_back("c1");
  }
  const int end = static_cast<int>(self.results) - static_cast<int>(self.below);
  if (self.is_recursive) {
    line("LOAD p0");
    line("PUSH_INT 0");
    line("LE");
    const std::string more = fresh("m");
    line("JZ " + more);
    final_depth_ = end;
    adjust(end);
    line("RET");
    line(more + ":");
    depth_ = 0;
  }
  std::vector<std::string> inputs = std::move(variables_);
  variables_ = {"x", "y"};
  initialize();
  for (std::string& name : inputs) variables_.push_back(std::move(name));
  body(end);
  line(self.is_label ? "RET" : "END");
}

void Generator::initialize() {
  for (const std::string& name : variables_) {
    if (risk()) continue;
    literal();
    line("STORE " + name);
    --depth_;
  }
  line("MAKE_LIST 0");
  line("STORE list");
  line("NEW_OBJECT");
  line("STORE object");
  line("PUSH_STR \"\"");
  line("STORE text");
}

// Grows one of the values that are kept for that.
void Generator::grow() {
  const std::uint32_t kind = below(3);
  static constexpr const char* kNames[] = {"list", "object", "text"};
  const std::string name = kNames[kind];
  line("LOAD " + name);
  ++depth_;
  expression(1);
  line(kind == 0 ? "LIST_APPEND" : kind == 1 ? "SET_FIELD " + variable() : "CONCAT");
  line("STORE " + name);
  depth_ -= 2;
  if (!chance(30)) return;
  line("LOAD " + name);
  line(chance(50) ? "LEN" : "PRINT");
  if (out_.ends_with("LEN\n")) ++depth_;
}

void Generator::body(int final_depth) {
  final_depth_ = final_depth;
  floor_ = lowest_;
  statements(3 + below(6));
  if (chance(30) && current_ != ~0U) {
    adjust(lowest_);
    if (call(true)) line("RET");
  }
  adjust(final_depth);
}

void Generator::adjust(int depth) {
  while (depth_ > depth) {
    line(chance(50) && depth_ > floor_ ? "PRINT" : "POP");
    --depth_;
  }
  while (depth_ < depth) expression(0);
}

void Generator::statements(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count && room_ > 0; ++i) {
    --room_;
    statement();
  }
}

void Generator::statement() {
  const std::uint32_t kind = below(100);
  if (kind < 16) {
    expression(2);
    line("STORE " + variable());
    --depth_;
  } else if (kind < 26) {
    expression(2);
  } else if (kind < 36) {
    shuffle();
  } else if (kind < 40) {
    apply();
  } else if (kind < 50) {
    operation();
  } else if (kind < 58) {
    call(false);
  } else if (kind < 62) {
    closure_call();
  } else if (kind < 70) {
    branch();
  } else if (kind < 76) {
    loop();
  } else if (kind < 78) {
    push_loop();
  } else if (kind < 86) {
    protect();
  } else if (kind < 88) {
    early_return();
  } else if (kind < 90) {
    const std::string name = variable();
    line("DELETE " + name);
    if (!risk()) {
      literal();
      line("STORE " + name);
      --depth_;
    }
  } else if (kind < 92) {
    dip();
  } else if (kind < 95) {
    grow();
  } else if (depth_ > floor_) {
    line("PRINT");
    --depth_;
  } else {
    expression(1);
    line("PRINT");
    --depth_;
  }
}

void Generator::shuffle() {
  // Shuffling does not raise, so it may reach below the innermost TRY.
  const int have = depth_ - lowest_;
  const int depth = depth_;
  switch (below(5)) {
    case 0:
      if (have < 1) return;
      line("DUP");
      ++depth_;
      break;
    case 1:
      if (have < 2) return;
      line("SWAP");
      break;
    case 2:
      if (have < 2) return;
      line("OVER");
      ++depth_;
      break;
    case 3:
      if (have < 3) return;
      line("ROT");
      break;
    default:
      if (depth <= floor_) return;
      line("POP");
      --depth_;
  }
}

// Replaces an operand that may belong to code outside of the TRY, without raising.
void Generator::dip() {
  if (depth_ <= lowest_) return;
  switch (risk() ? 0 : 1 + below(3)) {
    case 0:
      line("NOT");
      break;
    case 1:
      line("POP");
      line("PUSH_INT " + std::to_string(below(100)));
      break;
    case 2:
      line("POP");
      line(risk() ? "PUSH_STR \"dip\"" : "PUSH_INT 7");
      break;
    default:
      line("STORE x");
      line("LOAD x");
  }
}

void Generator::literal() {
  static constexpr const char* kInts[] = {"0",
                                          "1",
                                          "2",
                                          "3",
                                          "-1",
                                          "10",
                                          "32767",
                                          "-32768",
                                          "4611686018427387904",
                                          "9223372036854775807"};
  static constexpr const char* kFloats[] = {"0.0", "1.5", "-2.25", "1e300", "3.0"};
  static constexpr const char* kStrings[] = {"", "a", "b", "text",
                                             "a longer piece of text, you see"};
  ++depth_;
  const std::uint32_t kind = risk() ? below(100) : chance(20) ? 60U : 0U;
  if (kind < 55) return line(std::string("PUSH_INT ") + kInts[risk() ? below(10) : below(6)]);
  if (kind < 65) return line(std::string("PUSH_FLOAT ") + kFloats[below(5)]);
  if (kind < 80) return line(std::string("PUSH_STR \"") + kStrings[below(5)] + "\"");
  if (kind < 84) return line("TRUE");
  if (kind < 88) return line("FALSE");
  if (kind < 91) return line("NULL");
  if (kind < 94) return line("NEW_OBJECT");
  if (kind < 97) return line("MAKE_LIST 0");
  // No functions: they are values that compare in their own way. A list of two.
  line("PUSH_INT 1");
  line("PUSH_INT 2");
  line("MAKE_LIST 2");
}

void Generator::expression(std::uint32_t size) {
  if (size == 0 || chance(25)) {
    if (chance(50)) return literal();
    line("LOAD " + variable());
    ++depth_;
    return;
  }
  const std::uint32_t kind = below(100);
  if (kind < 60) {
    static constexpr const char* kBinary[] = {
        "ADD", "SUB", "MUL",    "ADD", "DIV", "MOD",   "EQ",      "NE",   "LT",    "LE",
        "GT",  "GE",  "CONCAT", "AND", "OR",  "INDEX", "BYTE_AT", "JOIN", "RANGE", "FORMAT_FLOAT"};
    expression(size - 1);
    expression(size - 1);
    line(kBinary[risk() ? below(20) : below(4)]);
    --depth_;
    if (out_.ends_with("MUL\n")) line("PUSH_INT 1009\nMOD");
  } else if (kind < 70) {
    static constexpr const char* kUnary[] = {"NEG", "NOT", "LEN", "SQRT", "BYTE_LEN"};
    expression(size - 1);
    line(kUnary[risk() ? below(5) : 0]);
  } else if (kind < 82) {
    const std::uint32_t count = below(5);
    for (std::uint32_t i = 0; i < count; ++i) expression(size - 1);
    line("MAKE_LIST " + std::to_string(count));
    depth_ -= static_cast<int>(count) - 1;
    if (risk()) return;
    line(count != 0 && chance(70) ? "PUSH_INT " + std::to_string(below(count)) + "\nINDEX" : "LEN");
  } else if (kind < 90) {
    line("NEW_OBJECT");
    ++depth_;
    for (std::uint32_t i = below(3); i > 0; --i) {
      expression(0);
      line(chance(50) ? "SET_FIELD k" : "SET_FIELD m");
      --depth_;
    }
    if (risk()) {
      line("GET_FIELD k");
    } else {
      line("LEN");
    }
  } else {
    expression(size - 1);
    line("MAKE_LIST 1");
    expression(0);
    line("MAKE_LIST 1");
    line("CONCAT");
    --depth_;
    line(risk() ? "LEN\nNOT" : "PUSH_INT 1\nINDEX");
  }
}

// On what is there.
void Generator::operation() {
  static constexpr const char* kBinary[] = {"ADD", "SUB",    "MUL", "LT",         "GE",
                                            "EQ",  "CONCAT", "AND", "LIST_APPEND"};
  if (depth_ - floor_ < 2) return;
  line(kBinary[risk() ? below(9) : below(3)]);
  --depth_;
  if (out_.ends_with("MUL\n")) line("PUSH_INT 1009\nMOD");
}

// Of a function that stands behind this one (or of itself, counting down).
bool Generator::call(bool tail) {
  std::vector<std::uint32_t> possible;
  const std::uint32_t first = current_ == ~0U ? 0 : current_;
  for (std::uint32_t i = first; i < callables_.size(); ++i) {
    const Callable& c = callables_[i];
    if (i == current_ && (!c.is_recursive || in_loop_ != 0)) continue;
    if (c.is_lambda && !risk()) continue;
    if (tail) {
      if (c.below != 0 || depth_ + static_cast<int>(c.results) != final_depth_) continue;
    } else if (depth_ - floor_ < static_cast<int>(c.below)) {
      continue;
    }
    possible.push_back(i);
  }
  if (possible.empty()) return false;
  const std::uint32_t index = possible[below(static_cast<std::uint32_t>(possible.size()))];
  const Callable& c = callables_[index];
  for (std::uint32_t i = 0; i < c.params; ++i) {
    if (i != 0 || !c.is_recursive) {
      expression(1);
    } else if (index == current_) {
      line("LOAD p0");
      line("PUSH_INT 1");
      line("SUB");
      ++depth_;
    } else {
      line("PUSH_INT " + std::to_string(below(4)));
      ++depth_;
    }
  }
  std::string text = "CALL " + c.name;
  // Labels are called with two sets of names.
  const bool swapped = c.is_label && c.params == 2 && !c.is_recursive && chance(30);
  if (c.is_label) {
    for (std::uint32_t i = 0; i < c.params; ++i) {
      text += " p" + std::to_string(swapped ? c.params - 1 - i : i);
    }
  }
  line(text);
  depth_ += static_cast<int>(c.results) - static_cast<int>(c.params + c.below);
  return true;
}

void Generator::closure_call() {
  std::vector<const Callable*> possible;
  for (std::uint32_t i = current_ == ~0U ? 0 : current_ + 1; i < callables_.size(); ++i) {
    if (callables_[i].is_lambda) possible.push_back(&callables_[i]);
  }
  if (possible.empty()) return;
  const Callable& c = *possible[below(static_cast<std::uint32_t>(possible.size()))];
  const std::string keep = fresh("k");
  make_closure(c);
  line("STORE " + keep);
  --depth_;
  for (std::uint32_t i = 0; i < c.params; ++i) expression(1);
  if (chance(30)) {  // what stands in the variable cannot be known
    const std::string skip = fresh("q");
    expression(0);
    line("JZ " + skip);
    --depth_;
    line("LOAD " + keep);
    line("STORE " + keep + "b");
    line("LOAD " + keep + "b");
    line("STORE " + keep);
    line(skip + ":");
  }
  line("LOAD " + keep);
  line("CALL_FUNCTION");
  depth_ += static_cast<int>(c.results) - static_cast<int>(c.params);
}

// Pushes it with what it captures, or what is no closure as a function.
void Generator::make_closure(const Callable& c) {
  if (!c.is_lambda) {
    std::string text = "MAKE_FUNCTION " + c.name;
    for (std::uint32_t i = 0; c.is_label && i < c.params; ++i) text += " p" + std::to_string(i);
    line(text);
    ++depth_;
    return;
  }
  for (const char* name : {"c0", "c1"}) {
    if (risk()) continue;
    expression(1);
    line(std::string("STORE ") + name);
    --depth_;
    if (!risk()) {
      line(std::string("CAPTURE ") + name);
    } else {  // on one of two ways only
      const std::string skip = fresh("q");
      expression(0);
      line("JZ " + skip);
      --depth_;
      line(std::string("CAPTURE ") + name);
      line(skip + ":");
    }
  }
  line("MAKE_LAMBDA " + c.name);
  ++depth_;
}

// APPLY, MAP, FILTER, FOLD; with some risk of a function that does not fit.
void Generator::apply() {
  std::vector<const Callable*> possible;
  for (std::uint32_t i = current_ == ~0U ? 0 : current_ + 1; i < callables_.size(); ++i) {
    const Callable& c = callables_[i];
    if ((c.results == 1 && c.below == 0 && !c.is_recursive) || risk()) possible.push_back(&c);
  }
  if (possible.empty()) return;
  const Callable& c = *possible[below(static_cast<std::uint32_t>(possible.size()))];
  if ((c.params != 1 && c.params != 2) || chance(30)) {
    const std::uint32_t count = risk() ? below(4) : c.params;
    for (std::uint32_t i = 0; i < count; ++i) expression(1);
    make_closure(c);
    line("APPLY " + std::to_string(count));
    depth_ -= static_cast<int>(count);
    return;
  }
  if (risk()) {
    expression(1);
  } else if (in_loop_ == 0 && chance(30)) {  // past the size of a flat list, and of a leaf
    line("PUSH_INT 1\nPUSH_INT " + std::to_string(20 + below(60)) + "\nRANGE");
    ++depth_;
  } else {
    const std::uint32_t count = below(5);
    for (std::uint32_t i = 0; i < count; ++i) expression(0);
    line("MAKE_LIST " + std::to_string(count));
    depth_ -= static_cast<int>(count) - 1;
  }
  if (c.params == 2) expression(0);
  make_closure(c);
  line(c.params == 2 ? "FOLD" : chance(50) ? "MAP" : "FILTER");
  depth_ -= static_cast<int>(c.params);
}

void Generator::branch() {
  if (nesting_ > 3) return;
  ++nesting_;
  const std::string otherwise = fresh("e");
  const std::string end = fresh("n");
  const bool inverted = chance(20);
  expression(chance(60) ? 2 : 1);
  if (chance(70)) {
    static constexpr const char* kComparisons[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    expression(1);
    line(kComparisons[below(6)]);
    --depth_;
    if (chance(20)) line("NOT");
  }
  line((inverted ? "JNZ " : "JZ ") + otherwise);
  --depth_;
  const int before = depth_;
  statements(1 + below(3));
  const int after = depth_;
  line("JMP " + end);
  line(otherwise + ":");
  depth_ = before;
  if (chance(60)) statements(1 + below(2));
  adjust(after);
  line(end + ":");
  --nesting_;
}

void Generator::loop() {
  if (nesting_ > 2) return;
  ++nesting_;
  ++in_loop_;
  const std::string counter = fresh("w");
  line("PUSH_INT 0");
  line("STORE " + counter);
  line("WHILE");
  line("LOAD " + counter);
  line("PUSH_INT " + std::to_string(1 + below(4)));
  line("LT");
  line("DO");
  line("LOAD " + counter);
  line("PUSH_INT 1");
  line("ADD");
  line("STORE " + counter);
  const int before = depth_;
  const int old_floor = floor_;
  statements(1 + below(4));
  if (chance(25)) {
    const std::string skip = fresh("q");
    adjust(before);
    expression(1);
    line("JZ " + skip);
    --depth_;
    line(chance(50) ? "BREAK" : "CONTINUE");
    line(skip + ":");
    statements(below(2));
  }
  adjust(before);
  line("ENDWHILE");
  floor_ = old_floor;
  --in_loop_;
  --nesting_;
}

// Pushes a number of operands that nobody knows beforehand, and takes them away again.
void Generator::push_loop() {
  const std::string counter = fresh("w");
  const std::string count = std::to_string(1 + below(5));
  for (const char* body : {"LOAD ", "POP"}) {
    const bool pushes = body[0] == 'L';
    line("PUSH_INT 0");
    line("STORE " + counter);
    line("WHILE");
    line("LOAD " + counter);
    line("PUSH_INT " + count);
    line("LT");
    line("DO");
    line("LOAD " + counter);
    line("PUSH_INT 1");
    line("ADD");
    line("STORE " + counter);
    line(pushes ? "LOAD " + counter : chance(50) ? "POP" : "PRINT");
    line("ENDWHILE");
  }
}

void Generator::protect() {
  if (nesting_ > 3) return;
  ++nesting_;
  const std::string handler = fresh("h");
  const std::string end = fresh("n");
  const int old_floor = floor_;
  const int before = depth_;
  line("TRY " + handler);
  floor_ = depth_;
  if (chance(30)) dip();
  if (chance(20)) shuffle();
  statements(1 + below(4));
  if (chance(40)) {
    const std::string skip = fresh("q");
    const bool always = chance(30);
    if (!always) {
      expression(1);
      line("JZ " + skip);
      --depth_;
    }
    expression(1);
    line("THROW");
    --depth_;
    line(skip + ":");
  }
  adjust(before + static_cast<int>(below(2)));
  const int after = depth_;
  line("END_TRY");
  line("JMP " + end);
  line(handler + ":");
  floor_ = old_floor;
  depth_ = before;
  if (chance(50)) {
    line("CATCH e");
    line("LOAD e");
  } else {
    line("CATCH");
  }
  ++depth_;
  line(chance(70) ? "GET_FIELD message" : "GET_FIELD value");
  if (!risk()) {
    line("PRINT");
    --depth_;
  } else if (chance(50)) {
    line("THROW");
    --depth_;
  }
  const bool ends = chance(90);
  if (ends && chance(50)) line("END_TRY");
  const bool ended = out_.ends_with("END_TRY\n");
  statements(below(3));
  adjust(after);
  if (ends && !ended) line("END_TRY");
  line(end + ":");
  --nesting_;
}

void Generator::early_return() {
  if (current_ == ~0U) return;
  const std::string skip = fresh("q");
  expression(1);
  line("JZ " + skip);
  --depth_;
  const int before = depth_;
  const int old_floor = floor_;
  adjust(floor_ < final_depth_ ? final_depth_ : depth_);
  if (depth_ == final_depth_ || floor_ == lowest_) {
    adjust(final_depth_);
    line("RET");
  }
  floor_ = old_floor;
  depth_ = before;
  line(skip + ":");
}

}  // namespace

std::string random_program(std::uint64_t seed) { return Generator(seed).run(); }

}  // namespace ttvm::testing
