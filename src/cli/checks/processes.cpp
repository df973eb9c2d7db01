// test-process-spawning: many processes, their limits and their ends.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 12> kChecks{{
    {"thousand_processes",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 1000 | LT | DO | SELF | MAKE_FUNCTION one |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 1000 | LT | DO |
RECEIVE | LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD sum | PRINT | HALT | FUNC one parent | PUSH_INT 1 | LOAD parent | SEND | END)",
     "1000"},
    {"generations",
     R"(SELF | PUSH_INT 300 | MAKE_FUNCTION next | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC next top left | LOAD left | NOT | IF | SELF | LOAD top | SEND | RET | ENDIF |
LOAD top | LOAD left | PUSH_INT 1 | SUB | MAKE_FUNCTION next | SPAWN | POP | END)",
     "302"},
    {"pids_are_never_used_again",
     R"(PUSH_INT 0 | STORE last | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 300 | LT | DO |
SELF | MAKE_FUNCTION report | SPAWN | POP | RECEIVE | STORE pid |
LOAD pid | TO_STR | TO_INT | LOAD last | LE | IF | PUSH_STR "used again" | THROW | ENDIF |
LOAD pid | TO_STR | TO_INT | STORE last | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD last | PRINT | HALT | FUNC report parent | SELF | LOAD parent | SEND | END)",
     "301"},
    {"limit_raises",
     R"(PUSH_INT 0 | STORE n | TRY full | again: | MAKE_FUNCTION wait | SPAWN | POP |
LOAD n | PUSH_INT 1 | ADD | STORE n | JMP again | full: | GET_FIELD message | PRINT | LOAD n | PRINT |
HALT | FUNC wait | RECEIVE | POP | END)",
     "Too many processes: the limit is 10 | 9",
     Order::kExact,
     0,
     {},
     10},
    {"limit_counts_the_living_only",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO | SELF | MAKE_FUNCTION brief |
CALL spawn_patiently | RECEIVE | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_STR "fifty" | PRINT | HALT |
FUNC spawn_patiently parent f | retry: | TRY full | LOAD parent | LOAD f | SPAWN | POP | END_TRY |
RET | full: | POP | END_TRY | YIELD | JMP retry | END |
FUNC brief parent | NULL | LOAD parent | SEND | END)",
     "fifty",
     Order::kExact,
     0,
     {},
     4},
    {"end_by_return",
     R"(MAKE_FUNCTION f | SPAWN | POP | HALT | FUNC f | PUSH_STR "returns" | PRINT | RET | END)",
     "returns"},
    {"end_by_halt_in_a_function",
     R"(MAKE_FUNCTION f | SPAWN | POP | HALT | FUNC f | CALL g | PUSH_STR "never" | PRINT | END |
FUNC g | PUSH_STR "halts" | PRINT | HALT | END)",
     "halts"},
    {"end_by_exception_in_each_child",
     R"(MAKE_FUNCTION f | SPAWN | POP | PUSH_STR "main" | PRINT | HALT |
FUNC f | PUSH_STR "no luck" | THROW | END)",
     "main", Order::kExact, 0, "ended: Exception: no luck"},
    {"own_stack_for_each",
     R"(SELF | PUSH_INT 2000 | MAKE_FUNCTION deep | SPAWN | POP | SELF | PUSH_INT 3000 |
MAKE_FUNCTION deep | SPAWN | POP | RECEIVE | RECEIVE | ADD | PRINT | HALT |
FUNC deep parent n | LOAD n | CALL depth | LOAD parent | SEND | END |
FUNC depth n | LOAD n | NOT | IF | PUSH_INT 0 | RET | ENDIF |
LOAD n | PUSH_INT 1 | SUB | CALL depth | PUSH_INT 1 | ADD | END)",
     "5000"},
    {"own_heap_for_each",
     R"(SELF | PUSH_STR "a" | MAKE_FUNCTION grow | SPAWN | POP | SELF | PUSH_STR "b" |
MAKE_FUNCTION grow | SPAWN | POP | RECEIVE | RECEIVE | ADD | PRINT | HALT |
FUNC grow parent s | NEW_LIST | STORE l | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 2000 |
LT | DO | LOAD l | LOAD s | LOAD i | CONCAT | LIST_APPEND | STORE l | LOAD i | PUSH_INT 1 | ADD |
STORE i | ENDWHILE | LOAD l | LEN | LOAD parent | SEND | END)",
     "4000"},
    {"unread_messages_end_with_their_process",
     R"(SELF | MAKE_FUNCTION ignore | SPAWN | STORE p | PUSH_STR "one" | LOAD p | SEND |
PUSH_STR "two" | LOAD p | SEND | RECEIVE | PRINT | HALT |
FUNC ignore parent | RECEIVE | LOAD parent | SEND | END)",
     "one"},
    {"types_beside_own_functions",
     R"(PUSH_STR "hello_world" | SPAWN | POP | PUSH_STR "mine" | SPAWN | POP |
PUSH_STR "unknown" | SPAWN | POP | HALT | FUNC mine | PUSH_STR "mine" | PRINT | END)",
     "Hello from spawned process! | mine | Spawned process: unknown", Order::kAny},
}};

}  // namespace

std::span<const Check> process_checks() { return kChecks; }

}  // namespace ttvm::cli
