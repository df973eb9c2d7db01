// test-smp-concurrency: what must hold when several schedulers run at once.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 11> kChecks{{
    {"busy_processes_add_up",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO | SELF | MAKE_FUNCTION sum |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE total | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO |
RECEIVE | LOAD total | ADD | STORE total | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD total | PRINT | HALT |
FUNC sum parent | PUSH_INT 0 | STORE s | PUSH_INT 0 | STORE n |
WHILE | LOAD n | PUSH_INT 20000 | LT | DO | LOAD s | LOAD n | ADD | STORE s |
LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE | LOAD s | LOAD parent | SEND | END)",
     "1599920000"},
    {"fib_in_parallel",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 4 | LT | DO | SELF | PUSH_INT 15 |
MAKE_FUNCTION worker | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
RECEIVE | RECEIVE | RECEIVE | RECEIVE | MAKE_LIST 4 | PRINT | HALT |
FUNC worker parent n | LOAD n | CALL fib | LOAD parent | SEND | END |
FUNC fib n | LOAD n | PUSH_INT 2 | LT | IF | LOAD n | RET | ENDIF |
LOAD n | PUSH_INT 1 | SUB | CALL fib | LOAD n | PUSH_INT 2 | SUB | CALL fib | ADD | END)",
     "[610, 610, 610, 610]"},
    {"long_dialogue",
     R"(SELF | MAKE_FUNCTION echo | SPAWN | STORE other | PUSH_INT 0 | STORE n |
WHILE | LOAD n | PUSH_INT 2000 | LT | DO | LOAD n | LOAD other | SEND | RECEIVE | STORE n |
ENDWHILE | LOAD n | PRINT | NULL | LOAD other | SEND | HALT |
FUNC echo parent | next: | RECEIVE | STORE m | LOAD m | NULL | EQ | IF | RET | ENDIF |
LOAD m | PUSH_INT 1 | ADD | LOAD parent | SEND | JMP next | END)",
     "2000"},
    {"ring",
     R"(SELF | STORE next | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO |
LOAD next | MAKE_FUNCTION link | SPAWN | STORE next | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE lap | WHILE | LOAD lap | PUSH_INT 20 | LT | DO |
PUSH_INT 0 | LOAD next | SEND | RECEIVE | STORE hops | LOAD lap | PUSH_INT 1 | ADD | STORE lap |
ENDWHILE | LOAD hops | PRINT | HALT |
FUNC link to | again: | RECEIVE | PUSH_INT 1 | ADD | LOAD to | SEND | JMP again | END)",
     "50"},
    {"two_printers_never_mix_lines",
     R"(PUSH_STR "aaaaaaaaaa" | MAKE_FUNCTION say | SPAWN | POP |
PUSH_STR "bbbbbbbbbb" | MAKE_FUNCTION say | SPAWN | POP | HALT |
FUNC say text | LOAD text | PRINT | YIELD | LOAD text | PRINT | YIELD | LOAD text | PRINT | END)",
     "aaaaaaaaaa | aaaaaaaaaa | aaaaaaaaaa | bbbbbbbbbb | bbbbbbbbbb | bbbbbbbbbb", Order::kAny},
    {"waiting_process_beside_busy_ones",
     R"(SELF | MAKE_FUNCTION wait | SPAWN | STORE waiter | MAKE_FUNCTION spin | SPAWN | POP |
MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN |
POP | PUSH_STR "wake" | LOAD waiter | SEND | RECEIVE | PRINT | EXIT 0 |
FUNC wait parent | RECEIVE | LOAD parent | SEND | END | FUNC spin | again: | JMP again | END)",
     "wake"},
    {"timers_beside_busy_processes",
     R"(MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN | POP |
MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN |
POP | PUSH_INT 2 | SLEEP | PUSH_STR "woke" | PRINT | EXIT 0 |
FUNC spin | again: | JMP again | END)",
     "woke"},
    {"spawn_from_everywhere",
     R"(SELF | PUSH_INT 6 | MAKE_FUNCTION tree | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC tree parent depth | LOAD depth | NOT | IF | PUSH_INT 1 | LOAD parent | SEND | RET | ENDIF |
SELF | LOAD depth | PUSH_INT 1 | SUB | MAKE_FUNCTION tree | SPAWN | POP |
SELF | LOAD depth | PUSH_INT 1 | SUB | MAKE_FUNCTION tree | SPAWN | POP |
RECEIVE | RECEIVE | ADD | LOAD parent | SEND | END)",
     "64"},
    {"one_name_one_winner",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 16 | LT | DO | SELF | MAKE_FUNCTION claim |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE won | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 16 | LT | DO |
RECEIVE | LOAD won | ADD | STORE won | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD won | PRINT | HALT |
FUNC claim parent | TRY lost | REGISTER crown | END_TRY | PUSH_INT 1 | LOAD parent | SEND |
RECEIVE | POP | RET | lost: | POP | PUSH_INT 0 | LOAD parent | SEND | END)",
     "1"},
    {"deadlock_across_schedulers",
     R"(SELF | MAKE_FUNCTION wait | SPAWN | POP | SELF | MAKE_FUNCTION wait | SPAWN | POP |
RECEIVE | PRINT | HALT | FUNC wait parent | RECEIVE | LOAD parent | SEND | END)",
     "", Order::kExact, 3, "deadlock: process 1 waits"},
    {"exit_stops_all_schedulers",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO | MAKE_FUNCTION spin | SPAWN |
POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | MAKE_FUNCTION stop | SPAWN | POP | RECEIVE |
FUNC spin | again: | JMP again | END | FUNC stop | EXIT 9 | END)",
     "", Order::kExact, 9},
}};

}  // namespace

std::span<const Check> smp_checks() { return kChecks; }

}  // namespace ttvm::cli
