// The workloads of bench/workloads/actors.list in the C++ Actor Framework, version 0.17.
//
//   c++ -std=c++17 -O2 -o bench bench.cpp -lcaf_core && ./bench NAME [SIZE [T]]
//
// with T scheduler threads (as many as CPUs unless said) prints one line, `NAME result=R ms=T` and
// perhaps more. Everything is an event-based actor; the main thread only waits for the result.
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "caf/all.hpp"

namespace {

using caf::actor;
using caf::actor_cast;
using caf::behavior;
using caf::event_based_actor;
using caf::stateful_actor;
using i64 = std::int64_t;
using Clock = std::chrono::steady_clock;

using ack_atom = caf::atom_constant<caf::atom("ack")>;
using all_atom = caf::atom_constant<caf::atom("all")>;
using answer_atom = caf::atom_constant<caf::atom("answer")>;
using ask_atom = caf::atom_constant<caf::atom("ask")>;
using balance_atom = caf::atom_constant<caf::atom("balance")>;
using closed_atom = caf::atom_constant<caf::atom("closed")>;
using credit_atom = caf::atom_constant<caf::atom("credit")>;
using debit_atom = caf::atom_constant<caf::atom("debit")>;
using done_atom = caf::atom_constant<caf::atom("done")>;
using due_atom = caf::atom_constant<caf::atom("due")>;
using go_atom = caf::atom_constant<caf::atom("go")>;
using item_atom = caf::atom_constant<caf::atom("item")>;
using meet_atom = caf::atom_constant<caf::atom("meet")>;
using next_atom = caf::atom_constant<caf::atom("next")>;
using ping_atom = caf::atom_constant<caf::atom("ping")>;
using pong_atom = caf::atom_constant<caf::atom("pong")>;
using result_atom = caf::atom_constant<caf::atom("result")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;
using token_atom = caf::atom_constant<caf::atom("token")>;

// What a workload has: the system, its size, and the actor of the main thread.
struct Bench {
  caf::actor_system& system;
  caf::scoped_actor& main;
  i64 n;
  Clock::time_point start;
  std::string more;

  actor main_handle() { return actor_cast<actor>(main); }
  void begin() { start = Clock::now(); }

  // The sum of so many results that actors send to the main thread.
  i64 results(i64 count) {
    i64 sum = 0;
    for (; count > 0; --count) {
      main->receive([&](result_atom, i64 value) { sum += value; });
    }
    return sum;
  }
  std::string result(i64 count = 1) { return std::to_string(results(count)); }
};

i64 now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

i64 fib(i64 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

i64 next_random(i64& x) {
  x = x * 16807 % 2147483647;
  return x;
}

// In microseconds, of samples in nanoseconds.
std::string percentiles(std::vector<i64> samples) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](std::size_t mille) {
    const std::size_t i = std::min(samples.size() - 1, samples.size() * mille / 1000);
    return static_cast<double>(samples[i]) / 1000.0;
  };
  char text[200];
  std::snprintf(text, sizeof text, " p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f", at(500),
                at(990), at(999), at(1000));
  return text;
}

// An actor that sums so many messages (Atom, n) and tells the sum.
struct SumState {
  i64 sum = 0;
};

template <class Atom>
behavior summing(stateful_actor<SumState>* self, i64 left, actor target) {
  return {[=](Atom, i64 value) mutable {
    self->state.sum += value;
    if (--left == 0) {
      self->send(target, result_atom::value, self->state.sum);
      self->quit();
    }
  }};
}

// Computing.

std::string parfib(Bench& b) {
  b.begin();
  const actor main = b.main_handle();
  const i64 n = b.n;
  for (int i = 0; i < 64; ++i) {
    b.system.spawn([=](event_based_actor* self) { self->send(main, result_atom::value, fib(n)); });
  }
  return b.result(64);
}

// One to one.

behavior ponger(event_based_actor* self) {
  return {[=](ping_atom, const actor& from, i64 n) {
    self->send(from, pong_atom::value, actor_cast<actor>(self), n);
  }};
}

