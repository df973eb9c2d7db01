// Exceptions: TRY records, unwinding, the report of what nobody caught.
#include <algorithm>

#include "heap/build.hpp"
#include "interp/machine.hpp"
#include "process/details.hpp"
#include "term/access.hpp"
#include "term/print.hpp"
#include "term/symbols.hpp"

namespace ttvm::interp {

using process::TryRecord;

namespace {

std::uint64_t frame_offset(const Machine& m) {
  return static_cast<std::uint64_t>(m.frame - m.process.stack_begin);
}

// The exception as a value in the process's heap. False: no memory for it.
bool make_exception(Machine& m, const std::vector<std::string>& trace, Term& out) {
  const std::size_t trace_need = [&] {
    std::size_t words = heap::make_list_need(trace.size());
    for (const std::string& line : trace) words += heap::make_string_need(line.size());
    return words;
  }();
  const std::size_t need =
      heap::kExceptionNeed + heap::make_string_need(m.error.size()) + trace_need;
  if (!make_room_here(m, need)) return false;
  heap::Heap& heap = m.process.heap;
  Term message = Term::null();
  Term value = Term::null();
  if (!m.throws_value) {
    message = heap::make_string(heap, m.error);
  } else if (term::is_string(m.reg(m.thrown))) {
    message = m.reg(m.thrown);
  } else {
    value = m.reg(m.thrown);
  }
  std::vector<Term> lines;
  lines.reserve(trace.size());
  for (const std::string& line : trace) lines.push_back(heap::make_string(heap, line));
  const Term stack = heap::make_list(heap, lines);
  out = heap::make_exception(heap, message, value, stack);
  return true;
}

bool thrown_exception(Machine& m, Term& out) {
  if (!m.throws_value || !term::is_kind(m.reg(m.thrown), term::Kind::kException)) return false;
  out = m.reg(m.thrown);
  return true;
}

void report(Machine& m, const std::vector<std::string>& trace) {
  std::string text = "Exception: " + m.error;
  std::vector<std::string> lines = trace;
  if (m.throws_value) {
    const Term value = m.reg(m.thrown);
    Term exception;
    text.clear();
    constexpr std::size_t kMaxText = 4096;
    if (thrown_exception(m, exception)) {
      term::print(exception, text, false, kMaxText);
      lines.clear();
      for (term::ListReader reader(term::exception_stack(exception)); !reader.done();) {
        lines.emplace_back(term::text_of(reader.next()));
      }
    } else {
      text = "Exception: ";
      term::print(value, text, !term::is_string(value), kMaxText);
    }
  }
  m.context.services->report_uncaught(m.process, text, lines);
}

}  // namespace

void enter_try(Machine& m) {
  process::ExecutionExtras& extras = extras_of(m.process);
  const std::uint64_t frame = frame_offset(m);
  const auto id = static_cast<std::uint32_t>(m.immediate(1));
  // Executed again in the same frame, a TRY replaces itself: loops do not pile records up.
  auto& tries = extras.tries;
  for (std::size_t i = tries.size(); i-- > 0 && tries[i].frame == frame;) {
    if (tries[i].id == id) {
      tries.resize(i);
      break;
    }
  }
  const std::uint64_t depth = extras.operands.size();
  const std::uint64_t floor = tries.empty() ? depth : std::max(depth, tries.back().floor);
  tries.push_back({frame, m.at + static_cast<std::int64_t>(m.immediate(0)), depth, floor,
                   extras.fence, id, m.operand(0), false});
}

// Removes the innermost record of this frame, and those behind it down to `id`, if that is there.
void end_try(Machine& m, std::uint32_t id) {
  if (m.process.extras == nullptr) return;
  auto& tries = m.process.extras->tries;
  const std::uint64_t frame = frame_offset(m);
  if (tries.empty() || tries.back().frame != frame) return;
  if (id == ~std::uint32_t{0}) {
    tries.pop_back();
    return;
  }
  for (std::size_t i = tries.size(); i-- > 0 && tries[i].frame == frame;) {
    if (tries[i].id == id) {
      tries.resize(i);
      return;
    }
  }
}

void drop_tries(Machine& m) {
  if (m.process.extras == nullptr) return;
  auto& tries = m.process.extras->tries;
  const std::uint64_t frame = frame_offset(m);
  while (!tries.empty() && tries.back().frame >= frame) tries.pop_back();
}

bool frame_has_active_try(const Machine& m) {
  if (m.process.extras == nullptr) return false;
  const auto& tries = m.process.extras->tries;
  const std::uint64_t frame = frame_offset(m);
  return std::any_of(tries.begin(), tries.end(), [&](const TryRecord& record) {
    return record.frame == frame && !record.handling;
  });
}

bool unwind(Machine& m) {
  const bool protected_by_try =
      m.process.extras != nullptr &&
      std::any_of(m.process.extras->tries.begin(), m.process.extras->tries.end(),
                  [](const TryRecord& record) { return !record.handling; });
  Term exception;
  const bool is_made = thrown_exception(m, exception);
  std::vector<std::string> trace;
  if (!is_made) trace = stack_trace(m);
  if (!protected_by_try) report(m, trace);
  if (!is_made && !make_exception(m, trace, exception)) return false;
  if (!protected_by_try) {
    process::details_of(m.process).exit_reason = exception;
    m.process.exit_kind = process::ExitKind::kException;
    return false;
  }
  m.throws_value = false;
  m.error.clear();

  process::ExecutionExtras& extras = *m.process.extras;
  while (extras.tries.back().handling) extras.tries.pop_back();
  TryRecord& record = extras.tries.back();
  record.handling = true;
  m.frame = m.process.stack_begin + record.frame;
  m.at = record.handler;
  if (extras.operands.size() > record.operands) extras.operands.resize(record.operands);
  extras.fence = record.fence;
  if (record.target == lower::kOnOperandStack) {
    extras.operands.push_back(exception);
  } else {
    m.reg(record.target) = exception;
  }
  return true;
}

void refuse_without_smp(Machine& m, const isa::OpInfo& op) {
  const std::string text = std::string(op.mnemonic) + " needs the SMP scheduler: run with --smp";
  m.context.services->report_uncaught(m.process, text, stack_trace(m));
  m.process.exit_kind = process::ExitKind::kException;
}

}  // namespace ttvm::interp
