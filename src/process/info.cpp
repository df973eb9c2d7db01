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
#include "term/symbols.hpp"

namespace ttvm::process {

namespace {

struct Answer {
  std::vector<std::string> names;
  std::vector<Term> links;     // pids, ascending
  std::vector<Term> monitors;  // pids that it watches, ascending
  std::vector<Term> monitored_by;
  Executor::Place place;
};

void sort_pids(std::vector<Term>& pids) {
  std::sort(pids.begin(), pids.end(), [](Term x, Term y) { return x.as_pid() < y.as_pid(); });
}

Answer gather(const Process& process, const RunContext& context) {
  Answer answer;
  answer.names = context.registry->names_of(process.pid);
  answer.place = context.executor->locate(process);
  if (process.details == nullptr) return answer;
  process.details->relations.for_each(
      [&](Relation relation, std::uint64_t number, std::uint64_t value) {
        if (relation == Relation::kLink && value == 0) answer.links.push_back(Term::pid(number));
        if (relation == Relation::kMonitors) answer.monitors.push_back(Term::pid(value));
        if (relation == Relation::kMonitored) answer.monitored_by.push_back(Term::pid(value));
      });
  sort_pids(answer.links);
  sort_pids(answer.monitors);
  sort_pids(answer.monitored_by);
  return answer;
}

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

std::size_t room_for(const Answer& answer, std::string_view label) {
  // Each field copies the flat object; texts take at most a box for long ones.
  std::size_t words = kFields * (kFields + 1) + 4 * term::kBigWords +
                      heap::make_string_need(answer.place.function.size()) +
                      heap::make_string_need(answer.place.source.size()) +
                      heap::make_string_need(label.size());
  for (const std::string& name : answer.names) words += heap::make_string_need(name.size());
  for (const std::size_t count : {answer.names.size(), answer.links.size(), answer.monitors.size(),
                                  answer.monitored_by.size()}) {
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
  if (process.details != nullptr) {
    bytes += sizeof(Details) + process.details->relations.capacity() * 2 * sizeof(std::uint64_t);
  }
  return bytes;
}

void send_answer(RunContext& context, std::uint64_t from, const Control& asked, Message* answer) {
  answer->kind = SignalKind::kReply;
  answer->sender = from;
  answer->id = unique_message_id(context);
  if (!deliver_to(context, asked.from, answer)) free_message(answer);
}

// The value with the ref of the question.
Message* make_answer(Term value, std::uint64_t ref) {
  const std::array<Word, heap::kRefNeed> box{term::Header(term::Kind::kRef, 0).word(), ref, 0, 0};
  return make_message_of(value, Term::box(box.data()));
}

Message* make_info_answer(Process& process, RunContext& context, std::string_view status,
                          std::uint64_t ref) {
  const Answer answer = gather(process, context);
  const std::string_view label =
      process.details == nullptr ? std::string_view() : process.details->label;
  InfoObject info(room_for(answer, label));
  std::vector<Term> names;
  names.reserve(answer.names.size());
  for (const std::string& name : answer.names) names.push_back(info.string(name));
  info.set("pid", Term::pid(process.pid));
  info.set("status", term::intern(status));
  info.set_list("names", names);
  info.set("label", label.empty() ? Term::null() : info.string(label));
  info.set_number("queue_length", process.mailbox.count());
  info.set_list("links", answer.links);
  info.set_list("monitors", answer.monitors);
  info.set_list("monitored_by", answer.monitored_by);
  info.set_number("reductions", process.reductions);
  info.set_number("heap_bytes", heap_bytes(process));
  info.set_number("total_bytes", total_bytes(process));
  info.set_text("current_function", answer.place.function);
  info.set_text("source", answer.place.source);
  info.set_number("source_line", answer.place.line);
  info.set("priority", term::intern(priority_name(process)));
  info.set("trap_exit", Term::boolean(process.traps_exits));
  info.set("parent", process.parent == 0 ? Term::null() : Term::pid(process.parent));
  info.set("blocked_on", process.send_state == SendState::kWaitsForRoom
                             ? Term::pid(process.details->waits_for_room_of)
                             : Term::null());
  return make_answer(info.object(), ref);
}

}  // namespace

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