behavior pinger(event_based_actor* self, i64 n, actor ponger, actor main) {
  self->send(ponger, ping_atom::value, actor_cast<actor>(self), n);
  return {[=, count = i64{0}](pong_atom, const actor& from, i64 k) mutable {
    ++count;
    if (k > 1) {
      self->send(from, ping_atom::value, actor_cast<actor>(self), k - 1);
    } else {
      self->send(main, result_atom::value, count);
      self->quit();
    }
  }};
}

std::string pingpong(Bench& b) {
  const actor other = b.system.spawn(ponger);
  b.begin();
  b.system.spawn(pinger, b.n, other, b.main_handle());
  return b.result();
}

struct RingState {
  actor next;
};

behavior ring_member(stateful_actor<RingState>* self, i64 index, actor main) {
  return {[=](next_atom, const actor& next) { self->state.next = next; },
          [=](token_atom, i64 n) {
            if (n > 0) {
              self->send(self->state.next, token_atom::value, n - 1);
            } else {
              self->send(main, result_atom::value, index);
            }
          }};
}

std::vector<actor> make_ring(Bench& b) {
  std::vector<actor> members;
  for (i64 i = 0; i < 1000; ++i) {
    members.push_back(b.system.spawn(ring_member, i, b.main_handle()));
  }
  for (std::size_t i = 0; i < 1000; ++i) {
    b.main->send(members[i], next_atom::value, members[(i + 1) % 1000]);
  }
  return members;
}

std::string ring(Bench& b) {
  const std::vector<actor> members = make_ring(b);
  b.begin();
  b.main->send(members[0], token_atom::value, b.n);
  return b.result();
}

std::string ring100(Bench& b) {
  const std::vector<actor> members = make_ring(b);
  b.begin();
  for (std::size_t i = 0; i < 1000; i += 10) b.main->send(members[i], token_atom::value, b.n);
  return b.result(100);
}

void call_next(stateful_actor<SumState>* self, const actor& server, i64 n, const actor& main) {
  if (n == 0) {
    self->send(main, result_atom::value, self->state.sum);
    return;
  }
  self->request(server, std::chrono::seconds(5), ask_atom::value, n).then([=](i64 answer) {
    self->state.sum += answer;
    call_next(self, server, n - 1, main);
  });
}

std::string call(Bench& b) {
  const actor server =
      b.system.spawn([]() -> behavior { return {[](ask_atom, i64 n) { return n + 1; }}; });
  b.begin();
  b.system.spawn([](stateful_actor<SumState>* self, const actor& server, i64 n,
                    const actor& main) { call_next(self, server, n, main); },
                 server, b.n, b.main_handle());
  return b.result();
}

// Spawning.

void spawn_done(event_based_actor* self, const actor& parent, i64 i) {
  self->spawn([=](event_based_actor* child) { child->send(parent, done_atom::value, i); });
}

behavior spawner_in_turn(stateful_actor<SumState>* self, i64 n, actor main) {
  spawn_done(self, actor_cast<actor>(self), n);
  return {[=](done_atom, i64 i) {
    self->state.sum += i;
    if (i > 1) {
      spawn_done(self, actor_cast<actor>(self), i - 1);
    } else {
      self->send(main, result_atom::value, self->state.sum);
      self->quit();
    }
  }};
}

std::string spawn_seq(Bench& b) {
  b.begin();
  b.system.spawn(spawner_in_turn, b.n, b.main_handle());
  return b.result();
}

behavior spawner_of_all(stateful_actor<SumState>* self, i64 n, actor main) {
  const actor handle = actor_cast<actor>(self);
  for (i64 i = 1; i <= n; ++i) spawn_done(self, handle, i);
  return summing<done_atom>(self, n, main);
}

std::string spawn_all(Bench& b) {
  b.begin();
  b.system.spawn(spawner_of_all, b.n, b.main_handle());
  return b.result();
}

behavior skynet_node(stateful_actor<SumState>* self, i64 first, i64 leaves, actor parent) {
  if (leaves == 1) {
    self->send(parent, result_atom::value, first);
    return {};
  }
  const actor handle = actor_cast<actor>(self);
  for (i64 i = 0; i < 10; ++i) {
    self->spawn(skynet_node, first + i * (leaves / 10), leaves / 10, handle);
  }
  return summing<result_atom>(self, 10, parent);
}

