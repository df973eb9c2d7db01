#include "process/info.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "process/details.hpp"
#include "process/registry.hpp"
#include "process/send.hpp"
#include "term/access.hpp"
#include "term/match.hpp"
#include "term/mismatch.hpp"
#include "term/symbols.hpp"

namespace ttvm::process {

namespace {

std::vector<Term> pids_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<Term> pids;
  pids.reserve(numbers.size());
  for (const std::uint64_t number : numbers) pids.push_back(Term::pid(number));
  return pids;
}

Term pid_or_null(std::uint64_t pid) { return pid == 0 ? Term::null() : Term::pid(pid); }

// Builds the object field by field in a heap of its own.
class InfoObject {
 public:
  explicit InfoObject(std::size_t need) {
    static_cast<void>(heap::collect(heap_, need, {}));
    object_ = term::empty_object();
  }
  void set(std::string_view key, Term value) {
    const Term name = term::intern(key);
    TTVM_CHECK(heap_.has_room(heap::object_set_need(object_, name)));
    object_ = heap::object_set(heap_, object_, name, value);
  }
  void set_number(std::string_view key, std::uint64_t value) {
    set(key, Term::small(static_cast<std::int64_t>(value)));
  }
  void set_text(std::string_view key, std::string_view text) { set(key, string(text)); }
  void set_list(std::string_view key, const std::vector<Term>& elements) {
    TTVM_CHECK(heap_.has_room(heap::make_list_need(elements.size())));
    set(key, heap::make_list(heap_, elements));
  }
  Term string(std::string_view text) {
    TTVM_CHECK(heap_.has_room(heap::make_string_need(text.size())));
    return heap::make_string(heap_, text);
  }
  Term object() const { return object_; }

 private:
  heap::Heap heap_;
  Term object_;
};

constexpr std::size_t kFields = 18;

std::size_t room_for(const Info& info) {
  // Each field copies the flat object; texts take at most a box for long ones.
  std::size_t words = kFields * (kFields + 1) + 4 * term::kBigWords +
                      heap::make_string_need(info.place.function.size()) +
                      heap::make_string_need(info.place.source.size()) +
                      heap::make_string_need(info.label.size());
  for (const std::string& name : info.names) words += heap::make_string_need(name.size());
  for (const std::size_t count :
       {info.names.size(), info.links.size(), info.monitors.size(), info.monitored_by.size()}) {
    words += heap::make_list_need(count);
  }
  return words + 64;
}

std::string_view priority_name(const Process& process) {
  switch (process.priority) {
    case ProcessPriority::kLow:
      return "low";
    case ProcessPriority::kHigh:
      return "high";
    case ProcessPriority::kNormal:
      break;
  }
  return "normal";
}

std::uint64_t heap_bytes(const Process& process) {
  return (process.heap.used_words() + process.heap.fragment_words()) * sizeof(Word) +
         process.heap.off_heap_bytes();
}

std::uint64_t total_bytes(const Process& process) {
  std::uint64_t bytes =
      sizeof(Process) + process.heap.total_bytes() +
      static_cast<std::uint64_t>(process.stack_end - process.stack_begin) * sizeof(Word);
  process.mailbox.for_each(
      [&](const Message& message) { bytes += message.fragment.block_bytes(); });
  bytes += process.mailbox.index_bytes();
  if (process.details != nullptr) {
    bytes += sizeof(Details) + process.details->relations.capacity() * 2 * sizeof(std::uint64_t);
  }
  return bytes;
}

void send_answer(RunContext& context, std::uint64_t from, const Control& asked, Message* answer) {
  answer->kind = SignalKind::kReply;
  answer->sender = from;
  if (!deliver_to(context, asked.from, answer)) free_message(answer);
}

// The value with the ref of the question.
Message* make_answer(Term value, std::uint64_t ref) {
  const std::array<Word, heap::kRefNeed> box{term::Header(term::Kind::kRef, 0).word(), ref, 0, 0};
  return make_message_of(value, Term::box(box.data()));
}

Message* make_info_answer(const Process& process, const RunContext& context,
                          std::string_view status, std::uint64_t ref) {
  const Info info = gather_info(process, *context.registry, *context.executor, status);
  InfoObject object(room_for(info));
  std::vector<Term> names;
  names.reserve(info.names.size());
  for (const std::string& name : info.names) names.push_back(object.string(name));
  object.set("pid", Term::pid(info.pid));
  object.set("status", term::intern(info.status));
  object.set_list("names", names);
  object.set("label", info.label.empty() ? Term::null() : object.string(info.label));
  object.set_number("queue_length", info.queue_length);
  object.set_list("links", pids_of(info.links));
  object.set_list("monitors", pids_of(info.monitors));
  object.set_list("monitored_by", pids_of(info.monitored_by));
  object.set_number("reductions", info.reductions);
  object.set_number("heap_bytes", info.heap_bytes);
  object.set_number("total_bytes", info.total_bytes);
  object.set_text("current_function", info.place.function);
  object.set_text("source", info.place.source);
  object.set_number("source_line", info.place.line);
  object.set("priority", term::intern(info.priority));
  object.set("trap_exit", Term::boolean(info.trap_exit));
  object.set("parent", pid_or_null(info.parent));
  object.set("blocked_on", pid_or_null(info.blocked_on));
  return make_answer(object.object(), ref);
}

constexpr std::size_t kMaxPatternText = 200;

// Of several patterns the first is explained.
std::string why_not_selected(Term patterns, Term value) {
  std::string why;
  for (term::ListReader reader(patterns); !reader.done();) {
    const Term pattern = reader.next();
    if (term::matches(pattern, value)) return "not looked at yet";
    if (why.empty()) why = term::explain_mismatch(pattern, value);
  }
  return term::list_length(patterns) == 1 ? why : "matches none of the patterns; the first: " + why;
}

}  // namespace

