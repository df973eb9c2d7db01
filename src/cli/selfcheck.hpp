// The test-* commands: checks that are part of the installed binary. Each check is a small program
// with what it must print; it is run in a fresh machine in several modes (one and two schedulers,
// seeds, through bytecode), and has passed if every run gave just that.
//
// Thread safety: the tables are immutable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ttvm::cli {

enum class Order : std::uint8_t { kExact, kAny };

struct Check {
  std::string_view name;
  // Source text; " | " stands for the end of a line.
  std::string_view program;
  std::string_view output;      // what it prints; " | " likewise
  Order order = Order::kExact;  // kAny: lines of processes that print side by side
  int status = 0;
  std::string_view errors = {};     // must be in standard error; empty: nothing may be there
  std::uint64_t max_processes = 0;  // 0: the usual
  // Set for a check that is no program: says what is wrong, or nothing.
  std::string (*custom)() = nullptr;
};

struct Mode {
  std::string_view name;
  std::uint32_t schedulers = 1;
  std::uint64_t seed = 0;  // 0: none
  bool bytecode = false;   // through write_ttb and read_ttb
  std::int32_t reductions = 1000;
};

struct Suite {
  std::string_view command;
  std::string_view summary;
  std::span<const Check> checks;
  std::span<const Mode> modes;
  std::string_view helpers = {};  // functions that are added to the program of each check
};

inline constexpr std::string_view kTestAll = "test-all";

std::span<const Suite> suites();
const Suite* find_suite(std::string_view command);

// "" if it passed in all modes, else "expected ..., got ...".
std::string run_check(const Check& check, const Suite& suite);

// The tables, one for each file in checks/.
std::span<const Check> basic_checks();
std::span<const Check> spawn_checks();
std::span<const Check> send_receive_checks();
std::span<const Check> name_checks();
std::span<const Check> yield_checks();
std::span<const Check> smp_checks();
std::span<const Check> bytecode_checks();
std::span<const Check> message_checks();
std::span<const Check> process_checks();
std::span<const Check> multithreaded_checks();
std::span<const Check> coffee_shop_checks();
std::span<const Check> failure_checks();
std::span<const Check> trap_exit_checks();
std::span<const Check> selective_checks();
std::span<const Check> registry_checks();
std::span<const Check> supervisor_checks();
std::string_view supervisor_helpers();

}  // namespace ttvm::cli
