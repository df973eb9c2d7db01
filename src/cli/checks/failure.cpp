// test-monitoring-linking and test-trap-exit: how processes end, and who is told.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 13> kRelations{{
    {"monitor_tells_of_a_normal_end",
     R"(MAKE_FUNCTION short | SPAWN_MONITOR | STORE ref | STORE pid | RECEIVE | STORE down |
LOAD down | GET_FIELD type | PRINT | LOAD down | GET_FIELD ref | LOAD ref | EQ | PRINT |
LOAD down | GET_FIELD pid | LOAD pid | EQ | PRINT | LOAD down | GET_FIELD reason | PRINT | HALT |
FUNC short | END)",
     "DOWN | true | true | normal"},
    {"monitor_tells_the_reason",
     R"(MAKE_FUNCTION leave | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC leave | PUSH_STR "shutdown" | EXIT_SELF | END)",
     "shutdown"},
    {"monitor_of_the_dead_is_noproc",
     R"(PUSH_INT 99 | MONITOR | POP | RECEIVE | GET_FIELD reason | PRINT)", "noproc"},
    {"every_monitor_is_told_once",
     R"(MAKE_FUNCTION server | SPAWN | STORE s | LOAD s | MONITOR | POP | LOAD s | MONITOR | POP |
NULL | LOAD s | SEND | RECEIVE | GET_FIELD reason | PRINT | RECEIVE | GET_FIELD reason | PRINT |
PUSH_INT 0 | RECEIVE_AFTER none | PRINT | none: | HALT | FUNC server | RECEIVE | END)",
     "normal | normal"},
    {"demonitored_is_not_told",
     R"(MAKE_FUNCTION server | SPAWN | STORE s | LOAD s | MONITOR | DEMONITOR | LOAD s | MONITOR |
STORE ref | NULL | LOAD s | SEND | RECEIVE | GET_FIELD ref | LOAD ref | EQ | PRINT |
PUSH_INT 0 | RECEIVE_AFTER none | PRINT | none: | HALT | FUNC server | RECEIVE | END)",
     "true"},
    {"monitor_does_not_end_the_watcher",
     R"(MAKE_FUNCTION crash | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC crash | PUSH_STR "broken" | THROW | END)",
     "Exception: broken", Order::kExact, 0, "process 2 (crash) ended: Exception: broken"},
    {"link_ends_the_other_side",
     R"(MAKE_FUNCTION server | SPAWN_MONITOR | POP | STORE s | LOAD s | MAKE_FUNCTION crash | SPAWN |
POP | RECEIVE | GET_FIELD reason | PRINT | HALT | FUNC server | RECEIVE | END |
FUNC crash s | LOAD s | LINK | PUSH_STR "shutdown" | EXIT_SELF | END)",
     "shutdown"},
    {"normal_end_passes_no_link",
     R"(MAKE_FUNCTION server | SPAWN | STORE s | LOAD s | MAKE_FUNCTION leave | SPAWN_MONITOR | POP |
POP | RECEIVE | POP | NULL | LOAD s | PUSH_INT 60000 | ASK | PRINT | HALT |
FUNC server | RECEIVE | POP | PUSH_STR "alive" | REPLY | END | FUNC leave s | LOAD s | LINK | END)",
     "alive"},
    {"unlinked_goes_on",
     R"(MAKE_FUNCTION leave | SPAWN_LINK | STORE p | LOAD p | UNLINK | LOAD p | MONITOR | POP | NULL |
LOAD p | SEND | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC leave | RECEIVE | POP | PUSH_STR "shutdown" | EXIT_SELF | END)",
     "shutdown"},
    {"link_to_the_dead_is_noproc", R"(TRUE | TRAP_EXIT | PUSH_INT 99 | LINK | RECEIVE | PRINT)",
     R"({type: "EXIT", pid: 99, reason: "noproc"})"},
    {"spawn_link_is_atomic",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION leave | SPAWN_LINK | POP | RECEIVE | PRINT | HALT |
FUNC leave | PUSH_STR "shutdown" | EXIT_SELF | END)",
     R"({type: "EXIT", pid: 2, reason: "shutdown"})"},
    {"failure_passes_a_chain_of_links",
     R"(MAKE_FUNCTION head | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC head | MAKE_FUNCTION middle | SPAWN_LINK | POP | RECEIVE | END |
FUNC middle | MAKE_FUNCTION tail | SPAWN_LINK | POP | RECEIVE | END |
FUNC tail | PUSH_STR "shutdown" | EXIT_SELF | END)",
     "shutdown"},
    {"killed_is_what_links_see",
     R"(MAKE_FUNCTION head | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC head | MAKE_FUNCTION victim | SPAWN_LINK | PUSH_STR "kill" | EXIT_PID | RECEIVE | END |
FUNC victim | RECEIVE | END)",
     "killed", Order::kExact, 0, "process 3 (victim) ended: killed"},
}};

