// test-multithreaded: nothing is lost, doubled or reordered when many threads work at it.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 10> kChecks{{
    {"many_senders_one_receiver",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | SELF | MAKE_FUNCTION flood |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 4000 | LT | DO |
RECEIVE | LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD sum | PRINT | HALT |
FUNC flood to | PUSH_INT 0 | STORE n | WHILE | LOAD n | PUSH_INT 200 | LT | DO | LOAD n | LOAD to |
SEND | LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE | END)",
     "398000"},
    {"one_sender_many_receivers",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO | SELF | MAKE_FUNCTION echo |
SPAWN | STORE p | LOAD i | LOAD p | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO | RECEIVE |
LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD sum | PRINT |
HALT | FUNC echo parent | RECEIVE | LOAD parent | SEND | END)",
     "1225"},
    {"tokens_are_conserved",
     R"(SELF | STORE next | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LT | DO |
LOAD next | MAKE_FUNCTION pass | SPAWN | STORE next | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 200 | LT | DO | LOAD i | LOAD next | SEND |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 200 | LT | DO | RECEIVE | LOAD i | NE | IF |
PUSH_STR "lost or reordered" | THROW | ENDIF | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD i | PRINT | HALT | FUNC pass to | again: | RECEIVE | LOAD to | SEND | JMP again | END)",
     "200"},
    {"large_messages_arrive_whole",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO | SELF | LOAD i |
MAKE_FUNCTION build | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE total | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO | RECEIVE |
DUP | LEN | SWAP | PUSH_INT 499 | INDEX | ADD | LOAD total | ADD | STORE total |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD total | PRINT | HALT |
FUNC build parent n | NEW_LIST | STORE l | PUSH_INT 0 | STORE i |
WHILE | LOAD i | PUSH_INT 500 | LT | DO | LOAD l | LOAD i | LOAD n | ADD | LIST_APPEND | STORE l |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD l | LOAD parent | SEND | END)",
     "8020"},
    {"large_strings_are_shared_safely",
     R"(PUSH_STR "0123456789" | STORE s | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 8 | LT | DO |
LOAD s | LOAD s | CONCAT | STORE s | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 16 | LT | DO | SELF | LOAD s |
MAKE_FUNCTION extend | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 16 | LT | DO | RECEIVE |
LEN | LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD sum | PRINT | LOAD s | LEN | PRINT | HALT |
FUNC extend parent s | LOAD s | PUSH_STR "tail" | CONCAT | LOAD parent | SEND | END)",
     "41024 | 2560"},
    {"spawning_storm",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LT | DO | SELF | MAKE_FUNCTION storm |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 1000 | LT | DO | RECEIVE | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | PUSH_STR "all came" | PRINT | HALT |
FUNC storm parent | PUSH_INT 0 | STORE n | WHILE | LOAD n | PUSH_INT 100 | LT | DO |
LOAD parent | MAKE_FUNCTION drop | SPAWN | POP | LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE | END |
FUNC drop parent | NULL | LOAD parent | SEND | END)",
     "all came"},
    {"pairs_in_dialogue",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LT | DO | SELF | MAKE_FUNCTION pair |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LT | DO | RECEIVE |
LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD sum | PRINT |
HALT |
FUNC pair top | SELF | MAKE_FUNCTION echo | SPAWN | STORE e | PUSH_INT 0 | STORE n |
WHILE | LOAD n | PUSH_INT 100 | LT | DO | LOAD n | LOAD e | SEND | RECEIVE | STORE n | ENDWHILE |
LOAD n | LOAD top | SEND | END |
FUNC echo parent | again: | RECEIVE | PUSH_INT 1 | ADD | LOAD parent | SEND | JMP again | END)",
     "1000"},
    {"names_under_contention",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | SELF | LOAD i |
MAKE_FUNCTION named | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | RECEIVE | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | PUSH_STR "go" |
PUSH_STR "w" | LOAD i | CONCAT | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO | RECEIVE |
LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD sum | PRINT |
HALT |
FUNC named parent n | PUSH_STR "w" | LOAD n | CONCAT | REGISTER | NULL | LOAD parent | SEND |
RECEIVE | POP | LOAD n | LOAD parent | SEND | END)",
     "190"},
    {"timers_on_all_schedulers",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO | SELF | LOAD i | PUSH_INT 5 |
MOD | MAKE_FUNCTION nap | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO | RECEIVE | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | PUSH_STR "all awake" | PRINT | HALT |
FUNC nap parent ms | LOAD ms | SLEEP | NULL | LOAD parent | SEND | END)",
     "all awake"},
    {"lines_are_whole",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 4 | LT | DO | LOAD i | MAKE_FUNCTION say |
SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | HALT |
FUNC say n | PUSH_STR "line of " | LOAD n | CONCAT | DUP | PRINT | PRINT | END)",
     "line of 0 | line of 0 | line of 1 | line of 1 | line of 2 | line of 2 | line of 3 | line of "
     "3",
     Order::kAny},
}};

}  // namespace

std::span<const Check> multithreaded_checks() { return kChecks; }

}  // namespace ttvm::cli
