// test-concurrency: one check for each thing that concurrency in ttvm rests on.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 15> kChecks{{
    {"main_is_process_1", "SELF | PRINT", "1"},
    {"spawn_gives_the_next_pid",
     R"(MAKE_FUNCTION idle | SPAWN | PRINT | MAKE_FUNCTION idle | SPAWN | PRINT | HALT |
FUNC idle | END)",
     "2 | 3"},
    {"spawned_process_runs", R"(PUSH_STR "hello_world" | SPAWN | POP)",
     "Hello from spawned process!"},
    {"yield_comes_back", R"(PUSH_STR "before" | PRINT | YIELD | PUSH_STR "after" | PRINT)",
     "before | after"},
    {"message_to_oneself", "PUSH_INT 42 | SELF | SEND | RECEIVE | PRINT", "42"},
    {"dialogue",
     R"(SELF | MAKE_FUNCTION echo | SPAWN | STORE other | PUSH_INT 20 | LOAD other | SEND |
RECEIVE | PRINT | HALT |
FUNC echo parent | RECEIVE | PUSH_INT 1 | ADD | LOAD parent | SEND | END)",
     "21"},
    {"receiver_waits_for_its_sender",
     R"(SELF | MAKE_FUNCTION late | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC late parent | YIELD | YIELD | YIELD | PUSH_STR "late" | LOAD parent | SEND | END)",
     "late"},
    {"values_are_not_shared",
     R"(PUSH_INT 1 | PUSH_INT 2 | MAKE_LIST 2 | STORE mine | SELF | MAKE_FUNCTION change | SPAWN |
STORE other | LOAD mine | LOAD other | SEND | RECEIVE | PRINT | LOAD mine | PRINT | HALT |
FUNC change parent | RECEIVE | PUSH_INT 0 | PUSH_INT 99 | LIST_SET | LOAD parent | SEND | END)",
     "[99, 2] | [1, 2]"},
    {"variables_are_not_shared",
     R"(PUSH_INT 5 | STORE x | SELF | MAKE_FUNCTION look | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC look parent | TRY unset | LOAD x | LOAD parent | SEND | END_TRY | RET |
unset: | GET_FIELD message | LOAD parent | SEND | END)",
     "Undefined variable: x"},
    {"main_may_end_first",
     R"(SELF | MAKE_FUNCTION work | SPAWN | POP | PUSH_STR "main ends" | PRINT | HALT |
FUNC work parent | wait: | PUSH_INT 1 | SLEEP | PUSH_STR "worker ends" | PRINT | END)",
     "main ends | worker ends"},
    {"a_failure_ends_one_process_only",
     R"(MAKE_FUNCTION fail | SPAWN | POP | YIELD | PUSH_STR "main lives" | PRINT | HALT |
FUNC fail | PUSH_INT 1 | PUSH_INT 0 | DIV | PRINT | END)",
     "main lives", Order::kExact, 0, "process 2 (fail) ended: Exception: Division by zero"},
    {"failure_of_main_is_status_1",
     R"(MAKE_FUNCTION work | SPAWN | POP | PUSH_STR "broken" | THROW |
FUNC work | PUSH_STR "worker" | PRINT | END)",
     "worker", Order::kExact, 1, "process 1 (main) ended: Exception: broken"},
    {"exit_ends_all",
     R"(MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION wait | SPAWN | POP | YIELD | EXIT 7 |
FUNC spin | again: | JMP again | END | FUNC wait | RECEIVE | POP | END)",
     "", Order::kExact, 7},
    {"deadlock_is_found",
     R"(MAKE_FUNCTION wait | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC wait | REGISTER "sleeper" | RECEIVE | PRINT | END)",
     "", Order::kExact, 3, "process 2 (sleeper) waits for a message at check.ttvm:"},
    {"waiting_children_are_no_deadlock",
     R"(MAKE_FUNCTION wait | SPAWN | POP | PUSH_STR "done" | PRINT | HALT |
FUNC wait | RECEIVE | PRINT | END)",
     "done"},
}};

}  // namespace

std::span<const Check> basic_checks() { return kChecks; }

}  // namespace ttvm::cli
