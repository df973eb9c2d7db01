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
NativeStatus format_float(NativeCall& call);
NativeStatus schedulers(NativeCall& call);

// files.cpp
NativeStatus read_file(NativeCall& call);
NativeStatus read_bytes(NativeCall& call);
NativeStatus write_file(NativeCall& call);

// names.cpp
NativeStatus register_name(NativeCall& call);
NativeStatus whereis(NativeCall& call);
NativeStatus unregister_name(NativeCall& call);

// failure.cpp
NativeStatus link(NativeCall& call);
NativeStatus unlink(NativeCall& call);
NativeStatus monitor(NativeCall& call);
NativeStatus demonitor(NativeCall& call);
NativeStatus trap_exit(NativeCall& call);
NativeStatus exit_self(NativeCall& call);
NativeStatus exit_pid(NativeCall& call);

// messages.cpp
NativeStatus msg_id(NativeCall& call);
NativeStatus msg_sender(NativeCall& call);
NativeStatus msg_priority(NativeCall& call);
NativeStatus msg_correlation(NativeCall& call);
NativeStatus send_with(NativeCall& call);
NativeStatus send_after(NativeCall& call);
NativeStatus cancel_timer(NativeCall& call);
NativeStatus dead_letters(NativeCall& call);

// ask.cpp
NativeStatus ask(NativeCall& call);
NativeStatus reply(NativeCall& call);
NativeStatus reply_to(NativeCall& call);
NativeStatus process_info(NativeCall& call);
NativeStatus processes(NativeCall& call);

// supervisors.cpp
NativeStatus start_supervisor(NativeCall& call);
NativeStatus supervise_child(NativeCall& call);
NativeStatus restart_child(NativeCall& call);
NativeStatus stop_child(NativeCall& call);
NativeStatus supervisor_children(NativeCall& call);

// receive.cpp
NativeStatus receive_match(NativeCall& call);
NativeStatus receive_match_after(NativeCall& call);
NativeStatus receive_select(NativeCall& call);
NativeStatus receive_select_after(NativeCall& call);
NativeStatus recv_peek(NativeCall& call);
NativeStatus recv_accept(NativeCall& call);
NativeStatus recv_skip(NativeCall& call);
NativeStatus recv_wait(NativeCall& call);
NativeStatus recv_wait_until(NativeCall& call);

// A Pid, or an Int that may be one. False: `call.error` says what was expected.
bool take_pid(NativeCall& call, Term value, std::uint64_t& pid);
// A Pid, an Int or a name.
bool take_address(NativeCall& call, Term value, process::Address& to);
// A Ref; gives its number.
bool take_ref(NativeCall& call, Term value, std::uint64_t& number);

// "READ_FILE expects a path but got Int"
std::string expects(const NativeCall& call, std::string_view what, Term got);
// The text in quotes, escaped.
std::string quoted(std::string_view text);

}  // namespace ttvm::natives
