// test-monitoring-linking: links, monitors, exit signals, reasons.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 20> kChecks{{
    {"monitor_tells_of_a_normal_end",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | STORE ref | POP | RECEIVE | DUP | GET_FIELD reason | PRINT |
GET_FIELD ref | LOAD ref | EQ | PRINT | HALT | FUNC f | END)",
     "normal | true"},
    {"monitor_tells_the_reason",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC f | PUSH_STR "tired" | EXIT_SELF | END)",
     "tired", Order::kExact, 0, "ended: tired"},
    {"exception_is_the_reason",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | GET_FIELD message |
PRINT | HALT | FUNC f | PUSH_INT 1 | PUSH_INT 0 | DIV | POP | END)",
     "Division by zero", Order::kExact, 0, "Exception: Division by zero"},
    {"reason_may_be_any_value",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC f | PUSH_INT 1 | PUSH_STR "two" | MAKE_LIST 2 | EXIT_SELF | END)",
     R"([1, "two"])", Order::kExact, 0, "ended: "},
    {"monitor_of_a_dead_process",
     R"(PUSH_INT 4711 | MONITOR | POP | RECEIVE | DUP | GET_FIELD type | PRINT | GET_FIELD reason | PRINT)",
     "DOWN | noproc"},
    {"monitor_with_an_operand", R"(MONITOR 4711 | POP | RECEIVE | GET_FIELD pid | PRINT)", "4711"},
    {"two_monitors_two_messages",
     R"(MAKE_FUNCTION f | SPAWN | STORE p | LOAD p | MONITOR | POP | LOAD p | MONITOR | POP |
PUSH_INT 1 | LOAD p | SEND | RECEIVE | GET_FIELD type | PRINT | RECEIVE | GET_FIELD type | PRINT |
PUSH_INT 0 | RECEIVE_AFTER none | PRINT | none: | HALT | FUNC f | RECEIVE | POP | END)",
     "DOWN | DOWN"},
    {"no_message_after_demonitor",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | STORE r | STORE p | PUSH_INT 1 | LOAD p | SEND |
LOAD p | MONITOR | POP | LOAD r | DEMONITOR | RECEIVE | GET_FIELD ref | LOAD r | EQ | PRINT |
PUSH_INT 0 | RECEIVE_AFTER none | PRINT | none: | HALT | FUNC f | RECEIVE | POP | END)",
     "false"},
    {"demonitor_takes_a_message_back",
     R"(PUSH_INT 99 | MONITOR | DEMONITOR | PUSH_INT 0 | RECEIVE_AFTER none | PRINT | HALT | none: |
PUSH_STR "none" | PRINT)",
     "none"},
    {"linked_processes_end_together",
     R"(MAKE_FUNCTION pair | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC pair | MAKE_FUNCTION bad | SPAWN_LINK | POP | RECEIVE | POP | END |
FUNC bad | PUSH_STR "broken" | EXIT_SELF | END)",
     "broken", Order::kExact, 0, "exit signal from process"},
    {"normal_end_leaves_the_linked_alone",
     R"(MAKE_FUNCTION f | SPAWN_LINK | DUP | MONITOR | POP | PUSH_INT 1 | SWAP | SEND |
RECEIVE | GET_FIELD type | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "DOWN"},
    {"link_with_a_running_process",
     R"(MAKE_FUNCTION outer | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC outer | MAKE_FUNCTION f | SPAWN | DUP | LINK | PUSH_INT 1 | SWAP | SEND | RECEIVE | POP | END |
FUNC f | RECEIVE | POP | PUSH_STR "gone" | EXIT_SELF | END)",
     "gone", Order::kExact, 0, "ended: gone"},
    {"unlinked_lives_on",
     R"(MAKE_FUNCTION f | SPAWN_LINK | STORE p | LOAD p | UNLINK | LOAD p | MONITOR | POP |
PUSH_INT 1 | LOAD p | SEND | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC f | RECEIVE | POP | PUSH_STR "gone" | EXIT_SELF | END)",
     "gone", Order::kExact, 0, "ended: gone"},
    {"link_to_a_dead_process",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC f | PUSH_INT 4711 | LINK | PUSH_STR "not here" | PRINT | END)",
     "noproc", Order::kExact, 0, "ended: noproc"},
    {"kill_is_killed_for_others",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | PUSH_STR "kill" | EXIT_PID | RECEIVE |
GET_FIELD reason | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"kill_ends_who_computes",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | PUSH_STR "kill" | EXIT_PID | RECEIVE |
GET_FIELD reason | PRINT | HALT | FUNC f | WHILE | TRUE | DO | ENDWHILE | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"exit_signal_normal_is_ignored",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | STORE p | LOAD p | PUSH_STR "normal" | EXIT_PID |
PUSH_INT 7 | LOAD p | SEND | RECEIVE | GET_FIELD reason | PRINT | HALT | FUNC f | RECEIVE | EXIT_SELF | END)",
     "7", Order::kExact, 0, "ended: 7"},
    {"shutdown_is_not_reported",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | PUSH_STR "shutdown" | EXIT_PID | RECEIVE |
GET_FIELD reason | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "shutdown"},
    {"messages_before_the_end_come_first",
     R"(SELF | MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | PRINT | RECEIVE | PRINT |
RECEIVE | GET_FIELD type | PRINT | HALT |
FUNC f to | PUSH_INT 1 | LOAD to | SEND | PUSH_INT 2 | LOAD to | SEND | END)",
     "1 | 2 | DOWN"},
    {"end_of_the_main_program_ends_the_linked",
     R"(SELF | MAKE_FUNCTION f | SPAWN | POP | RECEIVE | POP | PUSH_STR "over" | EXIT_SELF |
FUNC f main | TRUE | TRAP_EXIT | LOAD main | LINK | NULL | LOAD main | SEND | RECEIVE |
GET_FIELD reason | PRINT | END)",
     "over", Order::kExact, 1, "process 1 (main) ended: over"},
}};

}  // namespace

std::span<const Check> failure_checks() { return kChecks; }

}  // namespace ttvm::cli
