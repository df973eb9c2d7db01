#include "natives/natives.hpp"

#include <array>

#include "natives/families.hpp"
#include "term/access.hpp"
#include "term/box.hpp"
#include "term/print.hpp"

namespace ttvm::natives {

namespace {

struct Entry {
  std::string_view mnemonic;
  process::NativeFunction function;
};

constexpr auto kNatives = std::to_array<Entry>({
    {"PRINT", print},
    {"TO_STR", to_str},
    {"TO_BYTES", to_bytes},
    {"ARGS", args},
    {"TO_INT", to_int},
    {"TO_FLOAT", to_float},
    {"FORMAT_FLOAT", format_float},
    {"SCHEDULERS", schedulers},
    {"READ_FILE", read_file},
    {"READ_BYTES", read_bytes},
    {"WRITE_FILE", write_file},
    {"REGISTER", register_name},
    {"WHEREIS", whereis},
    {"UNREGISTER", unregister_name},
    {"LINK", link},
    {"UNLINK", unlink},
    {"MONITOR", monitor},
    {"DEMONITOR", demonitor},
    {"TRAP_EXIT", trap_exit},
    {"EXIT_SELF", exit_self},
    {"EXIT_PID", exit_pid},
    {"MSG_ID", msg_id},
    {"MSG_SENDER", msg_sender},
    {"MSG_PRIORITY", msg_priority},
    {"MSG_CORRELATION", msg_correlation},
    {"SEND_WITH", send_with},
    {"SEND_AFTER", send_after},
    {"CANCEL_TIMER", cancel_timer},
    {"DEAD_LETTERS", dead_letters},
    {"ASK", ask},
    {"REPLY", reply},
    {"REPLY_TO", reply_to},
    {"PROCESSES", processes},
    {"PROCESS_INFO", process_info},
    {"START_SUPERVISOR", start_supervisor},
    {"SUPERVISE_CHILD", supervise_child},
    {"RESTART_CHILD", restart_child},
    {"STOP_CHILD", stop_child},
    {"SUPERVISOR_CHILDREN", supervisor_children},
    {"RECEIVE_MATCH", receive_match},
    {"RECEIVE_MATCH_AFTER", receive_match_after},
    {"RECEIVE_SELECT", receive_select},
    {"RECEIVE_SELECT_AFTER", receive_select_after},
    {"RECV_PEEK", recv_peek},
    {"RECV_ACCEPT", recv_accept},
    {"RECV_SKIP", recv_skip},
    {"RECV_WAIT", recv_wait},
    {"RECV_WAIT_UNTIL", recv_wait_until},
});

}  // namespace

process::NativeFunction find(std::string_view mnemonic) {
  for (const Entry& entry : kNatives) {
    if (entry.mnemonic == mnemonic) return entry.function;
  }
  return nullptr;
}

std::string expects(const NativeCall& call, std::string_view what, Term got) {
  std::string message(call.mnemonic);
  message.append(" expects ").append(what).append(" but got ");
  return message.append(term::type_display_name(term::type_of(got)));
}

bool take_pid(NativeCall& call, Term value, std::uint64_t& pid) {
  std::int64_t number = 0;
  if (value.is_pid()) {
    pid = value.as_pid();
  } else if (term::as_int64(value, number)) {
    pid = static_cast<std::uint64_t>(number);
  } else {
    call.error = expects(call, "a pid", value);
    return false;
  }
  return true;
}

bool take_address(NativeCall& call, Term value, process::Address& to) {
  if (term::is_string(value)) {
    to.name = term::text_of(value);
    return true;
  }
  if (take_pid(call, value, to.pid)) return true;
  call.error = expects(call, "a pid, number or name as its target", value);
  return false;
}

bool take_ref(NativeCall& call, Term value, std::uint64_t& number) {
  if (!term::is_kind(value, term::Kind::kRef)) {
    call.error = expects(call, "a ref", value);
    return false;
  }
  number = term::ref_number(value);
  return true;
}

std::string quoted(std::string_view text) {
  std::string out;
  term::print_quoted(text, out);
  return out;
}

}  // namespace ttvm::natives
