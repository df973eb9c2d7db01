#include "tests/stress/storm_ledger.hpp"

#include <algorithm>
#include <cstdlib>

namespace ttvm::stress {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint64_t ref_in(term::Term down) { return term::ref_number(term::object_get(down, "ref")); }

// The number of a message of the program, or 0: it is none.
std::uint64_t number_of(term::Term value) {
  std::int64_t number = 0;
  if (term::type_of(value) == term::Type::kObject) value = term::object_get(value, "n");
  return !value.is_null() && term::as_int64(value, number) ? static_cast<std::uint64_t>(number) : 0;
}

}  // namespace

Ledger::Entry& Ledger::entry_of(std::uint64_t pid) {
  if (pid >= size_) std::abort();  // the test did not make the books large enough
  Entry* entry = entries_[pid].load(std::memory_order_acquire);
  if (entry == nullptr) {
    entry = new Entry;
    entries_[pid].store(entry, std::memory_order_release);
  }
  return *entry;
}

void Ledger::complain(std::uint64_t pid, const std::string& what) {
  constexpr std::size_t kMost = 20;
  const std::lock_guard lock(mutex_);
  if (complaints_.size() < kMost) {
    complaints_.push_back("process " + std::to_string(pid) + ": " + what);
  } else {
    ++more_complaints_;
  }
}

std::string Ledger::complaints() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const std::string& complaint : complaints_) text += complaint + "\n";
  if (more_complaints_ != 0) text += "and " + std::to_string(more_complaints_) + " more\n";
  return text;
}

// The one thing that ever happens to a message that was sent.
void Ledger::settle(std::uint64_t number, State state) {
  const std::uint64_t sender = number / kMessages;
  Entry* entry = sender < size_ ? entries_[sender].load(std::memory_order_acquire) : nullptr;
  if (entry == nullptr) return complain(sender, "never sent message " + std::to_string(number));
  const std::uint8_t before = entry->states[number % kMessages].exchange(state, kRelaxed);
  if (before == kSent) return;
  complain(sender, "message " + std::to_string(number) + " is " + name_of(state) +
                       " after it was " + name_of(before));
}

void Ledger::told(const process::Process& process, std::string_view text) {
  Entry& entry = entry_of(process.pid);
  entry.matches = false;
  if (entry.cancels) {
    entry.cancels = false;
    if (text == "true") settle(entry.last_number, kCancelled);
    operations_.fetch_add(1, kRelaxed);
  } else if (text == "+") {
    entry.trying = 0;
  } else if (text == "m") {
    entry.matches = true;
    entry.matches_since = process.last.id;
  } else if (text.starts_with('c')) {
    entry.cancels = true;
    entry.last_number = number_in(text.substr(1));
  } else {
    operations_.fetch_add(1, kRelaxed);
    tells_of_trying(process, entry, text);
  }
}

// Of a message that is about to be sent, or was not; else something else.
void Ledger::tells_of_trying(const process::Process& process, Entry& entry, std::string_view text) {
  const char kind = text.empty() ? 0 : text[0];
  if (kind == 's' || kind == 'w' || kind == 'a') {
    entry.trying = kind;
    entry.last_number = number_in(text.substr(1));
    entry.states[entry.last_number % kMessages].store(kSent, kRelaxed);
  } else if (kind == 'u') {
    settle(entry.last_number, kRefused);
    entry.trying = 0;
  } else {
    tells_of_others(process, entry, text);
  }
}

void Ledger::tells_of_others(const process::Process& process, Entry& entry, std::string_view text) {
  constexpr std::size_t kRefText = 6;  // M#Ref<
  const std::uint64_t number = text.size() < 2 ? 0 : number_in(text.substr(1));
  const std::uint64_t ref = text.size() < kRefText ? 0 : number_in(text.substr(kRefText));
  switch (text.empty() ? 0 : text[0]) {
    case 'M':
      monitors_.fetch_add(1, kRelaxed);
      entry.monitors.insert(ref);
      return;
    case 'X':
      entry.monitors.erase(ref);
      entry.done_refs.insert(ref);
      return;
    case 'L':
      entry.links.insert(number);
      return;
    case 'U':
      if (entry.links.erase(number) != 0) entry.unlinked.insert(number);
      return;
    case 'T':
      entry.traps = true;
      return;
    case 'E':
      orderly_ends_.fetch_add(1, kRelaxed);
      if (!entry.monitors.empty()) complain(process.pid, "a DOWN did not come");
      if (!entry.links.empty()) complain(process.pid, "an EXIT did not come");
      return;
    case '!':
      return complain(process.pid, std::string(text.substr(1)));
    default:
      return received(process.pid, entry, text);
  }
}

void Ledger::received(std::uint64_t pid, Entry& entry, std::string_view text) {
  entry.trying = 0;  // an answer: the question was sent
  if (text.starts_with(kNumber)) return settle(number_in(text.substr(kNumber.size())), kReceived);
  if (text.starts_with(kDown)) return down(pid, entry, number_in(text.substr(kDown.size())));
  if (text.starts_with(kExit)) return exit_of(pid, entry, number_in(text.substr(kExit.size())));
  if (text.starts_with(kDeadLetter)) {
    // The message comes last: {n: 17, text: ...}} or 17}
    constexpr std::string_view kMessage = "message: ";
    std::string_view message = text.substr(text.find(kMessage) + kMessage.size());
    if (message.starts_with(kNumber)) message.remove_prefix(kNumber.size());
    return settle(number_in(message), kDead);
  }
  const std::uint64_t number = number_in(text);
  if (number == 0) return complain(pid, "printed " + std::string(text));
  settle(number, kReceived);
  std::uint64_t& last = entry.last_of[number / kMessages];
  if (number <= last) {
    complain(pid, "received " + std::to_string(number) + " after " + std::to_string(last));
  }
  last = number;
}