std::string skynet(Bench& b) {
  i64 leaves = 1;
  for (i64 level = 0; level < b.n; ++level) leaves *= 10;
  b.begin();
  b.system.spawn(skynet_node, i64{0}, leaves, b.main_handle());
  return b.result();
}

// By monitors: CAF has no children that are restarted.
struct RestartState {
  i64 restarts = 0;
};

void restart(stateful_actor<RestartState>* self, i64 n) {
  const bool crashes = self->state.restarts < n;
  self->spawn<caf::monitored>([=](event_based_actor* child) {
    if (crashes) child->quit(caf::exit_reason::unhandled_exception);
  });
}

behavior restarter(stateful_actor<RestartState>* self, i64 n, actor main) {
  self->set_down_handler([=](const caf::down_msg& down) {
    if (down.reason == caf::exit_reason::unhandled_exception) {
      ++self->state.restarts;
      restart(self, n);
    } else {
      self->send(main, result_atom::value, self->state.restarts);
      self->quit();
    }
  });
  restart(self, n);
  return {[](stop_atom) {}};
}

std::string sup_raw(Bench& b) {
  b.begin();
  // Held here: a monitor does not keep the one who watches.
  const actor watcher = b.system.spawn(restarter, b.n, b.main_handle());
  return b.result();
}

// Many to one, one to many.

std::string fanin(Bench& b) {
  b.begin();
  const actor consumer = b.system.spawn(summing<item_atom>, 100 * b.n, b.main_handle());
  const i64 n = b.n;
  for (int i = 0; i < 100; ++i) {
    b.system.spawn([=](event_based_actor* self) {
      for (i64 k = n; k > 0; --k) self->send(consumer, item_atom::value, k);
    });
  }
  return b.result();
}

behavior tick_receiver(stateful_actor<SumState>* self, actor main) {
  return {[=](tick_atom, i64 k) { self->state.sum += k; },
          [=](stop_atom) {
            self->send(main, result_atom::value, self->state.sum);
            self->quit();
          }};
}

std::string broadcast(Bench& b) {
  std::vector<actor> receivers;
  for (int i = 0; i < 1000; ++i) {
    receivers.push_back(b.system.spawn(tick_receiver, b.main_handle()));
  }
  b.begin();
  const i64 n = b.n;
  b.system.spawn([=](event_based_actor* self) {
    for (i64 k = 1; k <= n; ++k) {
      for (const actor& receiver : receivers) self->send(receiver, tick_atom::value, k);
    }
    for (const actor& receiver : receivers) self->send(receiver, stop_atom::value);
  });
  return b.result(1000);
}

struct HubState {
  i64 sum = 0;
  i64 left = 0;
  std::vector<actor> members;
};

void ask_all(stateful_actor<HubState>* self, i64 k) {
  self->state.left = static_cast<i64>(self->state.members.size());
  const actor handle = actor_cast<actor>(self);
  for (const actor& member : self->state.members) {
    self->send(member, ask_atom::value, handle, k);
  }
}

behavior hub_actor(stateful_actor<HubState>* self, std::vector<actor> members, i64 n, actor main) {
  self->state.members = std::move(members);
  ask_all(self, n);
  return {[=](answer_atom, i64 k) {
    self->state.sum += k;
    if (--self->state.left > 0) return;
    if (k > 1) {
      ask_all(self, k - 1);
    } else {
      self->send(main, result_atom::value, self->state.sum);
      self->quit();
    }
  }};
}

std::string hub(Bench& b) {
  std::vector<actor> members;
  for (int i = 0; i < 1000; ++i) {
    members.push_back(b.system.spawn([](event_based_actor* self) -> behavior {
      return {[=](ask_atom, const actor& from, i64 k) { self->send(from, answer_atom::value, k); }};
    }));
  }
  b.begin();
  b.system.spawn(hub_actor, members, b.n, b.main_handle());
  return b.result();
}

// Many to many.

struct BigState {
  std::vector<actor> others;
  i64 pongs = 0;
};

