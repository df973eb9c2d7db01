#include "process/process.hpp"

#include <new>

#include "heap/slab.hpp"
#include "process/details.hpp"
#include "process/epoch.hpp"
#include "process/executor.hpp"
#include "process/limit.hpp"
#include "process/table.hpp"

namespace ttvm::process {

namespace {

void free_details(Process& process) {
  delete process.details;
  process.details = nullptr;
}

void destroy_process(void* object) {
  auto* process = static_cast<Process*>(object);
  // Those of a limited process stay until no sender can look at the limit any more.
  free_details(*process);
  process->~Process();
  heap::slab_free(process, sizeof(Process));
}

}  // namespace

Process* create_process(std::uint64_t pid, std::uint64_t parent, std::uint32_t words) {
  auto* process = new (heap::slab_allocate(sizeof(Process))) Process;
  const auto bytes = static_cast<std::uint32_t>(words * sizeof(Word));
  process->pid = pid;
  process->parent = parent;
  process->initial_block = static_cast<Word*>(heap::slab_allocate(bytes));
  process->initial_block_bytes = bytes;
  return process;
}

Details& make_details(Process& process) {
  if (process.details == nullptr) process.details = new Details();
  return *process.details;
}

Details::~Details() {
  if (limit != nullptr) free_limit(limit);
}

void free_timeout(Signal* timeout) { heap::slab_free(timeout, kTimeoutBytes); }

void free_initial_block(Process& process) {
  if (process.initial_block == nullptr) return;
  heap::slab_free(process.initial_block, process.initial_block_bytes);
  process.initial_block = nullptr;
  process.initial_block_bytes = 0;
}

void give_up_job(Process& process) {
  Job* job = pending_io_of(process);
  if (job == nullptr) return;
  process.details->pending_io = nullptr;
  if (job->done) job->discard(*job);
}

void discard_process(Process* process, EpochParticipant& epoch) {
  TTVM_ASSERT(process->timer == nullptr && pending_io_of(*process) == nullptr);
  process->heap.release();
  free_initial_block(*process);
  if (process->details != nullptr && !process->limited) free_details(*process);
  epoch.retire(process, destroy_process);
}

Process* new_process(RunContext& context, std::uint64_t parent, std::uint32_t words) {
  const std::uint64_t pid = context.table->reserve_pid(context.worker);
  return TTVM_UNLIKELY(pid == 0) ? nullptr : create_process(pid, parent, words);
}

bool publish(RunContext& context, Process* process) {
  if (TTVM_LIKELY(context.table->insert(process, context.worker, *context.epoch))) return true;
  context.executor->release(*process);
  discard_process(process, *context.epoch);
  return false;
}

Process* spawn_process(RunContext& context, std::uint64_t parent, std::uint32_t words) {
  Process* process = new_process(context, parent, words);
  return process != nullptr && publish(context, process) ? process : nullptr;
}

}  // namespace ttvm::process
