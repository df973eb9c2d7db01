// A few threads for work that blocks (files, name look-up), so that no worker ever does.
//
// Thread safety: submit() by any thread. The destructor gives back what has not begun (discard) and
// does not wait for what runs: such a job may be blocked for ever (a read from a terminal). Its
// thread goes on alone and discards the job when it comes back.
//
// A thread that finds no job sleeps; the pair that must not miss each other is submit's (queue,
// then read sleepers) against the thread's (announce itself in sleepers, then look at the count of
// jobs again). All four are sequentially consistent, so at least one of them sees the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace ttvm::io {

class BlockingPool {
 public:
  struct Callbacks {
    std::function<void(void*)> run;      // does the work; may block; touches nothing but the job
    std::function<void(void*)> done;     // afterwards, while the pool lives; must not block
    std::function<void(void*)> discard;  // instead of run or done once the pool is gone
  };

  // Threads start when first needed, up to `max_threads`.
  BlockingPool(Callbacks callbacks, std::uint32_t max_threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void submit(void* job);
  // Whether submitted jobs will be done: starts the first thread if there is none yet. Without it,
  // submit() ends the program when the system has no thread to give.
  bool has_thread();
  std::uint32_t thread_count() const;

 private:
  // Shared with the threads, so that one that is still blocked can outlive the pool.
  struct State;
  static void work(const std::shared_ptr<State>& state);
  static bool start_thread(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace ttvm::io
