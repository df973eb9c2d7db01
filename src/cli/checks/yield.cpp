// test-yield-comprehensive: YIELD gives the rest of a slice away; whoever does not, is preempted.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 12> kChecks{{
    {"yield_alone", "YIELD | YIELD | YIELD | PUSH_INT 1 | PRINT", "1"},
    {"yield_keeps_operands", "PUSH_INT 1 | PUSH_INT 2 | YIELD | ADD | PRINT", "3"},
    {"yield_keeps_variables", "PUSH_INT 5 | STORE x | YIELD | LOAD x | PRINT", "5"},
    {"yield_in_a_function",
     R"(PUSH_INT 20 | CALL twice | PRINT | HALT |
FUNC twice n | YIELD | LOAD n | YIELD | PUSH_INT 2 | MUL | YIELD | END)",
     "40"},
    {"yield_in_a_try",
     R"(TRY caught | YIELD | PUSH_STR "after a yield" | THROW | END_TRY | HALT |
caught: | GET_FIELD message | YIELD | PRINT)",
     "after a yield"},
    {"yield_in_a_loop",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 1000 | LT | DO | YIELD |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD i | PRINT)",
     "1000"},
    {"yield_lets_the_other_run",
     R"(MAKE_FUNCTION flag | SPAWN | POP | WHILE | WHEREIS "up" | NOT | DO | YIELD | ENDWHILE |
PUSH_STR "seen" | PRINT | PUSH_STR "stop" | SENDNAMED "up" | HALT |
FUNC flag | REGISTER "up" | RECEIVE | POP | END)",
     "seen"},
    {"yield_keeps_messages",
     R"(PUSH_INT 1 | SEND 1 | YIELD | PUSH_INT 2 | SEND 1 | YIELD | RECEIVE | PRINT | RECEIVE | PRINT)",
     "1 | 2"},
    {"many_who_yield",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | SELF | MAKE_FUNCTION polite |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | RECEIVE | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | PUSH_STR "all" | PRINT | HALT |
FUNC polite parent | PUSH_INT 0 | STORE n | WHILE | LOAD n | PUSH_INT 25 | LT | DO | YIELD |
LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE | NULL | LOAD parent | SEND | END)",
     "all"},
    {"endless_loop_is_preempted",
     R"(MAKE_FUNCTION spin | SPAWN | POP | MAKE_FUNCTION spin | SPAWN | POP |
MAKE_FUNCTION spin | SPAWN | POP | PUSH_STR "still here" | PRINT | EXIT 0 |
FUNC spin | again: | JMP again | END)",
     "still here"},
    {"endless_recursion_is_preempted",
     R"(MAKE_FUNCTION down | SPAWN | POP | MAKE_FUNCTION down | SPAWN | POP |
SELF | MAKE_FUNCTION hello | SPAWN | POP | RECEIVE | PRINT | EXIT 0 |
FUNC down | CALL down | END | FUNC hello parent | PUSH_STR "between" | LOAD parent | SEND | END)",
     "between"},
    {"busy_main_lets_children_run",
     R"(REGISTER main | MAKE_FUNCTION child | SPAWN | POP |
again: | PUSH_INT 0 | RECEIVE_AFTER again | PRINT | HALT |
FUNC child | PUSH_STR "child ran" | SENDNAMED main | END)",
     "child ran"},
}};

}  // namespace

std::span<const Check> yield_checks() { return kChecks; }

}  // namespace ttvm::cli
