#include "heap/slab.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "heap/slab_engine.hpp"

namespace ttvm::heap {
namespace {

TEST(SlabClasses, RoundIsSmallestFitting) {
  using slab_engine::round;
  for (std::size_t bytes = 1; bytes <= slab_engine::kMaxSmall; ++bytes) {
    const std::size_t size = round(bytes);
    ASSERT_GE(size, bytes);
    ASSERT_EQ(round(size), size);
    ASSERT_EQ(size % 16, 0U);
    ASSERT_LE(size, bytes <= 512 ? bytes + 15 : bytes * 3 / 2);
  }
  for (std::size_t bytes = slab_engine::kMaxSmall + 1; bytes < (std::size_t{1} << 31U);
       bytes += bytes / 3) {
    ASSERT_GE(round(bytes), bytes);
    ASSERT_EQ(round(round(bytes)), round(bytes));
    ASSERT_LE(round(bytes), bytes + bytes / 2);
  }
}

struct Block {
  void* memory;
  std::size_t bytes;
  unsigned char mark;
};

Block make_block(base::Random& random) {
  const std::size_t limit = random.below(20) == 0 ? 100000 : (random.below(4) == 0 ? 4000 : 200);
  const std::size_t bytes = 1 + random.below(static_cast<std::uint32_t>(limit));
  Block block{slab_engine::allocate(bytes), bytes, static_cast<unsigned char>(random.next())};
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.memory) % 16, 0U);
  std::memset(block.memory, block.mark, bytes);
  return block;
}

void drop_block(const Block& block) {
  const auto* bytes = static_cast<const unsigned char*>(block.memory);
  for (std::size_t i = 0; i < block.bytes; ++i) ASSERT_EQ(bytes[i], block.mark);
  slab_engine::release(block.memory, block.bytes);
}

TEST(Slab, BlocksDoNotOverlap) {
  base::Random random(3);
  std::vector<Block> blocks;
  for (int step = 0; step < 50000; ++step) {
    if (blocks.size() < 500 || random.below(2) == 0) {
      blocks.push_back(make_block(random));
    } else {
      const std::size_t at = random.below(static_cast<std::uint32_t>(blocks.size()));
      drop_block(blocks[at]);
      blocks[at] = blocks.back();
      blocks.pop_back();
    }
    if (blocks.size() > 2000) {
      for (const Block& block : blocks) drop_block(block);
      blocks.clear();
    }
  }
  for (const Block& block : blocks) drop_block(block);
}

TEST(Slab, FreedBlocksAreReusedHot) {
  void* first = slab_engine::allocate(100);
  slab_engine::release(first, 100);
  void* second = slab_engine::allocate(100);
  EXPECT_EQ(first, second);
  slab_engine::release(second, 100);
}

