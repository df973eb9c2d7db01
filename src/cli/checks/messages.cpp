// test-message-passing: the usual patterns of communication, each in small.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 11> kChecks{{
    {"point_to_point",
     R"(MAKE_FUNCTION reader | SPAWN | STORE r | PUSH_STR "a" | LOAD r | SEND | PUSH_STR "b" |
LOAD r | SEND | HALT | FUNC reader | RECEIVE | PRINT | RECEIVE | PRINT | END)",
     "a | b"},
    {"request_reply",
     R"(MAKE_FUNCTION square | SPAWN | STORE s |
NEW_OBJECT | SELF | SET_FIELD from | PUSH_INT 12 | SET_FIELD n | LOAD s | SEND | RECEIVE | PRINT |
HALT | FUNC square | RECEIVE | STORE m | LOAD m | GET_FIELD n | LOAD m | GET_FIELD n | MUL |
LOAD m | GET_FIELD from | SEND | END)",
     "144"},
    {"broadcast",
     R"(NEW_LIST | STORE all | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 3 | LT | DO |
LOAD all | MAKE_FUNCTION listener | SPAWN | LIST_APPEND | STORE all |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 3 | LT | DO | PUSH_STR "news" | LOAD all | LOAD i |
INDEX | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | HALT |
FUNC listener | RECEIVE | PRINT | END)",
     "news | news | news"},
    {"aggregator",
     R"(PUSH_INT 1 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LE | DO | SELF | LOAD i |
MAKE_FUNCTION part | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 10 | LT | DO | RECEIVE |
LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD sum | PRINT |
HALT | FUNC part parent n | LOAD n | LOAD n | MUL | LOAD parent | SEND | END)",
     "385"},
    {"chain",
     R"(SELF | MAKE_FUNCTION add | SPAWN | MAKE_FUNCTION add | SPAWN | MAKE_FUNCTION add | SPAWN |
STORE first | PUSH_INT 0 | LOAD first | SEND | RECEIVE | PRINT | HALT |
FUNC add to | RECEIVE | PUSH_INT 1 | ADD | LOAD to | SEND | END)",
     "3"},
    {"pipeline",
     R"(SELF | MAKE_FUNCTION exclaim | SPAWN | MAKE_FUNCTION double | SPAWN | STORE first |
PUSH_STR "x" | LOAD first | SEND | PUSH_STR "y" | LOAD first | SEND | NULL | LOAD first | SEND |
next: | RECEIVE | DUP | NULL | EQ | JNZ done | PRINT | JMP next | done: | POP | HALT |
FUNC double to | more: | RECEIVE | STORE m | LOAD m | NULL | EQ | IF | NULL | LOAD to | SEND | RET |
ENDIF | LOAD m | LOAD m | CONCAT | LOAD to | SEND | JMP more | END |
FUNC exclaim to | more: | RECEIVE | STORE m | LOAD m | NULL | EQ | IF | NULL | LOAD to | SEND |
RET | ENDIF | LOAD m | PUSH_STR "!" | CONCAT | LOAD to | SEND | JMP more | END)",
     "xx! | yy!"},
    {"worker_pool",
     R"(NEW_LIST | STORE pool | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 3 | LT | DO |
LOAD pool | SELF | MAKE_FUNCTION worker | SPAWN | LIST_APPEND | STORE pool |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 30 | LT | DO | LOAD i | LOAD pool | LOAD i |
PUSH_INT 3 | MOD | INDEX | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 30 | LT | DO | RECEIVE |
LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD sum | PRINT |
HALT | FUNC worker parent | again: | RECEIVE | PUSH_INT 2 | MUL | LOAD parent | SEND | JMP again |
END)",
     "870"},
    {"event_bus",
     R"(REGISTER main | MAKE_FUNCTION bus | SPAWN | STORE bus | LOAD bus | MAKE_FUNCTION subscriber |
SPAWN | POP | LOAD bus | MAKE_FUNCTION subscriber | SPAWN | POP | RECEIVE | POP | RECEIVE | POP |
NEW_OBJECT | PUSH_STR "tick" | SET_FIELD event | LOAD bus | SEND | RECEIVE | PRINT | RECEIVE | PRINT |
HALT | FUNC subscriber bus | NEW_OBJECT | SELF | SET_FIELD subscribe | LOAD bus | SEND |
RECEIVE | POP | PUSH_STR "ready" | SENDNAMED main | RECEIVE | SENDNAMED main | END |
FUNC bus | NEW_LIST | STORE all | next: | RECEIVE | STORE m | LOAD m | HAS_FIELD subscribe | IF |
LOAD all | LOAD m | GET_FIELD subscribe | LIST_APPEND | STORE all | PUSH_STR "ok" |
LOAD m | GET_FIELD subscribe | SEND | JMP next | ENDIF |
PUSH_INT 0 | STORE i | WHILE | LOAD i | LOAD all | LEN | LT | DO | LOAD m | GET_FIELD event |
LOAD all | LOAD i | INDEX | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | JMP next | END)",
     "tick | tick"},
    {"bank_account_is_never_torn",
     R"(PUSH_INT 0 | MAKE_FUNCTION account | SPAWN | STORE a | PUSH_INT 0 | STORE i |
WHILE | LOAD i | PUSH_INT 10 | LT | DO | SELF | LOAD a | MAKE_FUNCTION depositor | SPAWN | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | PUSH_INT 0 | STORE i |
WHILE | LOAD i | PUSH_INT 10 | LT | DO | RECEIVE | POP | LOAD i | PUSH_INT 1 | ADD | STORE i |
ENDWHILE | SELF | LOAD a | SEND | RECEIVE | PRINT | HALT |
FUNC depositor parent a | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 20 | LT | DO |
PUSH_INT 5 | LOAD a | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | NULL | LOAD parent |
SEND | END |
FUNC account balance | next: | RECEIVE | STORE m | LOAD m | TYPE_OF | PUSH_STR "pid" | EQ | IF |
LOAD balance | LOAD m | SEND | RET | ENDIF | LOAD balance | LOAD m | ADD | STORE balance |
JMP next | END)",
     "1000"},
    {"producer_and_consumer_with_credit",
     R"(SELF | MAKE_FUNCTION consumer | SPAWN | STORE c | PUSH_INT 0 | STORE i |
WHILE | LOAD i | PUSH_INT 5 | LT | DO | LOAD i | LOAD c | SEND | RECEIVE | POP |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | HALT |
FUNC consumer parent | PUSH_INT 0 | STORE n | WHILE | LOAD n | PUSH_INT 5 | LT | DO | RECEIVE |
PRINT | PUSH_STR "more" | LOAD parent | SEND | LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE |
END)",
     "0 | 1 | 2 | 3 | 4"},
    {"time_limit_of_a_request",
     R"(MAKE_FUNCTION deaf | SPAWN | STORE d | PUSH_STR "hello?" | LOAD d | SEND |
PUSH_INT 5 | RECEIVE_AFTER late | PRINT | HALT | late: | PUSH_STR "no answer" | PRINT | HALT |
FUNC deaf | RECEIVE | POP | RECEIVE | POP | END)",
     "no answer"},
}};

}  // namespace

std::span<const Check> message_checks() { return kChecks; }

}  // namespace ttvm::cli
