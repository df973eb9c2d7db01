#include "reference_machine.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "reference_value.hpp"
#include "term/print.hpp"

namespace ttvm::testing {

namespace {

using bytecode::Instruction;
using isa::Op;

struct Raise {
  Value exception;
};

[[noreturn]] void raise(std::string message) {
  throw Raise{
      Exception{std::make_shared<Value>(std::move(message)), std::make_shared<Value>(Null{})}};
}

struct Halted {};
struct TooLong {};

class Machine {
 public:
  Machine(const bytecode::Module& module, std::uint64_t max_steps)
      : module_(module), max_steps_(max_steps) {}

  ReferenceResult run();

 private:
  struct Try {
    std::uint32_t pc;
    std::uint32_t handler;
    std::size_t operands;
    bool handling;
  };
  struct Frame {
    std::uint32_t return_to = 0;
    Variables variables;
    Variables pending;
    std::vector<Try> tries;
  };

  bool step();  // false: the process has ended
  bool unwind(const Value& exception, std::size_t base);
  void report(const Value& exception);
  // The function called by itself: it sees no operands but its arguments, and leaves one result.
  Value apply(Op op, const Function& function, std::vector<Value> arguments);
  const Function& check_function(Op op, const Value& value, std::size_t arguments);
  void apply_function(std::size_t count);
  void each(Op op);
  void range();
  void join();
  void byte_at();
  void format_float();
  void call(std::uint32_t function, const Variables* captures);
  void arithmetic(Op op);
  void compare(Op op);
  void shuffle(Op op);
  void data(const Instruction& instruction);
  void index();
  void concat();
  void print(const Value& value, std::string& out, bool nested) const;
  std::string mnemonic(Op op) const { return std::string(isa::info(op).mnemonic); }

  Value pop(Op op) {
    if (reachable() == 0) raise("Stack underflow during " + mnemonic(op));
    Value value = std::move(operands_.back());
    operands_.pop_back();
    return value;
  }
  std::size_t reachable() const { return operands_.size() - fence_; }
  void push(Value value) { operands_.push_back(std::move(value)); }
  Frame& frame() { return frames_.back(); }

