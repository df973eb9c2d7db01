// test-register-whereis: names of processes.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 17> kChecks{{
    {"own_name", R"(REGISTER "main_process" | WHEREIS "main_process" | PRINT)", "1"},
    {"whereis_gives_a_pid", R"(REGISTER me | WHEREIS me | TYPE_OF | PRINT)", "pid"},
    {"unknown_name_is_0", R"(WHEREIS "nobody" | DUP | PRINT | TYPE_OF | PRINT)", "0 | int"},
    {"quotes_are_no_part_of_a_name", R"(REGISTER plain | WHEREIS "plain" | PRINT)", "1"},
    {"name_from_the_stack", R"(PUSH_STR "popped" | REGISTER | PUSH_STR "popped" | WHEREIS | PRINT)",
     "1"},
    {"several_names", R"(REGISTER a | REGISTER b | WHEREIS a | PRINT | WHEREIS b | PRINT)",
     "1 | 1"},
    {"taken_name_raises",
     R"(REGISTER a | TRY taken | REGISTER a | END_TRY | HALT | taken: | GET_FIELD message | PRINT)",
     "Name already registered: a"},
    {"name_taken_by_another_raises",
     R"(REGISTER a | SELF | MAKE_FUNCTION rival | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC rival parent | TRY taken | REGISTER a | END_TRY | RET |
taken: | GET_FIELD message | LOAD parent | SEND | END)",
     "Name already registered: a"},
    {"ill_formed_name_raises",
     R"(TRY wrong | PUSH_STR "a b" | REGISTER | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     R"(Invalid process name: "a b")"},
    {"empty_name_raises",
     R"(TRY wrong | PUSH_STR "" | REGISTER | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     R"(Invalid process name: "")"},
    {"name_must_be_a_string",
     R"(TRY wrong | PUSH_INT 1 | WHEREIS | POP | END_TRY | HALT |
wrong: | GET_FIELD message | PRINT)",
     "WHEREIS expects a name but got Int"},
    {"unregister", R"(REGISTER a | UNREGISTER a | WHEREIS a | PRINT)", "0"},
    {"unregister_keeps_other_names",
     R"(REGISTER a | REGISTER b | UNREGISTER a | WHEREIS b | PRINT)", "1"},
    {"unregister_of_an_unknown_name_raises",
     R"(TRY wrong | UNREGISTER "nobody" | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     "Unknown process name: nobody"},
    {"free_name_can_be_taken_again",
     R"(REGISTER a | UNREGISTER a | REGISTER a | WHEREIS a | PRINT)", "1"},
    {"names_vanish_with_their_process",
     R"(SELF | MAKE_FUNCTION named | SPAWN | POP | RECEIVE | POP |
WHILE | WHEREIS "short_lived" | DO | YIELD | ENDWHILE | WHEREIS "short_lived" | PRINT | HALT |
FUNC named parent | REGISTER "short_lived" | REGISTER "other" | WHEREIS "other" | LOAD parent |
SEND | END)",
     "0"},
    {"messages_reach_the_one_with_the_name",
     R"(REGISTER front | MAKE_FUNCTION server | SPAWN | POP |
WHILE | WHEREIS server | NOT | DO | YIELD | ENDWHILE |
PUSH_STR "request" | SENDNAMED server | RECEIVE | PRINT | HALT |
FUNC server | REGISTER server | RECEIVE | PUSH_STR " answered" | CONCAT | SENDNAMED front | END)",
     "request answered"},
}};

}  // namespace

std::span<const Check> name_checks() { return kChecks; }

}  // namespace ttvm::cli
