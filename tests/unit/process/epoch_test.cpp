#include "process/epoch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace ttvm::process {
namespace {

void count(void* object) { ++*static_cast<int*>(object); }

void pass(EpochDomain& domain, EpochParticipant& participant) {
  domain.try_advance();
  participant.quiescent();
}

TEST(Epoch, FreesAfterThreeEpochsAlone) {
  EpochDomain domain(1);
  EpochParticipant& epoch = domain.participant(0);
  int freed = 0;
  epoch.go_online();
  epoch.retire(&freed, count);
  pass(domain, epoch);
  pass(domain, epoch);
  EXPECT_EQ(freed, 0);
  pass(domain, epoch);
  EXPECT_EQ(freed, 1);
  epoch.go_offline();
}

TEST(Epoch, AnOnlineReaderHoldsEverythingUntilItIsQuiescent) {
  EpochDomain domain(2);
  EpochParticipant& writer = domain.participant(0);
  EpochParticipant& reader = domain.participant(1);
  writer.go_online();
  reader.go_online();
  int freed = 0;
  writer.retire(&freed, count);
  for (int i = 0; i < 10; ++i) pass(domain, writer);
  EXPECT_EQ(freed, 0);
  for (int i = 0; i < 10; ++i) {
    reader.quiescent();
    pass(domain, writer);
  }
  EXPECT_EQ(freed, 1);
  writer.retire(&freed, count);
  reader.go_offline();
  for (int i = 0; i < 3; ++i) pass(domain, writer);
  EXPECT_EQ(freed, 2);
  writer.go_offline();
}

TEST(Epoch, GoingOfflineAndDestructionFreeWhatIsLeft) {
  int freed = 0;
  {
    EpochDomain domain(2);
    domain.participant(1).go_online();
    EpochParticipant& epoch = domain.participant(0);
    epoch.go_online();
    for (int i = 0; i < 100; ++i) epoch.retire(&freed, count);
    epoch.go_offline();
    EXPECT_EQ(freed, 0);  // the other is still there
    EXPECT_EQ(epoch.pending(), 100U);
    domain.participant(1).go_offline();
  }
  EXPECT_EQ(freed, 100);
  EpochDomain domain(1);
  domain.participant(0).go_online();
  domain.participant(0).retire(&freed, count);
  domain.participant(0).go_offline();
  EXPECT_EQ(freed, 101);
}

// A writer replaces an object again and again; readers, which also come and go, must never see a
// freed one. The deleter overwrites the object, and the sanitizers see any access after free.
TEST(Epoch, ReadersNeverSeeFreedObjects) {
  struct Object {
    std::atomic<std::uint64_t> value{42};
  };
  constexpr int kReaders = 3;
  constexpr int kRounds = 20000;
  EpochDomain domain(kReaders + 1);
  std::atomic<Object*> shared{new Object};
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      EpochParticipant& epoch = domain.participant(static_cast<std::uint32_t>(i) + 1);
      while (!done.load(std::memory_order_relaxed)) {
        epoch.go_online();
        for (int round = 0; round < 20; ++round) {
          Object* object = shared.load(std::memory_order_acquire);
          for (int look = 0; look < 5; ++look) {
            if (object->value.load(std::memory_order_relaxed) != 42) ++wrong;
          }
          epoch.quiescent();
        }
        epoch.go_offline();
      }
    });
  }
  EpochParticipant& writer = domain.participant(0);
  writer.go_online();
  for (int round = 0; round < kRounds; ++round) {
    Object* old = shared.exchange(new Object, std::memory_order_acq_rel);
    writer.retire(old, [](void* object) {
      static_cast<Object*>(object)->value.store(0, std::memory_order_relaxed);
      delete static_cast<Object*>(object);
    });
    writer.quiescent();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  writer.go_offline();
  EXPECT_EQ(wrong, 0U);
  delete shared.load();
}

}  // namespace
}  // namespace ttvm::process
