// test-process-registry: who is there, and what is known of them.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 11> kChecks{{
    {"all_processes",
     R"(MAKE_FUNCTION f | SPAWN | POP | MAKE_FUNCTION f | SPAWN | POP | PROCESSES | PRINT | HALT |
FUNC f | RECEIVE | POP | END)",
     "[1, 2, 3]"},
    {"the_dead_are_not_among_them",
     R"(MAKE_FUNCTION f | SPAWN_MONITOR | POP | POP | RECEIVE | POP | PROCESSES | PRINT | HALT |
FUNC f | END)",
     "[1]"},
    {"info_of_oneself",
     R"(SELF | PROCESS_INFO | DUP | GET_FIELD status | PRINT | DUP | GET_FIELD pid | PRINT |
GET_FIELD parent | PRINT)",
     "running | 1 | null"},
    {"info_of_another",
     R"(MAKE_FUNCTION f | SPAWN | PROCESS_INFO | DUP | GET_FIELD pid | PRINT | GET_FIELD parent | PRINT |
HALT | FUNC f | RECEIVE | POP | END)",
     "2 | 1"},
    {"info_of_the_dead", R"(PUSH_INT 4711 | PROCESS_INFO | PRINT)", "null"},
    {"info_names", R"(REGISTER b | REGISTER a | SELF | PROCESS_INFO | GET_FIELD names | PRINT)",
     R"(["a", "b"])"},
    {"info_links_and_monitors",
     R"(MAKE_FUNCTION f | SPAWN_LINK | DUP | MONITOR | POP | POP | SELF | PROCESS_INFO | DUP |
GET_FIELD links | PRINT | GET_FIELD monitors | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "[2] | [2]"},
    {"info_comes_after_what_was_sent",
     R"(MAKE_FUNCTION f | SPAWN | STORE p | PUSH_INT 1 | LOAD p | SEND | PUSH_INT 2 | LOAD p | SEND |
LOAD p | PROCESS_INFO | GET_FIELD queue_length | PRINT | HALT |
FUNC f | PUSH_STR "never" | RECEIVE_MATCH | POP | END)",
     "2"},
    {"spawned_with_a_name",
     R"(MAKE_FUNCTION f | NEW_OBJECT | PUSH_STR "worker" | SET_FIELD name | SPAWN_WITH | WHEREIS worker |
EQ | PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "true"},
    {"spawned_with_a_name_that_is_taken",
     R"(REGISTER worker | TRY taken | MAKE_FUNCTION f | NEW_OBJECT | PUSH_STR "worker" | SET_FIELD name |
SPAWN_WITH | POP | END_TRY | HALT | taken: | GET_FIELD message | PRINT | PROCESSES | PRINT | HALT |
FUNC f | END)",
     "Name already registered: worker | [1]"},
    {"label_and_priority",
     R"(MAKE_FUNCTION f | NEW_OBJECT | PUSH_STR "the one" | SET_FIELD label | PUSH_STR "low" |
SET_FIELD priority | SPAWN_WITH | PROCESS_INFO | DUP | GET_FIELD label | PRINT | GET_FIELD priority |
PRINT | HALT | FUNC f | RECEIVE | POP | END)",
     "the one | low"},
}};

}  // namespace

std::span<const Check> registry_checks() { return kChecks; }

}  // namespace ttvm::cli
