// test-trap-exit: exit signals as messages.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 9> kChecks{{
    {"exit_of_a_linked_process_is_a_message",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION f | SPAWN_LINK | STORE p | RECEIVE | STORE m |
LOAD m | GET_FIELD type | PRINT | LOAD m | GET_FIELD pid | LOAD p | EQ | PRINT |
LOAD m | GET_FIELD reason | PRINT | HALT | FUNC f | PUSH_STR "bad" | EXIT_SELF | END)",
     "EXIT | true | bad", Order::kExact, 0, "ended: bad"},
    {"normal_too",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION f | SPAWN_LINK | POP | RECEIVE | GET_FIELD reason | PRINT |
HALT | FUNC f | END)",
     "normal"},
    {"exception_as_the_reason",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION f | SPAWN_LINK | POP | RECEIVE | GET_FIELD reason |
GET_FIELD message | PRINT | HALT | FUNC f | PUSH_STR "thrown" | THROW | END)",
     "thrown", Order::kExact, 0, "Exception: thrown"},
    {"exit_signals_are_trapped",
     R"(SELF | MAKE_FUNCTION f | SPAWN | STORE p | RECEIVE | POP | LOAD p | PUSH_STR "please" | EXIT_PID |
RECEIVE | PRINT | HALT | FUNC f to | TRUE | TRAP_EXIT | NULL | LOAD to | SEND | RECEIVE |
GET_FIELD reason | LOAD to | SEND | END)",
     "please"},
    {"kill_is_not",
     R"(MAKE_FUNCTION f | NEW_OBJECT | TRUE | SET_FIELD trap_exit | TRUE | SET_FIELD monitor | SPAWN_WITH |
PUSH_STR "kill" | EXIT_PID | RECEIVE | GET_FIELD reason | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"killed_is_trapped_by_the_linked",
     R"(TRUE | TRAP_EXIT | MAKE_FUNCTION f | SPAWN_LINK | PUSH_STR "kill" | EXIT_PID | RECEIVE |
GET_FIELD reason | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"link_to_a_dead_process_is_a_message",
     R"(TRUE | TRAP_EXIT | PUSH_INT 4711 | LINK | RECEIVE | GET_FIELD reason | PRINT)", "noproc"},
    {"switched_off_again",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC f | TRUE | TRAP_EXIT | FALSE | TRAP_EXIT | PUSH_INT 4711 | LINK | PUSH_STR "not here" | PRINT | END)",
     "noproc", Order::kExact, 0, "ended: noproc"},
    {"wants_a_bool",
     R"(TRY wrong | PUSH_INT 1 | TRAP_EXIT | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     "TRAP_EXIT expects a bool but got Int"},
}};

}  // namespace

std::span<const Check> trap_exit_checks() { return kChecks; }

}  // namespace ttvm::cli
