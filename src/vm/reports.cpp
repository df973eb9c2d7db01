#include "vm/reports.hpp"

#include "process/details.hpp"

namespace ttvm::vm {

namespace {

constexpr base::Nanos kSecond = 1'000'000'000;

// A report is made of lines: what a program put into a name or message must not break them.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += '?';
    } else {
      out += c;
    }
  }
  return out;
}

std::string process_with_name(std::uint64_t pid, std::string_view name) {
  return "process " + std::to_string(pid) + " (" + one_line(name) + ")";
}

std::string_view explain(process::DeadLetterReason reason) {
  switch (reason) {
    case process::DeadLetterReason::kNoProcess:
      return "which does not run";
    case process::DeadLetterReason::kNoName:
      return "a name of no process";
    case process::DeadLetterReason::kMailboxFull:
      return "whose mailbox is full";
    case process::DeadLetterReason::kLateReply:
      return "which no longer waits for this reply";
    case process::DeadLetterReason::kEnded:
      return "which ended while the message waited for room";
  }
  return "";
}

}  // namespace

bool Reports::Limit::allow(base::Nanos now) {
  if (now - window >= kSecond) {
    window = now;
    in_window = 0;
  }
  if (in_window >= per_second) {
    ++left_out;
    return false;
  }
  ++in_window;
  return true;
}

void Reports::tell_left_out(Limit& limit, const char* what) {
  if (limit.left_out == 0) return;
  errors_.write(std::string(what) + ": " + std::to_string(limit.left_out) + " more\n");
  limit.left_out = 0;
}

std::vector<std::uint64_t> Reports::dead_letter(std::uint64_t from, std::string_view to,
                                                process::DeadLetterReason reason) {
  const base::MutexLock lock(mutex_);
  ++dead_letters_;
  if (dead_letter_limit_.allow(now())) {
    output_.flush();
    tell_left_out(dead_letter_limit_, "dead letters");
    errors_.write("dead letter: process " + std::to_string(from) + " sent to " + one_line(to) +
                  ", " + std::string(explain(reason)) + "\n");
  }
  return dead_letter_listeners_;
}

void Reports::want_dead_letters(std::uint64_t pid, bool wanted) {
  const base::MutexLock lock(mutex_);
  std::erase(dead_letter_listeners_, pid);
  if (wanted) dead_letter_listeners_.push_back(pid);
}

void Reports::exited(const process::Process& process, std::string_view name,
                     std::string_view reason) {
  const base::MutexLock lock(mutex_);
  if (!exception_limit_.allow(now()) && process.pid != 1) return;
  output_.flush();
  tell_left_out(exception_limit_, "processes ended by exceptions");
  std::string text = process_with_name(process.pid, name) + " ended: " + one_line(reason);
  const std::uint64_t by = process.details == nullptr ? 0 : process.details->ended_by;
  if (by != 0) text += " (exit signal from process " + std::to_string(by) + ")";
  errors_.write(text + "\n");
}

void Reports::uncaught(std::uint64_t pid, std::string_view name, std::string_view message,
                       const std::vector<std::string>& stack) {
  const base::MutexLock lock(mutex_);
  // How the main program ended is always told.
  if (!exception_limit_.allow(now()) && pid != 1) return;
  output_.flush();
  tell_left_out(exception_limit_, "processes ended by exceptions");
  std::string text = process_with_name(pid, name) + " ended: " + one_line(message) + "\n";
  for (const std::string& line : stack) {
    text += line.starts_with("...") ? "    " : "    at ";
    text += one_line(line) + "\n";
  }
  errors_.write(text);
}

void Reports::write(std::string_view text) {
  output_.flush();
  errors_.write(text);
}

void Reports::finish() {
  const base::MutexLock lock(mutex_);
  tell_left_out(dead_letter_limit_, "dead letters");
  tell_left_out(exception_limit_, "processes ended by exceptions");
}

std::uint64_t Reports::dead_letters() const {
  const base::MutexLock lock(mutex_);
  return dead_letters_;
}

std::string shown_name(const process::Process& process, const process::Registry& registry) {
  if (process.registered_names != 0) {
    const std::vector<std::string> names = registry.names_of(process.pid);
    if (!names.empty()) return names.front();
  }
  if (process.details != nullptr && !process.details->label.empty()) return process.details->label;
  return process.initial_function == nullptr ? "main" : process.initial_function->name;
}

std::string deadlock_report(const process::ProcessTable& table, const process::Registry& registry,
                            const process::Executor& executor) {
  constexpr std::uint64_t kMaxLines = 100;
  std::string text = "deadlock: ";
  text += table.find(1) != nullptr
              ? "process 1 waits for a message and no process is left that could send one\n"
              : "processes wait for room in mailboxes and no process is left that could make it\n";
  std::uint64_t waiting = 0;
  table.for_each([&](const process::Process& process) {
    if (++waiting > kMaxLines) return;
    const process::Executor::Place place = executor.locate(process);
    text += "    " + process_with_name(process.pid, shown_name(process, registry)) + " waits";
    if (process.send_state == process::SendState::kWaitsForRoom) {
      text += " for room in the mailbox of process " +
              std::to_string(process.details->waits_for_room_of);
    }
    if (!place.source.empty()) {
      text += " at " + one_line(place.source);
      if (place.line != 0) text += ":" + std::to_string(place.line);
    } else if (!place.function.empty()) {
      text += " in " + one_line(place.function);
    }
    const std::uint32_t queued = process.mailbox.count();
    text += ", " + std::to_string(queued) + (queued == 1 ? " message" : " messages") + " queued\n";
  });
  if (waiting > kMaxLines) text += "    and " + std::to_string(waiting - kMaxLines) + " more\n";
  return text;
}

}  // namespace ttvm::vm
