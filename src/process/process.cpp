#include "process/process.hpp"

#include <new>

#include "heap/slab.hpp"
#include "process/epoch.hpp"
#include "process/executor.hpp"
#include "process/table.hpp"

namespace ttvm::process {

namespace {

void destroy_process(void* object) {
  auto* process = static_cast<Process*>(object);
  process->~Process();
  heap::slab_free(process, sizeof(Process));
}

// A signal that its receiver did not live to see. True if it was a message.
bool drop_signal(Signal* signal) {
  switch (signal->kind) {
    case SignalKind::kMessage:
      free_message(static_cast<Message*>(signal));
      return true;
    case SignalKind::kTimeout:
      free_timeout(signal);
      return false;
    case SignalKind::kIoDone: {
      auto* job = static_cast<Job*>(signal);
      job->discard(*job);
      return false;
    }
  }
  return false;
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

void take_control_signal(Process& process, Signal* signal) {
  switch (signal->kind) {
    case SignalKind::kTimeout:
      if (process.timer == signal) process.timer = nullptr;
      free_timeout(signal);
      break;
    case SignalKind::kIoDone:
      static_cast<Job*>(signal)->done = true;
      break;
    case SignalKind::kMessage:
      process.mailbox.append(static_cast<Message*>(signal));
      break;
  }
}

void free_timeout(Signal* timeout) { heap::slab_free(timeout, kTimeoutBytes); }

void free_initial_block(Process& process) {
  if (process.initial_block == nullptr) return;
  heap::slab_free(process.initial_block, process.initial_block_bytes);
  process.initial_block = nullptr;
  process.initial_block_bytes = 0;
}

void give_up_job(Process& process) {
  Job* job = process.pending_io;
  process.pending_io = nullptr;
  if (job != nullptr && job->done) job->discard(*job);
}

std::uint64_t release_process(Process* process, EpochParticipant& epoch) {
  TTVM_ASSERT(process->timer == nullptr && process->pending_io == nullptr);
  std::uint64_t messages = process->mailbox.count();
  while (Message* message = process->mailbox.pop()) free_message(message);
  Signal* signal = process->inbox.close();
  while (signal != nullptr) {
    Signal* next = signal->next;
    if (drop_signal(signal)) ++messages;
    signal = next;
  }
  process->heap.release();
  free_initial_block(*process);
  epoch.retire(process, destroy_process);
  return messages;
}

Process* spawn_process(RunContext& context, std::uint64_t parent, std::uint32_t words) {
  const std::uint64_t pid = context.table->reserve_pid(context.worker);
  if (TTVM_UNLIKELY(pid == 0)) return nullptr;
  Process* process = create_process(pid, parent, words);
  if (TTVM_UNLIKELY(!context.table->insert(process, context.worker, *context.epoch))) {
    free_initial_block(*process);
    destroy_process(process);
    return nullptr;
  }
  return process;
}

}  // namespace ttvm::process
