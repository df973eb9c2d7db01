#include "io/blocking_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include "io/counted_queue.hpp"

namespace ttvm::io {
namespace {

TEST(CountedQueue, NothingIsLostBetweenThreads) {
  constexpr int kItems = 20000;
  CountedQueue<int> queue;
  std::vector<int> items(kItems);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = thread; i < kItems; i += 2) queue.push(&items[static_cast<std::size_t>(i)]);
    });
    threads.emplace_back([&] {
      while (taken.load() < kItems) {
        if (int* item = queue.try_pop()) {
          ++*item;
          ++taken;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int item : items) ASSERT_EQ(item, 1);
  EXPECT_TRUE(queue.looks_empty());
  EXPECT_EQ(queue.try_pop(), nullptr);
}

struct Work {
  std::binary_semaphore* hold = nullptr;
  std::counting_semaphore<>* started = nullptr;
  int runs = 0;
};

TEST(BlockingPool, RunsEachJobOnce) {
  constexpr int kJobs = 2000;
  std::vector<Work> jobs(kJobs);
  std::counting_semaphore<> finished(0);
  BlockingPool pool({[](void* job) { ++static_cast<Work*>(job)->runs; },
                     [&](void*) { finished.release(); }, [](void*) { FAIL(); }},
                    4);
  EXPECT_EQ(pool.thread_count(), 0U);
  for (Work& job : jobs) pool.submit(&job);
  for (int i = 0; i < kJobs; ++i) finished.acquire();
  for (const Work& job : jobs) EXPECT_EQ(job.runs, 1);
  EXPECT_LE(pool.thread_count(), 4U);
  EXPECT_GE(pool.thread_count(), 1U);
}

// A job that blocks must not hold up one that came after it.
TEST(BlockingPool, BlockedJobsDoNotHoldUpOthers) {
  std::counting_semaphore<> started(0);
  std::counting_semaphore<> finished(0);
  std::binary_semaphore hold(0);
  BlockingPool pool({[](void* item) {
                       auto* work = static_cast<Work*>(item);
                       work->started->release();
                       if (work->hold != nullptr) work->hold->acquire();
                     },
                     [&](void*) { finished.release(); }, [](void*) {}},
                    2);
  Work blocked{&hold, &started, 0};
  Work quick{nullptr, &started, 0};
  pool.submit(&blocked);
  for (int i = 0; i < 1000; ++i) {
    pool.submit(&quick);
    finished.acquire();
  }
  hold.release();
  finished.acquire();
}

// The pool goes while a job blocks and others wait: all are discarded, none is done.
TEST(BlockingPool, GoesWithoutWaiting) {
  std::counting_semaphore<> started(0);
  static std::counting_semaphore<> discarded(0);
  std::binary_semaphore hold(0);
  std::atomic<int> done{0};
  std::vector<Work> jobs(5, Work{&hold, &started, 0});
  {
    BlockingPool pool({[](void* item) {
                         auto* work = static_cast<Work*>(item);
                         work->started->release();
                         work->hold->acquire();
                       },
                       [&](void*) { ++done; }, [](void*) { discarded.release(); }},
                      1);
    for (Work& job : jobs) pool.submit(&job);
    started.acquire();
  }
  for (int i = 0; i < 4; ++i) discarded.acquire();
  hold.release();
  discarded.acquire();
  EXPECT_EQ(done, 0);
}

}  // namespace
}  // namespace ttvm::io