  const bytecode::Module& module_;
  std::uint64_t max_steps_;
  std::uint32_t pc_ = 0;
  std::vector<Value> operands_;
  std::size_t fence_ = 0;  // operands below it are out of reach
  std::uint64_t steps_ = 0;
  std::vector<Frame> frames_;
  ReferenceResult result_;
};

ReferenceResult Machine::run() {
  frames_.emplace_back();
  try {
    while (!result_.finished) {
      try {
        result_.finished = !step();
      } catch (const Raise& raised) {
        if (unwind(raised.exception, 0)) continue;
        report(raised.exception);
        result_.finished = true;
      }
    }
  } catch (const Halted&) {
    result_.finished = true;
  } catch (const TooLong&) {
  }
  result_.steps = steps_;
  return result_;
}

bool Machine::unwind(const Value& exception, std::size_t base) {
  for (; frames_.size() > base; frames_.pop_back()) {
    auto& tries = frame().tries;
    while (!tries.empty() && tries.back().handling) tries.pop_back();
    if (tries.empty()) continue;
    tries.back().handling = true;
    if (operands_.size() > tries.back().operands) operands_.resize(tries.back().operands);
    push(exception);
    pc_ = tries.back().handler;
    return true;
  }
  return false;
}

void Machine::report(const Value& exception) {
  const Exception& ended = *as<Exception>(exception);
  print(as<Null>(*ended.message) != nullptr ? *ended.value : *ended.message, result_.uncaught,
        as<Null>(*ended.message) != nullptr);
  result_.status = 1;
}

Value Machine::apply(Op op, const Function& function, std::vector<Value> arguments) {
  const std::size_t base = frames_.size();
  const std::size_t fence = std::exchange(fence_, operands_.size());
  for (Value& argument : arguments) push(std::move(argument));
  call(function.index, function.captures.get());
  while (frames_.size() > base) {
    try {
      if (!step()) throw Halted{};
    } catch (const Raise& raised) {
      if (unwind(raised.exception, base)) continue;
      fence_ = fence;
      throw;
    }
  }
  const std::size_t left = reachable();
  Value result = left == 0 ? Value(Null{}) : operands_.back();
  operands_.resize(fence_);
  fence_ = fence;
  if (left == 1) return result;
  std::string text = mnemonic(op) + " expects a function that leaves one result but ";
  print(function, text, false);
  raise(text + " left " + (left == 0 ? "none" : std::to_string(left)));
}

const Function& Machine::check_function(Op op, const Value& value, std::size_t arguments) {
  const Function* function = as<Function>(value);
  if (function == nullptr) raise(mnemonic(op) + " expects a function but got " + type_name(value));
  if (module_.functions[function->index].params.size() == arguments) return *function;
  std::string text = mnemonic(op) + " expects a function of " +
                     (arguments == 0 ? "no" : std::to_string(arguments)) +
                     (arguments == 1 ? " argument" : " arguments") + " but got ";
  print(value, text, false);
  raise(text);
}

void Machine::apply_function(std::size_t count) {
  const Value callee = pop(Op::kApply);
  std::vector<Value> arguments(count);
  for (std::size_t i = count; i-- > 0;) arguments[i] = pop(Op::kApply);
  push(apply(Op::kApply, check_function(Op::kApply, callee, count), std::move(arguments)));
}

void Machine::each(Op op) {
  const Value callee = pop(op);
  Value value = op == Op::kFold ? pop(op) : Value(Null{});
  const Value over = pop(op);
  const List* list = as<List>(over);
  if (list == nullptr) raise(mnemonic(op) + " expects a list but got " + type_name(over));
  const Function& function = check_function(op, callee, op == Op::kFold ? 2 : 1);
  std::vector<Value> results;
  for (const Value& element : **list) {
    if (op == Op::kFold) {
      value = apply(op, function, {value, element});
      continue;
    }
    Value result = apply(op, function, {element});
    if (op == Op::kMap) {
      results.push_back(std::move(result));
    } else if (truthy(result)) {
      results.push_back(element);
    }
  }
  if (op == Op::kFold) return push(std::move(value));
  push(std::make_shared<const std::vector<Value>>(std::move(results)));
}

void Machine::range() {
  const Value to = pop(Op::kRange);
  const Value from = pop(Op::kRange);
  const std::int64_t* last = as<std::int64_t>(to);
  const std::int64_t* first = as<std::int64_t>(from);
  if (first == nullptr || last == nullptr) {
    raise(std::string("RANGE expects Ints but got ") + type_name(from) + " and " + type_name(to));
  }
  const __int128 length = static_cast<__int128>(*last) - *first + 1;
  if (length < 0) {
    raise("RANGE from " + std::to_string(*first) + " to " + std::to_string(*last) +
          " has less than no elements");
  }
  if (length > __int128{1} << 32U) raise("RANGE makes lists of at most 4294967296 elements");
  std::vector<Value> elements;
  for (__int128 i = 0; i < length; ++i)
    elements.emplace_back(static_cast<std::int64_t>(*first + i));
  push(std::make_shared<const std::vector<Value>>(std::move(elements)));
}

void Machine::join() {
  const Value between = pop(Op::kJoin);
  const Value of = pop(Op::kJoin);
  const List* list = as<List>(of);
  if (list == nullptr) raise(std::string("JOIN expects a list but got ") + type_name(of));
  if (as<std::string>(between) == nullptr) {
    raise(std::string("JOIN expects a string between the elements but got ") + type_name(between));
  }
  std::string text;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    if (i != 0) text += *as<std::string>(between);
    print((**list)[i], text, false);
  }
  push(std::move(text));
}

void Machine::byte_at() {
  const Value position = pop(Op::kByteAt);
  const Value of = pop(Op::kByteAt);
  const std::string* text = as<std::string>(of);
  if (text == nullptr) {
    raise(std::string("BYTE_AT expects a string or bytes but got ") + type_name(of));
  }
  const std::int64_t* at = as<std::int64_t>(position);
  if (at == nullptr) {
    raise(std::string("BYTE_AT expects an Int index but got ") + type_name(position));
  }
  if (*at < 0 || *at >= static_cast<std::int64_t>(text->size())) {
    raise("Index " + std::to_string(*at) + " out of bounds for " + std::to_string(text->size()) +
          " bytes");
  }
  push(static_cast<std::int64_t>(
      static_cast<unsigned char>((*text)[static_cast<std::size_t>(*at)])));
}

void Machine::format_float() {
  const Value digits = pop(Op::kFormatFloat);
  const Value of = pop(Op::kFormatFloat);
  const std::int64_t* count = as<std::int64_t>(digits);
  double value = 0;
  if (!number(of, value)) {
    raise(std::string("FORMAT_FLOAT expects a number but got ") + type_name(of));
  }
  if (count == nullptr) {
    raise(std::string("FORMAT_FLOAT expects an Int as the number of digits but got ") +
          type_name(digits));
  }
  if (*count < 0 || *count > 100) {
    raise("FORMAT_FLOAT expects from 0 to 100 digits but got " + std::to_string(*count));
  }
  const auto places = static_cast<std::size_t>(*count);
  if (const std::int64_t* integer = as<std::int64_t>(of)) {
    return push(std::to_string(*integer) + (places != 0 ? "." + std::string(places, '0') : ""));
  }
  if (std::isnan(value)) return push("nan");
  char text[512];
  std::snprintf(text, sizeof text, "%.*f", static_cast<int>(places), value);
  push(std::string(text));
}

void Machine::call(std::uint32_t function, const Variables* captures) {
  const bytecode::Function& callee = module_.functions[function];
  Frame next;
  next.return_to = pc_;
  if (captures != nullptr) next.variables = *captures;
  if (reachable() < callee.params.size()) raise("Stack underflow during CALL");
  for (std::size_t i = callee.params.size(); i-- > 0;) {
    next.variables.insert_or_assign(callee.params[i], pop(Op::kCall));
  }
  frames_.push_back(std::move(next));
  pc_ = callee.entry;
}

bool Machine::step() {
  if (++steps_ > max_steps_) throw TooLong{};
  if (pc_ >= module_.code.size()) return false;
  const std::uint32_t at = pc_++;
  const Instruction& instruction = module_.code[at];
  switch (instruction.op) {
    case Op::kHalt:
      return false;
    case Op::kPushInt:
      push(instruction.imm);
      break;
    case Op::kPushFloat: {
      double value = 0;
      static_assert(sizeof value == sizeof instruction.imm);
      __builtin_memcpy(&value, &instruction.imm, sizeof value);
      push(value);
      break;
    }
    case Op::kPushStr:
      push(module_.strings[instruction.a]);
      break;
    case Op::kTrue:
    case Op::kFalse:
      push(instruction.op == Op::kTrue);
      break;
    case Op::kPushBool:
      push(instruction.imm != 0);
      break;
    case Op::kNull:
      push(Null{});
      break;
    case Op::kStore: {
      Value value = pop(instruction.op);
      frame().variables.insert_or_assign(instruction.a, std::move(value));
      break;
    }
    case Op::kCatch:
      if (instruction.a != 0) {
        Value value = pop(instruction.op);
        frame().variables.insert_or_assign(instruction.a - 1, std::move(value));
      }
      break;
    case Op::kLoad:
    case Op::kDelete:
    case Op::kCapture: {
      const auto found = frame().variables.find(instruction.a);
      if (found == frame().variables.end()) {
        raise("Undefined variable: " + module_.strings[instruction.a]);
      }
      if (instruction.op == Op::kLoad) push(found->second);
      if (instruction.op == Op::kCapture) {
        frame().pending.insert_or_assign(instruction.a, found->second);
      }
      if (instruction.op == Op::kDelete) frame().variables.erase(found);
      break;
    }
    case Op::kMakeFunction:
      push(Function{instruction.a, std::make_shared<Variables>()});
      break;
    case Op::kMakeLambda:
      push(Function{instruction.a, std::make_shared<Variables>(std::move(frame().pending))});
      frame().pending.clear();
      break;
    case Op::kJmp:
      pc_ = instruction.a;
      break;
    case Op::kJz:
    case Op::kJnz:
      if (truthy(pop(instruction.op)) == (instruction.op == Op::kJnz)) pc_ = instruction.a;
      break;
    case Op::kCall:
      call(instruction.a, nullptr);
      break;
    case Op::kCallFunction: {
      const Value callee = pop(instruction.op);
      const Function* function = as<Function>(callee);
      if (function == nullptr) {
        push(callee);
        raise(std::string("CALL_FUNCTION expects a function but got ") + type_name(callee));
      }
      call(function->index, function->captures.get());
      break;
    }
    case Op::kApply:
      apply_function(static_cast<std::size_t>(instruction.imm));
      break;
    case Op::kMap:
    case Op::kFilter:
    case Op::kFold:
      each(instruction.op);
      break;
    case Op::kRet:
      pc_ = frame().return_to;
      frames_.pop_back();
      return !frames_.empty();
    case Op::kTry: {
      auto& tries = frame().tries;
      for (std::size_t i = 0; i < tries.size(); ++i) {
        if (tries[i].pc == at) tries.resize(i);
      }
      tries.push_back({at, instruction.a, operands_.size(), false});
      break;
    }
    case Op::kEndTry:
      if (!frame().tries.empty()) frame().tries.pop_back();
      break;
    case Op::kThrow: {
      const Value value = pop(instruction.op);
      if (as<Exception>(value) != nullptr) throw Raise{value};
      if (const std::string* text = as<std::string>(value)) raise(*text);
      throw Raise{Exception{std::make_shared<Value>(Null{}), std::make_shared<Value>(value)}};
    }
    case Op::kPrint: {
      std::string line;
      print(pop(instruction.op), line, false);
      result_.out += line + "\n";
      break;
    }
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMod:
    case Op::kNeg:
    case Op::kSqrt:
      arithmetic(instruction.op);
      break;
    case Op::kEq:
    case Op::kNe:
    case Op::kLt:
    case Op::kLe:
    case Op::kGt:
    case Op::kGe:
    case Op::kNot:
    case Op::kAnd:
    case Op::kOr:
      compare(instruction.op);
      break;
    case Op::kDup:
    case Op::kPop:
    case Op::kSwap:
    case Op::kOver:
    case Op::kRot:
      shuffle(instruction.op);
      break;
    default:
      data(instruction);
  }
  return true;
}

void Machine::shuffle(Op op) {
  const std::size_t wanted = op == Op::kRot ? 3 : op == Op::kDup || op == Op::kPop ? 1 : 2;
  if (reachable() < wanted) raise("Stack underflow during " + mnemonic(op));
  const std::size_t top = operands_.size() - 1;
  switch (op) {
    case Op::kDup:
      push(Value(operands_[top]));
      break;
    case Op::kPop:
      operands_.pop_back();
      break;
    case Op::kSwap:
      std::swap(operands_[top], operands_[top - 1]);
      break;
    case Op::kOver:
      push(Value(operands_[top - 1]));
      break;
    default: {
      Value third = operands_[top - 2];
      operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(top) - 2);
      push(std::move(third));
    }
  }
}