behavior big_member(stateful_actor<BigState>* self, actor main) {
  return {[=](all_atom, const std::vector<actor>& all) {
            for (const actor& other : all) {
              if (other != self) self->state.others.push_back(other);
            }
            self->send(main, result_atom::value, i64{0});
          },
          [=](go_atom) {
            const actor handle = actor_cast<actor>(self);
            for (const actor& other : self->state.others) {
              self->send(other, ping_atom::value, handle);
            }
          },
          [=](ping_atom, const actor& from) { self->send(from, pong_atom::value); },
          [=](pong_atom) {
            if (++self->state.pongs < static_cast<i64>(self->state.others.size())) return;
            self->send(main, result_atom::value, self->state.pongs);
            self->state.pongs = 0;
          }};
}

std::string big(Bench& b) {
  std::vector<actor> members;
  for (i64 i = 0; i < b.n; ++i) {
    members.push_back(b.system.spawn(big_member, b.main_handle()));
  }
  for (const actor& member : members) b.main->send(member, all_atom::value, members);
  b.results(b.n);
  b.begin();
  i64 sum = 0;
  for (int round = 0; round < 4; ++round) {
    for (const actor& member : members) b.main->send(member, go_atom::value);
    sum += b.results(b.n);
  }
  return std::to_string(sum);
}

struct MallState {
  i64 left = 0;
  actor waiting;
  i64 waiting_colour = 0;
};

behavior mall(stateful_actor<MallState>* self, i64 meetings) {
  self->state.left = meetings;
  return {[=](meet_atom, const actor& creature, i64 colour) {
    MallState& state = self->state;
    if (state.left == 0) {
      self->send(creature, closed_atom::value);
    } else if (!state.waiting) {
      state.waiting = creature;
      state.waiting_colour = colour;
    } else {
      self->send(state.waiting, meet_atom::value, colour);
      self->send(creature, meet_atom::value, state.waiting_colour);
      state.waiting = nullptr;
      --state.left;
    }
  }};
}

struct CreatureState {
  i64 colour = 0;
  i64 meetings = 0;
};

behavior creature(stateful_actor<CreatureState>* self, i64 colour, actor mall, actor main) {
  self->state.colour = colour;
  self->send(mall, meet_atom::value, actor_cast<actor>(self), colour);
  return {[=](meet_atom, i64 other) {
            CreatureState& state = self->state;
            if (other != state.colour) state.colour = 3 - state.colour - other;
            ++state.meetings;
            self->send(mall, meet_atom::value, actor_cast<actor>(self), state.colour);
          },
          [=](closed_atom) {
            self->send(main, result_atom::value, self->state.meetings);
            self->quit();
          }};
}

std::string chameneos(Bench& b) {
  b.begin();
  const actor meeting_place = b.system.spawn(mall, b.n);
  for (i64 i = 0; i < 100; ++i) b.system.spawn(creature, i % 3, meeting_place, b.main_handle());
  return b.result(100);
}

struct AccountState {
  i64 balance = 100000;
};

behavior account(stateful_actor<AccountState>* self) {
  return {[=](credit_atom, const actor& teller, i64 amount, const actor& target) {
            // Nothing else is handled before the answer.
            self->request(target, caf::infinite, debit_atom::value, amount).await([=](ack_atom) {
              self->state.balance -= amount;
              self->send(teller, ack_atom::value);
            });
          },
          [=](debit_atom, i64 amount) {
            self->state.balance += amount;
            return ack_atom::value;
          },
          [=](balance_atom) { return self->state.balance; }};
}

behavior teller(event_based_actor* self, std::vector<actor> accounts, i64 n, actor main) {
  i64 x = 42;
  const actor handle = actor_cast<actor>(self);
  for (i64 i = 0; i < n; ++i) {
    const i64 source = next_random(x) % 800;
    const i64 target = source + 1 + next_random(x) % (999 - source);
    const i64 amount = next_random(x) % 1000;
    self->send(accounts[static_cast<std::size_t>(source)], credit_atom::value, handle, amount,
               accounts[static_cast<std::size_t>(target)]);
  }
  return {[=, left = n](ack_atom) mutable {
    if (--left > 0) return;
    self->send(main, done_atom::value);
    self->quit();
  }};
}

std::string bank(Bench& b) {
  std::vector<actor> accounts;
  for (int i = 0; i < 1000; ++i) accounts.push_back(b.system.spawn(account));
  b.begin();
  b.system.spawn(teller, accounts, b.n, b.main_handle());
  b.main->receive([](done_atom) {});
  i64 sum = 0;
  i64 weighted = 0;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    b.main->request(accounts[i], caf::infinite, balance_atom::value)
        .receive(
            [&](i64 balance) {
              sum += balance;
              weighted += balance * static_cast<i64>(i + 1);
            },
            [](const caf::error&) { std::abort(); });
  }
  return std::to_string(sum) + ":" + std::to_string(weighted);
}

