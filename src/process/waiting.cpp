#include "process/waiting.hpp"

#include <algorithm>
#include <vector>

#include "heap/build.hpp"
#include "process/details.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::process {

bool deadline_after(const RunContext& context, Term ms, base::Nanos& deadline) {
  double value = 0;
  if (!term::as_double(ms, value) || !(value >= 0)) return false;
  // A logical clock gets to the end of time; then a deadline is late, but the sum stays in range.
  constexpr double kMaxMs = 9e12;
  constexpr base::Nanos kEndOfTime = 9'100'000'000'000'000'000;
  const auto nanos = static_cast<base::Nanos>(std::min(value, kMaxMs) * 1e6);
  const base::Nanos now = context.clock->now();
  deadline = nanos < kEndOfTime - now ? now + nanos : std::max(now, kEndOfTime);
  return true;
}

base::Nanos deadline_at(const RunContext& context, double ms) {
  constexpr double kMaxMs = 9e12;
  return context.start_time + static_cast<base::Nanos>(std::clamp(ms, -kMaxMs, kMaxMs) * 1e6);
}

namespace {

// Looks at some, each of them a line in memory of its own.
bool many_timers_are_over(const Relations& relations, const RunContext& context) {
  constexpr std::size_t kPlaces = 128;
  std::size_t seen = 0;
  std::size_t over = 0;
  relations.for_some(kPlaces, [&](Relation relation, std::uint64_t, std::uint64_t value) {
    if (relation != Relation::kTimer) return;
    ++seen;
    if (context.timers->is_over(reinterpret_cast<DelayedSend*>(value))) ++over;
  });
  return 4 * over >= seen;
}

void forget_over(Relations& relations, const RunContext& context) {
  std::vector<std::uint64_t> over;
  relations.for_each([&](Relation relation, std::uint64_t ref, std::uint64_t value) {
    auto* delayed = reinterpret_cast<DelayedSend*>(value);
    if (relation != Relation::kTimer || !context.timers->is_over(delayed)) return;
    over.push_back(ref);
    context.timers->release(delayed);
  });
  for (const std::uint64_t ref : over) relations.erase(Relation::kTimer, ref);
}

}  // namespace

void forget_old_timers(Process& process, RunContext& context) {
  Details& details = details_of(process);
  if (details.relations.used() < details.forget_timers_at) return;
  if (many_timers_are_over(details.relations, context)) forget_over(details.relations, context);
  details.forget_timers_at = 2 * details.relations.used() + Details::kMinForgetTimers;
}

std::string bad_milliseconds(std::string_view mnemonic, Term got) {
  std::string text(mnemonic);
  text += " expects milliseconds of at least 0 but got ";
  if (term::is_number(got)) return text + term::to_text(got);
  return text.append(term::type_display_name(term::type_of(got)));
}

Term make_own_ref(Process& process, std::uint64_t number) {
  return heap::make_ref(process.heap, number, process.pid, process.mailbox.arrivals());
}

Term make_ask_ref(Process& process, std::uint64_t number) {
  return heap::make_ref(process.heap, number, process.pid,
                        process.mailbox.arrivals() | term::kAskMark);
}

}  // namespace ttvm::process