constexpr std::array<Check, 9> kTrapping{{
    {"exit_becomes_a_message",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION leave | SPAWN_LINK | POP | RECEIVE | PRINT | HALT |
FUNC leave | NEW_OBJECT | PUSH_INT 7 | SET_FIELD code | EXIT_SELF | END)",
     R"({type: "EXIT", pid: 2, reason: {code: 7}})", Order::kExact, 0, "ended: {code: 7}"},
    {"normal_ends_are_told_too",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION leave | SPAWN_LINK | POP | RECEIVE | GET_FIELD reason |
PRINT | HALT | FUNC leave | END)",
     "normal"},
    {"exception_is_the_reason",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION crash | SPAWN_LINK | POP | RECEIVE | GET_FIELD reason |
GET_FIELD message | PRINT | HALT | FUNC crash | PUSH_INT 1 | PUSH_INT 0 | DIV | POP | END)",
     "Division by zero", Order::kExact, 0, "Division by zero"},
    {"exit_pid_is_trapped",
     R"(MAKE_FUNCTION server | SPAWN | STORE s | RECEIVE | POP | LOAD s | PUSH_STR "stop" | EXIT_PID |
RECEIVE | PRINT | HALT |
FUNC server | TRUE | TRAP_EXIT | NULL | PUSH_INT 1 | SEND | RECEIVE | PUSH_INT 1 | SEND | END)",
     R"({type: "EXIT", pid: 1, reason: "stop"})"},
    {"kill_is_not_trapped",
     R"(MAKE_FUNCTION server | SPAWN_MONITOR | POP | STORE s | NULL | RECEIVE_MATCH | POP | LOAD s |
PUSH_STR "kill" | EXIT_PID | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC server | TRUE | TRAP_EXIT | NULL | PUSH_INT 1 | SEND | RECEIVE | PRINT | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"killed_by_a_link_is_trapped",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION server | SPAWN_LINK | PUSH_STR "kill" | EXIT_PID | RECEIVE |
GET_FIELD reason | PRINT | HALT | FUNC server | RECEIVE | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"normal_from_another_means_nothing",
     R"(MAKE_FUNCTION server | SPAWN | STORE s | LOAD s | PUSH_STR "normal" | EXIT_PID | NULL |
LOAD s | PUSH_INT 60000 | ASK | PRINT | HALT |
FUNC server | RECEIVE | POP | PUSH_STR "alive" | REPLY | END)",
     "alive"},
    {"trapping_can_be_switched_off",
     R"(MAKE_FUNCTION server | SPAWN_MONITOR | POP | STORE s | NULL | RECEIVE_MATCH | POP | LOAD s |
PUSH_STR "shutdown" | EXIT_PID | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC server | TRUE | TRAP_EXIT | FALSE | TRAP_EXIT | NULL | PUSH_INT 1 | SEND | RECEIVE | PRINT |
END)",
     "shutdown"},
    {"trapping_wants_a_bool",
     R"(TRY wrong | PUSH_INT 1 | TRAP_EXIT | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     "TRAP_EXIT expects a bool but got Int"},
}};

}  // namespace

std::span<const Check> relation_checks() { return kRelations; }
std::span<const Check> trap_exit_checks() { return kTrapping; }

}  // namespace ttvm::cli
