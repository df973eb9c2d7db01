#include "vm/reports.hpp"

#include "process/details.hpp"
#include "process/info.hpp"
#include "term/mismatch.hpp"

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

std::string text_of(const Failure& failure) {
  std::string text =
      process_with_name(failure.pid, failure.name) + " ended: " + one_line(failure.reason);
  if (failure.ended_by != 0) {
    text += " (exit signal from process " + std::to_string(failure.ended_by) + ")";
  }
  text += "\n";
  for (const std::string& line : failure.stack) {
    text += line.starts_with("...") ? "    " : "    at ";
    text += one_line(line) + "\n";
  }
  if (!failure.last_message.empty()) {
    text += "    last message: " + one_line(failure.last_message) + "\n";
  }
  if (!failure.supervisor.empty()) {
    text += "    supervisor: " + one_line(failure.supervisor) + "\n";
  }
  return text;
}

// "{...} from process 1"; nothing if none was received.
std::string last_message_of(const process::Process& process) {
  constexpr std::size_t kMaxText = 200;
  const process::LastMessage& last = process.last;
  if (last.id == 0) return "";
  std::string text;
  if (!last.value.is_unset()) text = term::short_text(last.value, kMaxText) + " ";
  return text + "from process " + std::to_string(last.sender);
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
  dead_letters_.fetch_add(1, std::memory_order_relaxed);
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

bool Reports::admits_failure(std::uint64_t pid) {
  const base::MutexLock lock(mutex_);
  // How the main program ended is always told.
  return failure_limit_.allow(now()) || pid == 1;
}

void Reports::failed(const Failure& failure) {
  const base::MutexLock lock(mutex_);
  output_.flush();
  tell_left_out(failure_limit_, "processes ended abnormally");
  errors_.write(text_of(failure));
}

void Reports::write(std::string_view text) {
  output_.flush();
  errors_.write(text);
}

void Reports::finish() {
  const base::MutexLock lock(mutex_);
  tell_left_out(dead_letter_limit_, "dead letters");
  tell_left_out(failure_limit_, "processes ended abnormally");
}

std::string shown_name(const process::Process& process, const process::Registry& registry) {
  if (process.registered_names != 0) {
    const std::vector<std::string> names = registry.names_of(process.pid);
    if (!names.empty()) return names.front();
  }
  if (process.details != nullptr && !process.details->label.empty()) return process.details->label;
  return process.initial_function == nullptr ? "main" : process.initial_function->name;
}

Failure failure_of(const process::Process& process, const process::Registry& registry) {
  Failure failure;
  failure.pid = process.pid;
  failure.name = shown_name(process, registry);
  if (process.details != nullptr) failure.ended_by = process.details->ended_by;
  failure.last_message = last_message_of(process);
  return failure;
}

namespace {

// A line for the process, and one for each of the first messages that it has left.
void tell_waiting(const process::Process& process, const process::Registry& registry,
                  const process::Executor& executor, std::string& text) {
  constexpr std::uint32_t kMaxMessages = 3;
  constexpr std::size_t kMaxText = 100;
  const process::Executor::Place place = executor.locate(process);
  const process::Wait wait = process::wait_of(process, place);
  text += "    " + process_with_name(process.pid, shown_name(process, registry)) + " waits for " +
          one_line(text_of(wait));
  if (!place.source.empty()) {
    text += " at " + one_line(place.source);
    if (place.line != 0) text += ":" + std::to_string(place.line);
  } else if (!place.function.empty()) {
    text += " in " + one_line(place.function);
  }
  const std::uint32_t queued = process.mailbox.count();
  text += ", " + std::to_string(queued) + (queued == 1 ? " message" : " messages") + " queued\n";
  std::uint32_t shown = 0;
  process.mailbox.for_each([&](const process::Message& message) {
    if (++shown > kMaxMessages) return;
    text += "        " + one_line(term::short_text(message.value, kMaxText)) + " from process " +
            std::to_string(message.sender) + ": " + one_line(left_because(wait, message)) + "\n";
  });
  if (shown > kMaxMessages) {
    text += "        and " + std::to_string(shown - kMaxMessages) + " more\n";
  }
}

}  // namespace

std::string deadlock_report(const process::ProcessTable& table, const process::Registry& registry,
                            const process::Executor& executor) {
  constexpr std::uint64_t kMaxProcesses = 100;
  std::string text = "deadlock: ";
  text += table.find(1) != nullptr
              ? "process 1 waits for a message and no process is left that could send one\n"
              : "processes wait for room in mailboxes and no process is left that could make it\n";
  std::uint64_t waiting = 0;
  table.for_each([&](const process::Process& process) {
    if (++waiting <= kMaxProcesses) tell_waiting(process, registry, executor, text);
  });
  if (waiting > kMaxProcesses) {
    text += "    and " + std::to_string(waiting - kMaxProcesses) + " more\n";
  }
  return text;
}

}  // namespace ttvm::vm
