// test-selective-receive: patterns, the receive cursor, questions and answers.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 17> kChecks{{
    {"takes_what_matches",
     R"(PUSH_INT 1 | SELF | SEND | PUSH_STR "two" | SELF | SEND | PUSH_INT 3 | SELF | SEND |
TYPE_PATTERN str | RECEIVE_MATCH | PRINT | RECEIVE | PRINT | RECEIVE | PRINT)",
     "two | 1 | 3"},
    {"oldest_that_matches",
     R"(PUSH_STR "a" | SELF | SEND | PUSH_INT 1 | SELF | SEND | PUSH_INT 2 | SELF | SEND |
TYPE_PATTERN int | RECEIVE_MATCH | PRINT | RECEIVE | PRINT | RECEIVE | PRINT)",
     "1 | a | 2"},
    {"any_matches_all", R"(NULL | SELF | SEND | ANY | RECEIVE_MATCH | PRINT)", "null"},
    {"object_with_at_least_those_fields",
     R"(NEW_OBJECT | PUSH_INT 1 | SET_FIELD a | SELF | SEND |
NEW_OBJECT | PUSH_INT 1 | SET_FIELD a | PUSH_INT 2 | SET_FIELD b | SELF | SEND |
NEW_OBJECT | TYPE_PATTERN int | SET_FIELD b | RECEIVE_MATCH | PRINT)",
     "{a: 1, b: 2}"},
    {"list_element_by_element",
     R"(PUSH_INT 1 | PUSH_INT 2 | PUSH_INT 3 | MAKE_LIST 3 | SELF | SEND |
PUSH_INT 1 | PUSH_INT 9 | MAKE_LIST 2 | SELF | SEND |
PUSH_INT 1 | ANY | MAKE_LIST 2 | RECEIVE_MATCH | PRINT)",
     "[1, 9]"},
    {"value_that_equals",
     R"(PUSH_STR "no" | SELF | SEND | PUSH_STR "yes" | SELF | SEND | PUSH_STR "yes" | RECEIVE_MATCH |
PRINT)",
     "yes"},
    {"waits_for_a_match",
     R"(PUSH_STR "noise" | SELF | SEND | SELF | MAKE_FUNCTION f | SPAWN | POP | TYPE_PATTERN int |
RECEIVE_MATCH | PRINT | HALT | FUNC f to | PUSH_INT 5 | LOAD to | SEND | END)",
     "5"},
    {"one_of_several_patterns",
     R"(PUSH_INT 1 | SELF | SEND | PUSH_STR "two" | SELF | SEND | NULL | SELF | SEND |
NULL | TYPE_PATTERN str | MAKE_LIST 2 | RECEIVE_SELECT | PRINT | PRINT | RECEIVE | PRINT)",
     "1 | two | 1"},
    {"match_with_a_time_limit",
     R"(PUSH_STR "noise" | SELF | SEND | TYPE_PATTERN int | PUSH_INT 0 | RECEIVE_MATCH_AFTER none |
PRINT | HALT | none: | RECEIVE | PRINT)",
     "noise"},
    {"overtaking_messages_are_seen",
     R"(PUSH_INT 1 | SELF | SEND | TYPE_PATTERN str | PUSH_INT 0 | RECEIVE_MATCH_AFTER none | PRINT |
none: | PUSH_STR "urgent" | SELF | NEW_OBJECT | PUSH_INT 200 | SET_FIELD priority | SEND_WITH |
TYPE_PATTERN str | RECEIVE_MATCH | PRINT | RECEIVE | PRINT)",
     "urgent | 1"},
    {"by_hand_skip_and_accept",
     R"(PUSH_INT 1 | SELF | SEND | PUSH_INT 2 | SELF | SEND | RECV_PEEK none | PRINT | RECV_SKIP |
RECV_PEEK none | PRINT | RECV_ACCEPT | RECEIVE | PRINT | HALT | none: | PUSH_STR "none" | PRINT)",
     "1 | 2 | 1"},
    {"by_hand_to_the_end",
     R"(PUSH_INT 1 | SELF | SEND | RECV_PEEK end | POP | RECV_SKIP | RECV_PEEK end | PRINT | HALT |
end: | PUSH_STR "end" | PRINT)",
     "end"},
    {"by_hand_wait",
     R"(SELF | MAKE_FUNCTION f | SPAWN | POP | RECV_WAIT | RECV_PEEK none | PRINT | RECV_ACCEPT | HALT |
none: | PUSH_STR "none" | PRINT | HALT | FUNC f to | PUSH_INT 6 | LOAD to | SEND | END)",
     "6"},
    {"by_hand_wait_until",
     R"(MONOTONIC_MS | PUSH_INT 2 | ADD | RECV_WAIT_UNTIL late | PUSH_STR "message" | PRINT | HALT |
late: | PUSH_STR "late" | PRINT)",
     "late"},
    {"ask_and_reply",
     R"(PUSH_STR "noise" | SELF | SEND | PUSH_INT 20 | MAKE_FUNCTION f | SPAWN | PUSH_INT 60000 | ASK |
PRINT | RECEIVE | PRINT | HALT | FUNC f | RECEIVE | PUSH_INT 1 | ADD | REPLY | END)",
     "21 | noise"},
    {"ask_too_long",
     R"(TRY late | NULL | MAKE_FUNCTION f | SPAWN | PUSH_INT 2 | ASK | PRINT | END_TRY | HALT |
late: | GET_FIELD message | PRINT | HALT | FUNC f | RECEIVE | POP | RECEIVE | POP | END)",
     "Timeout"},
    {"ask_the_dead",
     R"(TRY dead | NULL | PUSH_INT 4711 | PUSH_INT 60000 | ASK | PRINT | END_TRY | HALT |
dead: | GET_FIELD message | PRINT)",
     "No such process"},
}};

}  // namespace

std::span<const Check> selective_checks() { return kChecks; }

}  // namespace ttvm::cli
