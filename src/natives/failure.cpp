// Links, monitors, exits.
#include "heap/build.hpp"
#include "natives/families.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/waiting.hpp"

namespace ttvm::natives {

NativeStatus link(NativeCall& call) {
  std::uint64_t pid = 0;
  if (!take_pid(call, call.arguments[0], pid)) return NativeStatus::kRaise;
  process::link(call.process, call.context, pid);
  return NativeStatus::kDone;
}

NativeStatus unlink(NativeCall& call) {
  std::uint64_t pid = 0;
  if (!take_pid(call, call.arguments[0], pid)) return NativeStatus::kRaise;
  process::unlink(call.process, call.context, pid);
  return NativeStatus::kDone;
}

NativeStatus monitor(NativeCall& call) {
  std::uint64_t pid = 0;
  if (!take_pid(call, call.arguments[0], pid)) return NativeStatus::kRaise;
  if (!call.reserve(heap::kRefNeed)) return NativeStatus::kOutOfMemory;
  const std::uint64_t ref = process::unique_ref(call.context);
  call.result = process::make_own_ref(call.process, ref);
  process::monitor(call.process, call.context, pid, ref);
  return NativeStatus::kDone;
}

NativeStatus demonitor(NativeCall& call) {
  std::uint64_t ref = 0;
  if (!take_ref(call, call.arguments[0], ref)) return NativeStatus::kRaise;
  process::demonitor(call.process, call.context, ref);
  return NativeStatus::kDone;
}

NativeStatus trap_exit(NativeCall& call) {
  const Term value = call.arguments[0];
  if (!value.is_bool()) return call.raise(expects(call, "a bool", value));
  call.process.traps_exits = value.is_true();
  return NativeStatus::kDone;
}

NativeStatus exit_self(NativeCall& call) {
  process::begin_exit(call.process, call.arguments[0]);
  return NativeStatus::kDone;
}

NativeStatus exit_pid(NativeCall& call) {
  std::uint64_t pid = 0;
  if (!take_pid(call, call.arguments[0], pid)) return NativeStatus::kRaise;
  process::send_exit(call.process, call.context, pid, call.arguments[1]);
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
