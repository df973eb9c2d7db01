#include "reference_machine.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"
#include "term/print.hpp"

namespace ttvm::testing {

namespace {

using bytecode::Instruction;
using isa::Op;

struct Value;
struct Null {};
using List = std::shared_ptr<const std::vector<Value>>;
using Object = std::shared_ptr<const std::vector<std::pair<std::string, Value>>>;
using Variables = std::map<std::uint32_t, Value>;
struct Function {
  std::uint32_t index;
  std::shared_ptr<const Variables> captures;
};
struct Exception {
  std::shared_ptr<const Value> message;
  std::shared_ptr<const Value> value;
};
struct Value : std::variant<Null, bool, std::int64_t, double, std::string, List, Object, Function,
                            Exception> {
  using variant::variant;
};

template <typename T>
const T* as(const Value& value) {
  return std::get_if<T>(&value);
}

const char* type_name(const Value& value) {
  static constexpr const char* kNames[] = {"Null", "Bool",   "Int",      "Float",    "Str",
                                           "List", "Object", "Function", "Exception"};
  return kNames[value.index()];
}

bool truthy(const Value& value) {
  if (as<Null>(value) != nullptr) return false;
  if (const bool* flag = as<bool>(value)) return *flag;
  if (const std::int64_t* number = as<std::int64_t>(value)) return *number != 0;
  return true;
}

bool number(const Value& value, double& out) {
  if (const std::int64_t* integer = as<std::int64_t>(value)) {
    out = static_cast<double>(*integer);
    return true;
  }
  if (const double* real = as<double>(value)) {
    out = *real;
    return true;
  }
  return false;
}

bool equal(const Value& a, const Value& b) {
  double x = 0;
  double y = 0;
  if (as<std::int64_t>(a) != nullptr && as<std::int64_t>(b) != nullptr) {
    return *as<std::int64_t>(a) == *as<std::int64_t>(b);
  }
  if (number(a, x) && number(b, y)) return x == y;
  if (a.index() != b.index()) return false;
  if (as<Null>(a) != nullptr) return true;
  if (const bool* flag = as<bool>(a)) return *flag == *as<bool>(b);
  if (const std::string* text = as<std::string>(a)) return *text == *as<std::string>(b);
  if (const List* list = as<List>(a)) {
    const List& other = *as<List>(b);
    if ((*list)->size() != other->size()) return false;
    for (std::size_t i = 0; i < other->size(); ++i) {
      if (!equal((**list)[i], (*other)[i])) return false;
    }
    return true;
  }
  if (const Object* object = as<Object>(a)) {
    const Object& other = *as<Object>(b);
    if ((*object)->size() != other->size()) return false;
    for (const auto& [key, value] : **object) {
      bool found = false;
      for (const auto& [name, second] : *other) found |= key == name && equal(value, second);
      if (!found) return false;
    }
    return true;
  }
  TTVM_CHECK(!"the generator compares no functions and no exceptions");
}

struct Raise {
  Value exception;
};

[[noreturn]] void raise(std::string message) {
  throw Raise{
      Exception{std::make_shared<Value>(std::move(message)), std::make_shared<Value>(Null{})}};
}

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
  bool unwind(const Value& exception);
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
    if (operands_.empty()) raise("Stack underflow during " + mnemonic(op));
    Value value = std::move(operands_.back());
    operands_.pop_back();
    return value;
  }
  void push(Value value) { operands_.push_back(std::move(value)); }
  Frame& frame() { return frames_.back(); }

  const bytecode::Module& module_;
  std::uint64_t max_steps_;
  std::uint32_t pc_ = 0;
  std::vector<Value> operands_;
  std::vector<Frame> frames_;
  ReferenceResult result_;
};

ReferenceResult Machine::run() {
  frames_.emplace_back();
  for (std::uint64_t steps = 0; steps < max_steps_; ++steps) {
    bool alive = true;
    try {
      alive = step();
    } catch (const Raise& raised) {
      alive = unwind(raised.exception);
    }
    result_.steps = steps + 1;
    if (!alive) {
      result_.finished = true;
      break;
    }
  }
  return result_;
}

bool Machine::unwind(const Value& exception) {
  for (; !frames_.empty(); frames_.pop_back()) {
    auto& tries = frame().tries;
    while (!tries.empty() && tries.back().handling) tries.pop_back();
    if (tries.empty()) continue;
    tries.back().handling = true;
    if (operands_.size() > tries.back().operands) operands_.resize(tries.back().operands);
    push(exception);
    pc_ = tries.back().handler;
    return true;
  }
  const Exception& ended = *as<Exception>(exception);
  print(as<Null>(*ended.message) != nullptr ? *ended.value : *ended.message, result_.uncaught,
        as<Null>(*ended.message) != nullptr);
  result_.status = 1;
  return false;
}

void Machine::call(std::uint32_t function, const Variables* captures) {
  const bytecode::Function& callee = module_.functions[function];
  Frame next;
  next.return_to = pc_;
  if (captures != nullptr) next.variables = *captures;
  if (operands_.size() < callee.params.size()) raise("Stack underflow during CALL");
  for (std::size_t i = callee.params.size(); i-- > 0;) {
    next.variables.insert_or_assign(callee.params[i], pop(Op::kCall));
  }
  frames_.push_back(std::move(next));
  pc_ = callee.entry;
}

bool Machine::step() {
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
  if (operands_.size() < wanted) raise("Stack underflow during " + mnemonic(op));
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
    less = x < y;
    same = x == y;
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
      if (operands_.size() < count) raise("Stack underflow during MAKE_LIST");
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