// Large messages.

template <class Data>
behavior data_receiver(stateful_actor<SumState>* self) {
  return {[=, left = 100](const actor& from, const Data& data) mutable {
    self->state.sum += data.front();
    if (--left > 0) return;
    left = 100;
    self->send(from, answer_atom::value, self->state.sum);
  }};
}

behavior group_sender(event_based_actor* self, std::function<void(event_based_actor*)> send_group,
                      i64 groups, actor main) {
  send_group(self);
  return {[=](answer_atom, i64 sum) mutable {
    if (--groups > 0) {
      send_group(self);
    } else {
      self->send(main, result_atom::value, sum);
      self->quit();
    }
  }};
}

std::string bigmsg_bin(Bench& b) {
  using Bytes = std::vector<char>;
  const actor receiver = b.system.spawn(data_receiver<Bytes>);
  caf::message message;  // shared by all who get it; made by the first group
  const auto send_group = [=](event_based_actor* self) mutable {
    if (message.empty()) {
      message = caf::make_message(actor_cast<actor>(self), Bytes(1000000, 7));
    }
    for (int i = 0; i < 100; ++i) self->send(receiver, message);
  };
  b.begin();
  b.system.spawn(group_sender, std::function<void(event_based_actor*)>(send_group), b.n / 100,
                 b.main_handle());
  return b.result();
}

std::string bigmsg_list(Bench& b) {
  using List = std::vector<i64>;
  List data;
  for (i64 i = 1; i <= 1000; ++i) data.push_back(i);
  const actor receiver = b.system.spawn(data_receiver<List>);
  const auto send_group = [=](event_based_actor* self) {
    const actor handle = actor_cast<actor>(self);
    for (int i = 0; i < 100; ++i) self->send(receiver, handle, List(data));  // copied, then moved
  };
  b.begin();
  b.system.spawn(group_sender, std::function<void(event_based_actor*)>(send_group), b.n / 100,
                 b.main_handle());
  return b.result();
}

// Time.

struct SamplesState {
  std::vector<i64> late;
};

behavior timer_owner(stateful_actor<SamplesState>* self, i64 n, actor main) {
  i64 x = 42;
  const i64 start = now_ns();
  for (i64 i = 0; i < n; ++i) {
    const i64 delay = 1 + next_random(x) % 1000;
    self->delayed_send(self, std::chrono::milliseconds(delay), due_atom::value,
                       now_ns() + delay * 1000000);
  }
  const i64 armed = now_ns() - start;
  return {[=](due_atom, i64 due) {
    self->state.late.push_back(now_ns() - due);
    if (static_cast<i64>(self->state.late.size()) < n) return;
    self->send(main, done_atom::value, armed, std::move(self->state.late));
    self->quit();
  }};
}

std::string samples_result(Bench& b, bool arming) {
  std::size_t count = 0;
  b.main->receive([&](done_atom, i64 armed, const std::vector<i64>& late) {
    count = late.size();
    if (arming) {
      b.more = " arm_ms=" + std::to_string(static_cast<double>(armed) / 1e6);
    }
    b.more += percentiles(late);
  });
  return std::to_string(count);
}

std::string timers_send(Bench& b) {
  b.begin();
  b.system.spawn(timer_owner, b.n, b.main_handle());
  return samples_result(b, true);
}

behavior sleeper(stateful_actor<SamplesState>* self, i64 n, actor main) {
  const auto sleep = [=] {
    self->delayed_send(self, std::chrono::milliseconds(1), due_atom::value, now_ns() + 1000000);
  };
  sleep();
  return {[=](due_atom, i64 due) {
    self->state.late.push_back(now_ns() - due);
    if (static_cast<i64>(self->state.late.size()) < n) {
      sleep();
      return;
    }
    self->send(main, done_atom::value, i64{0}, std::move(self->state.late));
    self->quit();
  }};
}