void Ledger::down(std::uint64_t pid, Entry& entry, std::uint64_t ref) {
  downs_.fetch_add(1, kRelaxed);
  if (entry.monitors.erase(ref) == 0) {
    complain(pid,
             std::string(entry.done_refs.contains(ref) ? "a DOWN too many" : "a strange DOWN") +
                 " for ref " + std::to_string(ref));
  }
  entry.done_refs.insert(ref);
}

void Ledger::exit_of(std::uint64_t pid, Entry& entry, std::uint64_t from) {
  exits_.fetch_add(1, kRelaxed);
  // Others may come from links that the other side made, and by EXIT_PID.
  if (entry.links.erase(from) != 0 || entry.unlinked.erase(from) != 0) return;
  if (entry.traps && verified_link(pid, from)) {
    complain(pid, "an EXIT too many, from process " + std::to_string(from));
  }
}

void Ledger::left_in_mailbox(const process::Process& process, Entry& entry,
                             const process::Message& message) {
  in_mailboxes_.fetch_add(1, kRelaxed);
  if (message.kind == process::SignalKind::kDown) {
    const std::uint64_t ref = ref_in(message.value);
    if (entry.done_refs.contains(ref)) complain(process.pid, "a DOWN too many in the mailbox");
    entry.monitors.erase(ref);
    entry.done_refs.insert(ref);
  } else if (message.kind == process::SignalKind::kLinkExit) {
    if (entry.links.erase(message.sender) == 0) entry.unlinked.erase(message.sender);
  } else if (message.kind <= process::SignalKind::kReply) {
    if (const std::uint64_t number = number_of(message.value)) settle(number, kQueued);
  }
}

void Ledger::ended(const process::Process& process) {
  Entry& entry = entry_of(process.pid);
  process.mailbox.for_each(
      [&](const process::Message& message) { left_in_mailbox(process, entry, message); });
  const process::Details* details = process.details;
  if (details != nullptr && details->question.answer != nullptr &&
      details->question.answer->kind == process::SignalKind::kReply) {
    settle(number_of(details->question.answer->value), kQueued);
  }
  ends_untold(process, entry);
  entry.monitors = {};
  entry.done_refs = {};
  entry.links = {};
  entry.unlinked = {};
  entry.last_of = {};
}

// What it did last and did not live to tell; and is every DOWN accounted for?
void Ledger::ends_untold(const process::Process& process, Entry& entry) {
  const bool waits_for_room = process.send_state != process::SendState::kNone;
  const bool asks = process.details != nullptr && process.details->question.ref != 0;
  if (entry.trying == 's' && !waits_for_room) {
    settle(entry.last_number, kRefused);  // ended between the exception and its handler
  } else if ((entry.trying == 'w' && !waits_for_room) || (entry.trying == 'a' && !asks)) {
    uncertain_.fetch_add(1, kRelaxed);
  }
  const bool took_one = entry.matches && process.last.id != entry.matches_since;
  if (took_one) uncertain_.fetch_add(1, kRelaxed);
  check_relations(process, entry, took_one ? 1 : 0);
}

// A monitor whose DOWN has not come is still there, and so is a link whose EXIT has not come; and
// no other link. Of these, `untold` may have come without our knowing.
void Ledger::check_relations(const process::Process& process, const Entry& entry,
                             std::size_t untold) {
  std::unordered_set<std::uint64_t> monitors;
  std::unordered_set<std::uint64_t> links;
  if (process.details != nullptr) {
    process.details->relations.for_each(
        [&](process::Relation relation, std::uint64_t number, std::uint64_t value) {
          if (relation == process::Relation::kMonitors) monitors.insert(number);
          if (relation == process::Relation::kLink && value == 0) links.insert(number);
        });
  }
  const auto missing = [](const auto& wanted, const auto& there) {
    return static_cast<std::size_t>(std::count_if(
        wanted.begin(), wanted.end(), [&](auto number) { return !there.contains(number); }));
  };
  const std::size_t without_down = missing(entry.monitors, monitors);
  const std::size_t without_exit = missing(entry.links, links);
  if (without_down + without_exit > untold) complain(process.pid, "a DOWN or an EXIT was lost");
  if (!entry.traps) return;
  std::erase_if(links, [&](std::uint64_t to) { return !verified_link(process.pid, to); });
  if (missing(links, entry.links) > 0) complain(process.pid, "a link was left behind");
}

Ledger::Sums Ledger::sums() const {
  Sums sums;
  for (std::uint64_t pid = 0; pid < size_; ++pid) {
    const Entry* entry = entries_[pid].load();
    if (entry == nullptr) continue;
    for (const std::atomic<std::uint8_t>& state : entry->states) {
      const std::uint8_t is = state.load();
      sums.sent += is == kNone || is == kRefused ? 0 : 1;
      sums.received += is == kReceived ? 1 : 0;
      sums.dead += is == kDead ? 1 : 0;
      sums.cancelled += is == kCancelled ? 1 : 0;
      sums.queued += is == kQueued ? 1 : 0;
      sums.lost += is == kSent ? 1 : 0;
    }
  }
  return sums;
}

}  // namespace ttvm::stress