void Machine::arithmetic(Op op) {
  const Value b = pop(op);
  if (op == Op::kNeg) {
    if (const std::int64_t* integer = as<std::int64_t>(b)) {
      if (*integer == std::numeric_limits<std::int64_t>::min()) raise("Arithmetic overflow");
      return push(-*integer);
    }
    if (const double* real = as<double>(b)) return push(-*real);
    raise(std::string("NEG expects a number but got ") + type_name(b));
  }
  if (op == Op::kSqrt) {
    double real = 0;
    if (!number(b, real)) raise(std::string("SQRT expects a number but got ") + type_name(b));
    if (real < 0) raise("Square root of a negative number");
    return push(std::sqrt(real));
  }
  const Value a = pop(op);
  const std::int64_t* i = as<std::int64_t>(a);
  const std::int64_t* j = as<std::int64_t>(b);
  double x = 0;
  double y = 0;
  if (!number(a, x) || !number(b, y)) {
    raise(mnemonic(op) + " expects numbers but got " + type_name(a) + " and " + type_name(b));
  }
  const bool divides = op == Op::kDiv || op == Op::kMod;
  if (divides && y == 0) raise("Division by zero");
  if (i != nullptr && j != nullptr) {
    const __int128 left = *i;
    const __int128 right = *j;
    const __int128 exact = op == Op::kAdd   ? left + right
                           : op == Op::kSub ? left - right
                           : op == Op::kMul ? left * right
                           : op == Op::kDiv ? left / right
                                            : left % right;
    if (exact > std::numeric_limits<std::int64_t>::max() ||
        exact < std::numeric_limits<std::int64_t>::min()) {
      raise("Arithmetic overflow");
    }
    return push(static_cast<std::int64_t>(exact));
  }
  push(op == Op::kAdd   ? x + y
       : op == Op::kSub ? x - y
       : op == Op::kMul ? x * y
       : op == Op::kDiv ? x / y
                        : std::fmod(x, y));
}