Info gather_info(const Process& process, const Registry& registry, const Executor& executor,
                 std::string_view status) {
  Info info;
  info.pid = process.pid;
  info.status = status;
  info.names = registry.names_of(process.pid);
  info.queue_length = process.mailbox.count();
  info.reductions = process.reductions;
  info.heap_bytes = heap_bytes(process);
  info.total_bytes = total_bytes(process);
  info.place = executor.locate(process);
  info.priority = priority_name(process);
  info.trap_exit = process.traps_exits;
  info.parent = process.parent;
  const Details* details = process.details;
  if (details == nullptr) return info;
  info.label = details->label;
  if (process.send_state == SendState::kWaitsForRoom) info.blocked_on = details->waits_for_room_of;
  details->relations.for_each([&](Relation relation, std::uint64_t number, std::uint64_t value) {
    if (relation == Relation::kLink && value == 0) info.links.push_back(number);
    if (relation == Relation::kMonitors) info.monitors.push_back(value);
    if (relation == Relation::kMonitored) info.monitored_by.push_back(value);
  });
  std::sort(info.links.begin(), info.links.end());
  std::sort(info.monitors.begin(), info.monitors.end());
  std::sort(info.monitored_by.begin(), info.monitored_by.end());
  return info;
}

Wait wait_of(const Process& process, const Executor::Place& place) {
  using For = Wait::For;
  if (!process.waits) return {};
  const Details* details = process.details;
  if (process.send_state == SendState::kWaitsForRoom) {
    return {For::kRoom, details->waits_for_room_of, {}};
  }
  if (details != nullptr && details->question.ref != 0) {
    return {For::kAnswer, details->question.to, {}};
  }
  if (pending_io_of(process) != nullptr) return {For::kJob, 0, {}};
  if (place.instruction == "SLEEP") return {For::kTime, 0, {}};
  if (details != nullptr && place.instruction.starts_with("RECEIVE_MATCH")) {
    return {For::kMatch, 0, details->pattern};
  }
  if (details != nullptr && place.instruction.starts_with("RECEIVE_SELECT")) {
    return {For::kSelect, 0, details->pattern};
  }
  if (place.instruction.starts_with("RECV_WAIT")) return {For::kUnseen, 0, {}};
  return {For::kMessage, 0, {}};
}

std::string text_of(const Wait& wait) {
  switch (wait.what) {
    case Wait::For::kNothing:
      return "nothing";
    case Wait::For::kMessage:
      return "a message";
    case Wait::For::kMatch:
      return "a message that matches " + term::short_text(wait.pattern, kMaxPatternText);
    case Wait::For::kSelect:
      return "a message that matches one of " + term::short_text(wait.pattern, kMaxPatternText);
    case Wait::For::kUnseen:
      return "a message that it has not skipped";
    case Wait::For::kAnswer:
      return "the answer of process " + std::to_string(wait.process);
    case Wait::For::kRoom:
      return "room in the mailbox of process " + std::to_string(wait.process);
    case Wait::For::kTime:
      return "its time";
    case Wait::For::kJob:
      return "a file";
  }
  return "";
}

std::string left_because(const Wait& wait, const Message& message) {
  switch (wait.what) {
    case Wait::For::kNothing:
    case Wait::For::kMessage:
      return "not received yet";
    case Wait::For::kMatch: {
      const std::string why = term::explain_mismatch(wait.pattern, message.value);
      return why.empty() ? "not looked at yet" : why;
    }
    case Wait::For::kSelect:
      return why_not_selected(wait.pattern, message.value);
    case Wait::For::kUnseen:
      return "skipped";
    case Wait::For::kAnswer:
      return "not the answer";
    case Wait::For::kRoom:
      return "not looked at while the process waits for room";
    case Wait::For::kTime:
      return "not looked at while the process sleeps";
    case Wait::For::kJob:
      return "not looked at while the process waits for a file";
  }
  return "";
}

std::string_view status_of(const Process& process, bool is_running) {
  if (is_running) return "running";
  if (process.send_state == SendState::kWaitsForRoom) return "blocked";
  return process.waits ? "waiting" : "runnable";
}

Message* make_info(Process& process, RunContext& context, std::string_view status) {
  return make_info_answer(process, context, status, 0);
}

void answer_info(Process& process, RunContext& context, const Control& asked) {
  send_answer(context, process.pid, asked,
              make_info_answer(process, context, status_of(process, false), asked.number));
}

void refuse_info(const Process& process, RunContext& context, const Control& asked) {
  send_answer(context, process.pid, asked, make_answer(Term::null(), asked.number));
}

}  // namespace ttvm::process
