// Links and monitors, step by step: every order in which two processes can act and take in what the
// other has sent.
#include "process/signals.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "world.hpp"

namespace ttvm::process {
namespace {

using Texts = std::vector<std::string>;

TEST(Links, TakeEffectAtBothEnds) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  link(a, world.context, b.pid);
  EXPECT_TRUE(World::is_linked(a, b));
  EXPECT_FALSE(World::is_linked(b, a));
  world.fetch(b);
  EXPECT_TRUE(World::is_linked(b, a));
  world.end(a, "boom");
  world.fetch(b);
  EXPECT_EQ(world.reasons(b, "EXIT"), Texts{"boom"});
  EXPECT_EQ(World::relations_of(b), 0U);
}

TEST(Links, RequestThatMeetsTheEnd) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  link(a, world.context, b.pid);
  world.end(b, "boom");  // has never seen the request
  world.fetch(a);
  EXPECT_EQ(world.reasons(a, "EXIT"), Texts{"boom"});
  EXPECT_EQ(World::relations_of(a), 0U);
}

TEST(Links, ToTheDead) {
  World world;
  Process& a = world.spawn();
  for (const std::uint64_t pid :
       {std::uint64_t{0}, std::uint64_t{99}, ~std::uint64_t{0}, (std::uint64_t{1} << 62U) | 5U}) {
    link(a, world.context, pid);
    EXPECT_EQ(world.reasons(a, "EXIT"), Texts{"noproc"});
    unlink(a, world.context, pid);
    EXPECT_EQ(World::relations_of(a), 0U);
  }
}

TEST(Links, UnlinkedExitIsDropped) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  link(a, world.context, b.pid);
  world.fetch(b);
  world.end(b, "boom");  // its exit signal is in a's inbox
  unlink(a, world.context, b.pid);
  world.fetch(a);
  EXPECT_EQ(world.reasons(a, "EXIT"), Texts{});
  EXPECT_EQ(World::relations_of(a), 0U);
}

TEST(Links, RelinkedToTheDeadTellsOnce) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  link(a, world.context, b.pid);
  world.fetch(b);
  world.end(b, "boom");
  unlink(a, world.context, b.pid);
  link(a, world.context, b.pid);
  world.fetch(a);
  EXPECT_EQ(world.reasons(a, "EXIT"), Texts{"noproc"});
  EXPECT_EQ(World::relations_of(a), 0U);
}

// ---- Every order. A schedule is a number in base 4, a digit for each step.

enum Step { kActA, kActB, kFetchA, kFetchB };
constexpr unsigned kSteps = 6;
constexpr unsigned kSchedules = 1U << (2 * kSteps);
constexpr unsigned kSchedulesPerWorld = 256;  // a world is dear, and frees nothing before its end