void Machine::compare(Op op) {
  const Value b = pop(op);
  if (op == Op::kNot) return push(!truthy(b));
  const Value a = pop(op);
  if (op == Op::kAnd) return push(truthy(a) && truthy(b));
  if (op == Op::kOr) return push(truthy(a) || truthy(b));
  if (op == Op::kEq || op == Op::kNe) return push(equal(a, b) == (op == Op::kEq));
  const std::string* s = as<std::string>(a);
  const std::string* t = as<std::string>(b);
  const std::int64_t* i = as<std::int64_t>(a);
  const std::int64_t* j = as<std::int64_t>(b);
  double x = 0;
  double y = 0;
  bool less = false;
  bool same = false;
  if (s != nullptr && t != nullptr) {
    less = *s < *t;
    same = *s == *t;
  } else if (i != nullptr && j != nullptr) {
    less = *i < *j;
    same = *i == *j;
  } else if (number(a, x) && number(b, y)) {
    if (std::isnan(x) || std::isnan(y)) return push(false);
    less = exact_number(a) < exact_number(b);
    same = exact_number(a) == exact_number(b);
  } else {
    raise(mnemonic(op) + " expects two numbers or two strings but got " + type_name(a) + " and " +
          type_name(b));
  }
  push(op == Op::kLt   ? less
       : op == Op::kLe ? less || same
       : op == Op::kGt ? !less && !same
                       : !less);
}