// CAF does not preempt, so a hog gives up its thread by itself, after each fib(20).
behavior hog(event_based_actor* self) {
  self->send(self, next_atom::value);
  return {[=](next_atom) {
    static volatile i64 sink;
    sink = fib(20);
    self->send(self, next_atom::value);
  }};
}

std::string fair_sleep_beside(Bench& b, std::size_t hogs) {
  for (; hogs > 0; --hogs) b.system.spawn(hog);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  b.begin();
  b.system.spawn(sleeper, b.n, b.main_handle());
  return samples_result(b, false);
}

std::string fair_sleep(Bench& b) {
  return fair_sleep_beside(b, b.system.scheduler().num_workers());
}

std::string fair_sleep_idle(Bench& b) { return fair_sleep_beside(b, 0); }

// Memory.

// Bytes: the second number of statm, in pages.
i64 resident() {
  std::ifstream statm("/proc/self/statm");
  i64 size = 0;
  i64 pages = 0;
  statm >> size >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

std::string memory(Bench& b) {
  const auto count = static_cast<std::size_t>(b.n);
  const i64 before = resident();
  b.begin();
  std::vector<actor> waiters;  // an actor that nobody can reach would be gone
  waiters.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    waiters.push_back(b.system.spawn([]() -> behavior { return {[](stop_atom) {}}; }));
  }
  // The constructors have run and set the behavior: nothing is runnable after the first resumption.
  const std::chrono::duration<double, std::milli> spawned = Clock::now() - b.start;
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  b.more = " rss_per_process=" + std::to_string((resident() - before) / b.n) +
           " spawn_ms=" + std::to_string(spawned.count());
  const std::string result = std::to_string(waiters.size());
  static std::vector<actor> kept;
  kept = std::move(waiters);
  return result;
}

struct Workload {
  i64 size;
  std::string (*run)(Bench&);
};

const std::map<std::string, Workload>& workloads() {
  static const std::map<std::string, Workload> all = {
      {"parfib", {30, parfib}},
      {"pingpong", {1000000, pingpong}},
      {"ring", {2000003, ring}},
      {"ring100", {20003, ring100}},
      {"spawn_seq", {1000000, spawn_seq}},
      {"spawn_all", {1000000, spawn_all}},
      {"skynet", {6, skynet}},
      {"fanin", {20000, fanin}},
      {"broadcast", {2000, broadcast}},
      {"hub", {1000, hub}},
      {"big", {500, big}},
      {"call", {500000, call}},
      {"chameneos", {500000, chameneos}},
      {"bank", {200000, bank}},
      {"bigmsg_bin", {1000000, bigmsg_bin}},
      {"bigmsg_list", {100000, bigmsg_list}},
      {"sup_raw", {500000, sup_raw}},
      {"timers_send", {100000, timers_send}},
      {"fair_sleep", {2000, fair_sleep}},
      {"fair_sleep_idle", {2000, fair_sleep_idle}},
      {"memory", {1000000, memory}},
  };
  return all;
}

int run(int count, char** words) {
  if (count < 2) {
    std::fprintf(stderr, "usage: bench NAME [SIZE [THREADS]]\n");
    return 2;
  }
  const std::string name = words[1];
  caf::actor_system_config config;
  if (count > 3) config.set("scheduler.max-threads", static_cast<std::size_t>(std::atol(words[3])));
  if (name == "fair_sleep") config.set("scheduler.max-throughput", std::size_t{1});
  caf::actor_system system{config};
  if (name == "startup") {
    std::printf("startup result=hello ms=0\n");
    return 0;
  }
  const auto workload = workloads().find(name);
  if (workload == workloads().end()) {
    std::fprintf(stderr, "bench: no workload %s\n", words[1]);
    return 2;
  }
  caf::scoped_actor main{system};
  const i64 n = count > 2 ? std::atol(words[2]) : workload->second.size;
  Bench bench{system, main, n, Clock::now(), ""};
  const std::string result = workload->second.run(bench);
  const std::chrono::duration<double, std::milli> ms = Clock::now() - bench.start;
  std::printf("%s result=%s ms=%.1f%s\n", words[1], result.c_str(), ms.count(), bench.more.c_str());
  std::fflush(stdout);
  std::_Exit(0);  // the system would wait for actors that never end
}

}  // namespace

int main(int count, char** words) { return run(count, words); }