// Blocks wander round a ring of threads: each frees what its neighbour has allocated.
TEST(Slab, FreedByOtherThreads) {
  constexpr std::size_t kThreads = 4;
  constexpr int kRounds = 60;
  struct Box {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::vector<Block>> batches;
  };
  std::vector<Box> boxes(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t n = 0; n < kThreads; ++n) {
    threads.emplace_back([n, &boxes] {
      base::Random random(n);
      for (int round = 0; round < kRounds; ++round) {
        std::vector<Block> batch;
        for (int i = 0; i < 150; ++i) batch.push_back(make_block(random));
        Box& next = boxes[(n + 1) % kThreads];
        {
          const std::lock_guard<std::mutex> lock(next.mutex);
          next.batches.push_back(std::move(batch));
        }
        next.changed.notify_one();
        std::unique_lock<std::mutex> lock(boxes[n].mutex);
        boxes[n].changed.wait(lock, [&] { return !boxes[n].batches.empty(); });
        const std::vector<Block> mine = std::move(boxes[n].batches.back());
        boxes[n].batches.pop_back();
        lock.unlock();
        for (const Block& block : mine) drop_block(block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Slab, BlocksOfEndedThreadsComeBack) {
  const auto churn = [] {
    std::thread([] {
      std::vector<void*> blocks;
      for (int i = 0; i < 20000; ++i) blocks.push_back(slab_engine::allocate(112));
      for (void* block : blocks) slab_engine::release(block, 112);
    }).join();
  };
  churn();
  const std::size_t before = memory_in_use();
  for (int i = 0; i < 10; ++i) churn();
  EXPECT_LE(memory_in_use(), before + (std::size_t{2} << 20U));
}

TEST(Slab, HeldBytesAreThoseOfBlocksInUse) {
  const std::size_t before = held_bytes();
  std::size_t held = 0;
  std::vector<Block> blocks;
  base::Random random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t bytes = 1 + random.below(i % 50 == 0 ? 300000 : 3000);
    blocks.push_back({slab_allocate(bytes), bytes, 0});
    held += slab_round(bytes);
  }
  EXPECT_EQ(held_bytes(), before + held);
  // Half of them by a thread that ends, the others here.
  std::thread([&] {
    for (std::size_t i = 0; i < blocks.size(); i += 2) slab_free(blocks[i].memory, blocks[i].bytes);
  }).join();
  for (std::size_t i = 1; i < blocks.size(); i += 2) slab_free(blocks[i].memory, blocks[i].bytes);
  EXPECT_EQ(held_bytes(), before);
}

TEST(Slab, LargeBlocksAreKeptWithinBounds) {
  std::vector<void*> blocks;
  const std::size_t before = memory_in_use();
  for (int i = 0; i < 40; ++i) blocks.push_back(slab_engine::allocate(std::size_t{8} << 20U));
  EXPECT_GE(memory_in_use(), before + (std::size_t{320 - 64} << 20U));  // some may be kept ones
  for (void* block : blocks) slab_engine::release(block, std::size_t{8} << 20U);
  EXPECT_LE(memory_in_use(), before + (std::size_t{72} << 20U));
}

// Blocks that nobody asks for again make room for those that come and go. Fresh memory is zero.
TEST(Slab, LargeBlocksOfSizesInUseAreKept) {
  constexpr std::size_t kMega = std::size_t{1} << 20U;
  std::vector<void*> blocks;
  for (int i = 0; i < 10; ++i) blocks.push_back(slab_engine::allocate(8 * kMega));
  for (const std::size_t size : {16 * kMega, 20 * kMega, 24 * kMega}) {
    slab_engine::release(slab_engine::allocate(size), size);
  }
  auto* block = static_cast<unsigned char*>(blocks.back());
  block[100] = 7;
  slab_engine::release(block, 8 * kMega);
  blocks.back() = slab_engine::allocate(8 * kMega);
  EXPECT_EQ(blocks.back(), block);
  EXPECT_EQ(block[100], 7);
  for (void* b : blocks) slab_engine::release(b, 8 * kMega);
}

TEST(Slab, LargerBlocksTakeThePagesOfSmallerOnes) {
  constexpr std::size_t kMega = std::size_t{1} << 20U;
  const std::size_t before = memory_in_use() - slab_engine::free_bytes();
  auto* smaller = static_cast<unsigned char*>(slab_engine::allocate(24 * kMega));
  smaller[24 * kMega - 1] = 7;
  slab_engine::release(smaller, 24 * kMega);
  auto* larger = static_cast<unsigned char*>(slab_engine::allocate(32 * kMega));
  EXPECT_EQ(larger[24 * kMega - 1], 7);
  for (std::size_t i = 0; i < 32 * kMega; i += 4096) larger[i] = 1;
  EXPECT_EQ(memory_in_use() - slab_engine::free_bytes(), before + 32 * kMega);
  slab_engine::release(larger, 32 * kMega);
  EXPECT_EQ(memory_in_use() - slab_engine::free_bytes(), before);
}

TEST(SlabDeathTest, TheHandlerIsCalledAtTheLimit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        set_memory_limit(memory_in_use() + (std::size_t{16} << 20U), [](std::size_t) { _exit(7); });
        for (;;) slab_allocate(100000);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EXIT(
      {
        set_memory_limit(memory_in_use() + (std::size_t{16} << 20U), [](std::size_t) { _exit(8); });
        for (;;) slab_allocate(64);
      },
      testing::ExitedWithCode(8), "");
}

}  // namespace
}  // namespace ttvm::heap