void Machine::concat() {
  const Value b = pop(Op::kConcat);
  const Value a = pop(Op::kConcat);
  if (as<std::string>(a) != nullptr || as<std::string>(b) != nullptr) {
    std::string text;
    print(a, text, false);
    print(b, text, false);
    return push(std::move(text));
  }
  const List* left = as<List>(a);
  const List* right = as<List>(b);
  if (left == nullptr || right == nullptr) {
    raise(std::string("CONCAT expects two lists, two byte strings or a string but got ") +
          type_name(a) + " and " + type_name(b));
  }
  std::vector<Value> joined = **left;
  joined.insert(joined.end(), (*right)->begin(), (*right)->end());
  push(std::make_shared<const std::vector<Value>>(std::move(joined)));
}

void Machine::index() {
  const Value position = pop(Op::kIndex);
  const Value from = pop(Op::kIndex);
  const List* list = as<List>(from);
  const std::string* text = as<std::string>(from);
  if (list == nullptr && text == nullptr) {
    raise(std::string("INDEX expects a list, string or bytes but got ") + type_name(from));
  }
  const std::int64_t* at = as<std::int64_t>(position);
  if (at == nullptr) {
    raise(std::string("INDEX expects an Int index but got ") + type_name(position));
  }
  const auto length = static_cast<std::int64_t>(list != nullptr ? (*list)->size() : text->size());
  if (*at < 0 || *at >= length) {
    raise("Index " + std::to_string(*at) + " out of bounds for " +
          (list != nullptr ? "list" : "string") + " of length " + std::to_string(length));
  }
  const auto offset = static_cast<std::size_t>(*at);
  push(list != nullptr ? (**list)[offset] : Value(std::string(1, (*text)[offset])));
}

