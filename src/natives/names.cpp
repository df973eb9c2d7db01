// REGISTER, WHEREIS, UNREGISTER. The name is the only argument.
#include "natives/families.hpp"
#include "process/registry.hpp"
#include "term/access.hpp"

namespace ttvm::natives {

using process::RegisterResult;

namespace {

// False: the argument is no name, and the exception is set.
bool take_name(NativeCall& call, std::string_view& name) {
  const Term value = call.arguments[0];
  if (!term::is_string(value)) {
    call.error = expects(call, "a name", value);
    return false;
  }
  name = term::text_of(value);
  return true;
}

}  // namespace

NativeStatus register_name(NativeCall& call) {
  std::string_view name;
  if (!take_name(call, name)) return NativeStatus::kRaise;
  switch (call.context.registry->register_name(name, call.process, *call.context.epoch)) {
    case RegisterResult::kRegistered:
      return NativeStatus::kDone;
    case RegisterResult::kTaken:
      return call.raise("Name already registered: " + std::string(name));
    case RegisterResult::kIllFormed:
      return call.raise("Invalid process name: " + quoted(name));
  }
  return NativeStatus::kDone;
}

NativeStatus whereis(NativeCall& call) {
  std::string_view name;
  if (!take_name(call, name)) return NativeStatus::kRaise;
  const std::uint64_t pid = call.context.registry->whereis(name);
  call.result = pid == 0 ? Term::small(0) : Term::pid(pid);
  return NativeStatus::kDone;
}

NativeStatus unregister_name(NativeCall& call) {
  std::string_view name;
  if (!take_name(call, name)) return NativeStatus::kRaise;
  if (!call.context.registry->unregister_name(name, *call.context.epoch)) {
    return call.raise("Unknown process name: " + std::string(name));
  }
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