// Two processes, each with two links or unlinks to make.
class Pair {
 public:
  Pair(World& in, unsigned acts_a, unsigned acts_b, bool start_linked)
      : world(in), a(world.spawn()), b(world.spawn()), left_a_(acts_a | 4U), left_b_(acts_b | 4U) {
    if (!start_linked) return;
    link(a, world.context, b.pid);
    world.settle(a, b);
  }
  ~Pair() {
    world.end(a, "normal");
    world.end(b, "normal");
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  void act_a() { act(a, b, left_a_); }
  void act_b() { act(b, a, left_b_); }
  void run(unsigned schedule) {
    for (unsigned i = 0; i < kSteps; ++i, schedule /= 4) {
      switch (schedule % 4) {
        case kActA:
          act_a();
          break;
        case kActB:
          act_b();
          break;
        case kFetchA:
          world.fetch(a);
          break;
        default:
          world.fetch(b);
      }
    }
    for (int i = 0; i < 2; ++i) {
      act_a();
      act_b();
    }
    world.settle(a, b);
  }

  World& world;
  Process& a;
  Process& b;

 private:
  // `left`: a bit for each act, the next one lowest, below a bit that marks the end.
  void act(Process& process, const Process& other, unsigned& left) {
    if (left == 1) return;
    const bool links = (left & 1U) != 0;
    left >>= 1U;
    if (links) {
      link(process, world.context, other.pid);
    } else {
      unlink(process, world.context, other.pid);
    }
  }

  unsigned left_a_;
  unsigned left_b_;
};

TEST(Links, BothEndsAgreeInTheEnd) {
  for (unsigned acts = 0; acts < 32; ++acts) {
    const unsigned acts_a = acts & 3U;
    const unsigned acts_b = (acts >> 2U) & 3U;
    std::unique_ptr<World> world;
    for (unsigned schedule = 0; schedule < kSchedules; ++schedule) {
      if (schedule % kSchedulesPerWorld == 0) world = std::make_unique<World>();
      Pair pair(*world, acts_a, acts_b, (acts & 16U) != 0);
      pair.run(schedule);
      const bool linked = World::is_linked(pair.a, pair.b);
      ASSERT_EQ(linked, World::is_linked(pair.b, pair.a)) << acts << ' ' << schedule;
      const std::size_t relations = linked ? 1 : 0;
      ASSERT_EQ(World::relations_of(pair.a), relations) << acts << ' ' << schedule;
      ASSERT_EQ(World::relations_of(pair.b), relations) << acts << ' ' << schedule;
      const bool a_wants = (acts_a & 2U) != 0;  // by its last act
      const bool b_wants = (acts_b & 2U) != 0;
      if (a_wants == b_wants) {
        ASSERT_EQ(linked, a_wants) << acts << ' ' << schedule;
      }
    }
  }
}

// One end dies anywhere on the way: the other is told at most once for each time that it linked,
// and keeps nothing.
TEST(Links, EndAtAnyTime) {
  for (unsigned acts = 0; acts < 4; ++acts) {
    for (unsigned schedule = 0; schedule < 4U * 4 * 4 * 4 * 4; ++schedule) {
      World world;
      Process& a = world.spawn();
      Process* b = &world.spawn();
      const std::uint64_t pid = b->pid;
      unsigned left = acts | 4U;
      unsigned links = 0;
      const auto act = [&] {
        if (left == 1) return;
        if ((left & 1U) != 0) {
          ++links;
          link(a, world.context, pid);
        } else {
          unlink(a, world.context, pid);
        }
        left >>= 1U;
      };
      const auto end = [&] {
        if (b != nullptr) world.end(*b, "shutdown");
        b = nullptr;
      };
      for (unsigned i = 0, rest = schedule; i < 5; ++i, rest /= 4) {
        const unsigned step = rest % 4;
        if (step == 0) act();
        if (step == 1) end();
        if (step == 2) world.fetch(a);
        if (step == 3 && b != nullptr) world.fetch(*b);
      }
      act();
      act();
      end();
      world.fetch(a);
      const Texts told = world.reasons(a, "EXIT");
      ASSERT_LE(told.size(), links) << acts << ' ' << schedule;
      const std::size_t least = (acts & 2U) != 0 ? 1 : 0;  // the last act linked
      ASSERT_GE(told.size(), least) << acts << ' ' << schedule;
      ASSERT_EQ(World::relations_of(a), 0U) << acts << ' ' << schedule;
    }
  }
}

TEST(Monitors, ExactlyOneDown) {
  for (const bool seen : {false, true}) {
    World world;
    Process& a = world.spawn();
    Process& b = world.spawn();
    monitor(a, world.context, b.pid, 5);
    if (seen) world.fetch(b);
    world.end(b, "boom");
    world.fetch(a);
    EXPECT_EQ(world.reasons(a, "DOWN"), Texts{"boom"});
    EXPECT_EQ(World::relations_of(a), 0U);
  }
}

TEST(Monitors, NoDownAfterDemonitor) {
  // Where the DOWN is when the monitor is ended: not sent, in the inbox, in the mailbox.
  for (unsigned schedule = 0; schedule < 4U * 4 * 4 * 4 * 4; ++schedule) {
    World world;
    Process& a = world.spawn();
    Process* b = &world.spawn();
    monitor(a, world.context, b->pid, 5);
    bool ended = false;
    const auto end_monitor = [&] {
      if (!ended) demonitor(a, world.context, 5);
      ended = true;
    };
    for (unsigned i = 0, rest = schedule; i < 5; ++i, rest /= 4) {
      const unsigned step = rest % 4;
      if (step == 0) end_monitor();
      if (step == 1 && b != nullptr) {
        world.end(*b, "shutdown");
        b = nullptr;
      }
      if (step == 2) world.fetch(a);
      if (step == 3 && b != nullptr) world.fetch(*b);
    }
    end_monitor();
    if (b != nullptr) {
      world.fetch(*b);
      ASSERT_EQ(World::relations_of(*b), 0U) << schedule;
      world.end(*b, "shutdown");
    }
    world.fetch(a);
    ASSERT_EQ(world.reasons(a, "DOWN"), Texts{}) << schedule;
    ASSERT_EQ(World::relations_of(a), 0U) << schedule;
  }
}

TEST(Monitors, OfTheDead) {
  World world;
  Process& a = world.spawn();
  monitor(a, world.context, 99, 5);
  monitor(a, world.context, ~std::uint64_t{0}, 6);
  EXPECT_EQ(world.reasons(a, "DOWN"), (Texts{"noproc", "noproc"}));
  EXPECT_EQ(World::relations_of(a), 0U);
}

TEST(Monitors, WatcherThatEndsIsForgotten) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  monitor(a, world.context, b.pid, 5);
  world.fetch(b);
  EXPECT_EQ(World::relations_of(b), 1U);
  world.end(a, "shutdown");
  world.fetch(b);
  EXPECT_EQ(World::relations_of(b), 0U);
}