void Machine::data(const Instruction& instruction) {
  const Op op = instruction.op;
  switch (op) {
    case Op::kMakeList: {
      const auto count = static_cast<std::size_t>(instruction.imm);
      if (reachable() < count) raise("Stack underflow during MAKE_LIST");
      const auto first = operands_.end() - static_cast<std::ptrdiff_t>(count);
      auto list = std::make_shared<const std::vector<Value>>(first, operands_.end());
      operands_.erase(first, operands_.end());
      return push(std::move(list));
    }
    case Op::kLen: {
      const Value of = pop(op);
      std::size_t length = 0;
      if (const List* list = as<List>(of)) {
        length = (*list)->size();
      } else if (const Object* object = as<Object>(of)) {
        length = (*object)->size();
      } else if (const std::string* text = as<std::string>(of)) {
        length = text->size();
      } else {
        raise(std::string("LEN expects a list, object, string or bytes but got ") + type_name(of));
      }
      return push(static_cast<std::int64_t>(length));
    }
    case Op::kIndex:
      return index();
    case Op::kRange:
      return range();
    case Op::kJoin:
      return join();
    case Op::kByteAt:
      return byte_at();
    case Op::kFormatFloat:
      return format_float();
    case Op::kByteLen: {
      const Value of = pop(op);
      const std::string* text = as<std::string>(of);
      if (text == nullptr) {
        raise(std::string("BYTE_LEN expects a string or bytes but got ") + type_name(of));
      }
      return push(static_cast<std::int64_t>(text->size()));
    }
    case Op::kConcat:
      return concat();
    case Op::kListAppend: {
      Value element = pop(op);
      const Value to = pop(op);
      const List* list = as<List>(to);
      if (list == nullptr) {
        raise(std::string("LIST_APPEND expects a list but got ") + type_name(to));
      }
      std::vector<Value> longer = **list;
      longer.push_back(std::move(element));
      return push(std::make_shared<const std::vector<Value>>(std::move(longer)));
    }
    case Op::kNewObject:
      return push(std::make_shared<const std::vector<std::pair<std::string, Value>>>());
    case Op::kSetField: {
      Value value = pop(op);
      const Value of = pop(op);
      const Object* object = as<Object>(of);
      if (object == nullptr) {
        raise(std::string("SET_FIELD expects an object but got ") + type_name(of));
      }
      auto fields = **object;
      const std::string& key = module_.strings[instruction.a];
      bool found = false;
      for (auto& [name, old] : fields) {
        if (name == key) {
          old = value;
          found = true;
        }
      }
      if (!found) fields.emplace_back(key, std::move(value));
      return push(
          std::make_shared<const std::vector<std::pair<std::string, Value>>>(std::move(fields)));
    }
    case Op::kGetField: {
      const Value of = pop(op);
      const std::string& key = module_.strings[instruction.a];
      if (const Exception* exception = as<Exception>(of)) {
        return push(Value(key == "message" ? *exception->message : *exception->value));
      }
      const Object* object = as<Object>(of);
      if (object == nullptr) {
        raise(std::string("GET_FIELD expects an object but got ") + type_name(of));
      }
      for (const auto& [name, value] : **object) {
        if (name == key) return push(Value(value));
      }
      return push(Null{});
    }
    default:
      TTVM_CHECK(!"the generator makes no such instruction");
  }
}

void Machine::print(const Value& value, std::string& out, bool nested) const {
  if (as<Null>(value) != nullptr) {
    out += "null";
  } else if (const bool* flag = as<bool>(value)) {
    out += *flag ? "true" : "false";
  } else if (const std::int64_t* integer = as<std::int64_t>(value)) {
    out += std::to_string(*integer);
  } else if (const double* real = as<double>(value)) {
    term::print_float(*real, out);
  } else if (const std::string* text = as<std::string>(value)) {
    if (nested) {
      term::print_quoted(*text, out);
    } else {
      out += *text;
    }
  } else if (const List* list = as<List>(value)) {
    out += "[";
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
      if (i != 0) out += ", ";
      print((**list)[i], out, true);
    }
    out += "]";
  } else if (const Object* object = as<Object>(value)) {
    out += "{";
    for (std::size_t i = 0; i < (*object)->size(); ++i) {
      if (i != 0) out += ", ";
      out += (**object)[i].first + ": ";
      print((**object)[i].second, out, true);
    }
    out += "}";
  } else if (const Function* function = as<Function>(value)) {
    const bytecode::Function& info = module_.functions[function->index];
    out += "function " + module_.strings[info.name] + "/" + std::to_string(info.params.size());
  } else {
    const Exception& exception = *as<Exception>(value);
    const bool has_message = as<Null>(*exception.message) == nullptr;
    out += "Exception: ";
    print(has_message ? *exception.message : *exception.value, out, !has_message);
  }
}

}  // namespace

ReferenceResult run_reference(const bytecode::Module& module, std::uint64_t max_steps) {
  return Machine(module, max_steps).run();
}

}  // namespace ttvm::testing