TEST(Exits, KillCannotBeTrapped) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  send_exit(a, world.context, b.pid, term::intern("other"));
  send_exit(a, world.context, b.pid, term::intern("kill"));
  send_exit(a, world.context, b.pid, term::intern("late"));
  world.fetch(b);
  EXPECT_EQ(b.exit_kind, ExitKind::kKilled);
  EXPECT_EQ(term::text_of(exit_reason(b)), "killed");
  EXPECT_EQ(world.reasons(b, "EXIT"), (Texts{"other", "late"}));
}

TEST(Exits, UntrappedNormalIsIgnored) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  b.traps_exits = false;
  send_exit(a, world.context, b.pid, term::intern("normal"));
  world.fetch(b);
  EXPECT_EQ(b.exit_kind, ExitKind::kNone);
  send_exit(a, world.context, b.pid, term::intern("boom"));
  send_exit(a, world.context, b.pid, term::intern("second"));
  world.fetch(b);
  EXPECT_EQ(b.exit_kind, ExitKind::kExited);
  EXPECT_EQ(term::text_of(exit_reason(b)), "boom");
}

TEST(Exits, ToOneselfBehindWhatWasSentBefore) {
  World world;
  Process& a = world.spawn();
  world.send(a, a, 1);
  send_exit(a, world.context, a.pid, term::intern("two"));
  world.send(a, a, 3);
  link(a, world.context, 99);
  world.send(a, a, 5);
  monitor(a, world.context, 99, 7);
  world.fetch(a);
  EXPECT_EQ(world.receive(a), 1);
  EXPECT_EQ(world.receive(a), -2);
  EXPECT_EQ(world.receive(a), 3);
  EXPECT_EQ(world.receive(a), -2);
  EXPECT_EQ(world.receive(a), 5);
  EXPECT_EQ(world.receive(a), -2);
  EXPECT_EQ(world.receive(a), -1);
}

// A asks b, another process answers, and a ends before it has seen that: b must not remember it.
TEST(Questions, AnsweredByAnotherAtTheEndOfTheOneWhoAsks) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  Process& c = world.spawn();
  constexpr std::uint64_t kRef = 1024;
  const std::array<term::Word, 4> box{term::Header(term::Kind::kRef, 0).word(), kRef, a.pid, 0};
  const Term correlation = Term::box(box.data());
  Message* request = make_message_of(Term::small(1), correlation);
  request->kind = SignalKind::kRequest;
  request->sender = a.pid;
  details_of(a).question = {kRef, b.pid, nullptr};
  EXPECT_EQ(send_to(a, world.context, b, request), SendResult::kSent);
  world.fetch(b);
  EXPECT_EQ(World::relations_of(b), 1U);
  Message* reply = make_message_of(Term::small(2), correlation);
  reply->kind = SignalKind::kReply;
  reply->sender = c.pid;
  ASSERT_TRUE(deliver_to(world.context, a.pid, reply));
  world.fetch(a);
  ASSERT_EQ(a.details->question.answer, reply);
  world.end(a, "boom");
  world.fetch(b);
  EXPECT_EQ(World::relations_of(b), 0U);
}

}  // namespace
}  // namespace ttvm::process
