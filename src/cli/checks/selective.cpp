// test-selective-receive and test-process-registry.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 12> kSelective{{
    {"match_leaves_the_others_in_order",
     R"(PUSH_STR "a" | SELF | SEND | PUSH_INT 1 | SELF | SEND | PUSH_STR "b" | SELF | SEND |
PUSH_INT 1 | RECEIVE_MATCH | PRINT | RECEIVE | PRINT | RECEIVE | PRINT)",
     "1 | a | b"},
    {"oldest_match_first",
     R"(PUSH_INT 1 | SELF | SEND | PUSH_STR "x" | SELF | SEND | PUSH_INT 2 | SELF | SEND |
TYPE_PATTERN int | RECEIVE_MATCH | PRINT | TYPE_PATTERN int | RECEIVE_MATCH | PRINT)",
     "1 | 2"},
    {"object_matches_one_with_more_fields",
     R"(NEW_OBJECT | PUSH_STR "b" | SET_FIELD kind | SELF | SEND |
NEW_OBJECT | PUSH_STR "a" | SET_FIELD kind | PUSH_INT 5 | SET_FIELD n | SELF | SEND |
NEW_OBJECT | PUSH_STR "a" | SET_FIELD kind | RECEIVE_MATCH | PRINT)",
     R"({kind: "a", n: 5})"},
    {"list_matches_by_element",
     R"(PUSH_INT 1 | MAKE_LIST 1 | SELF | SEND | PUSH_INT 1 | PUSH_INT 2 | MAKE_LIST 2 | SELF | SEND |
PUSH_INT 1 | ANY | MAKE_LIST 2 | RECEIVE_MATCH | PRINT)",
     "[1, 2]"},
    {"any_matches_all", R"(PUSH_INT 3 | SELF | SEND | ANY | RECEIVE_MATCH | PRINT)", "3"},
    {"patterns_within_patterns",
     R"(NEW_OBJECT | PUSH_INT 1 | SET_FIELD v | SELF | SEND | NEW_OBJECT | PUSH_STR "s" |
SET_FIELD v | SELF | SEND | NEW_OBJECT | TYPE_PATTERN str | SET_FIELD v | RECEIVE_MATCH | PRINT)",
     R"({v: "s"})"},
    {"waits_for_a_match",
     R"(PUSH_STR "noise" | SELF | SEND | MAKE_FUNCTION later | SPAWN | POP | TYPE_PATTERN int |
RECEIVE_MATCH | PRINT | HALT | FUNC later | PUSH_STR "more" | PUSH_INT 1 | SEND | YIELD |
PUSH_INT 8 | PUSH_INT 1 | SEND | END)",
     "8"},
    {"match_in_time",
     R"(PUSH_INT 4 | SELF | SEND | TYPE_PATTERN int | PUSH_INT 60000 | RECEIVE_MATCH_AFTER late |
PRINT | HALT | late: | PUSH_STR "late" | PRINT)",
     "4"},
    {"no_match_in_time",
     R"(PUSH_STR "x" | SELF | SEND | TYPE_PATTERN int | PUSH_INT 1 | RECEIVE_MATCH_AFTER late |
PRINT | HALT | late: | RECEIVE | PRINT)",
     "x"},
    {"by_hand",
     R"(PUSH_INT 1 | SELF | SEND | PUSH_INT 20 | SELF | SEND | PUSH_INT 3 | SELF | SEND |
again: | RECV_PEEK none | PUSH_INT 10 | GT | JZ skip | RECV_ACCEPT | JMP rest |
skip: | RECV_SKIP | JMP again | none: | RECV_WAIT | JMP again |
rest: | RECEIVE | PRINT | RECEIVE | PRINT)",
     "1 | 3"},
    {"by_hand_until_a_deadline",
     R"(PUSH_INT 1 | SELF | SEND | again: | RECV_PEEK none | POP | RECV_SKIP | JMP again |
none: | MONOTONIC_MS | PUSH_INT 1 | ADD | STORE deadline | LOAD deadline | RECV_WAIT_UNTIL late |
JMP again | late: | RECEIVE | PRINT)",
     "1"},
    {"answers_pass_a_full_mailbox",
     R"(PUSH_INT 1000 | STORE n | WHILE | LOAD n | DO | LOAD n | SELF | SEND | LOAD n | PUSH_INT 1 |
SUB | STORE n | ENDWHILE | MAKE_FUNCTION server | SPAWN | STORE s | PUSH_INT 20 | LOAD s |
PUSH_INT 60000 | ASK | PRINT | RECEIVE | PRINT | HALT |
FUNC server | RECEIVE | PUSH_INT 1 | ADD | REPLY | END)",
     "21 | 1000"},
}};

constexpr std::array<Check, 10> kRegistry{{
    {"spawn_with_a_name",
     R"(MAKE_FUNCTION server | NEW_OBJECT | PUSH_STR "desk" | SET_FIELD name | SPAWN_WITH | STORE s |
WHEREIS desk | LOAD s | EQ | PRINT | PUSH_INT 0 | EXIT | FUNC server | RECEIVE | END)",
     "true"},
    {"spawn_with_a_taken_name_raises",
     R"(REGISTER desk | TRY taken | MAKE_FUNCTION server | NEW_OBJECT | PUSH_STR "desk" |
SET_FIELD name | SPAWN_WITH | POP | END_TRY | HALT | taken: | GET_FIELD message | PRINT |
PROCESSES | PRINT | HALT | FUNC server | RECEIVE | END)",
     "Name already registered: desk | [1]"},
    {"ask_by_name",
     R"(MAKE_FUNCTION server | NEW_OBJECT | PUSH_STR "desk" | SET_FIELD name | SPAWN_WITH | POP |
PUSH_INT 1 | PUSH_STR "desk" | PUSH_INT 60000 | ASK | PRINT | HALT |
FUNC server | RECEIVE | PUSH_INT 1 | ADD | REPLY | END)",
     "2"},
    {"ask_an_unknown_name_raises",
     R"(TRY nobody | NULL | PUSH_STR "nobody" | PUSH_INT 1 | ASK | PRINT | END_TRY | HALT |
nobody: | GET_FIELD message | PRINT)",
     "No such process"},
    {"message_to_an_unknown_name_is_a_dead_letter",
     R"(DEAD_LETTERS | PUSH_INT 5 | SENDNAMED nobody | RECEIVE | STORE m | LOAD m | GET_FIELD type |
PRINT | LOAD m | GET_FIELD message | PRINT)",
     "dead_letter | 5", Order::kExact, 0, "a name of no process"},
    {"names_in_process_info", R"(REGISTER desk | SELF | PROCESS_INFO | GET_FIELD names | PRINT)",
     R"(["desk"])"},
    {"name_of_the_killed_is_free",
     R"(MAKE_FUNCTION server | NEW_OBJECT | PUSH_STR "desk" | SET_FIELD name | TRUE |
SET_FIELD monitor | SPAWN_WITH | PUSH_STR "kill" | EXIT_PID | RECEIVE | GET_FIELD reason | PRINT |
REGISTER desk | WHEREIS desk | PRINT | HALT | FUNC server | RECEIVE | END)",
     "killed | 1", Order::kExact, 0, "ended: killed"},
    {"down_comes_after_the_name_is_gone",
     R"(MAKE_FUNCTION server | NEW_OBJECT | PUSH_STR "desk" | SET_FIELD name | TRUE |
SET_FIELD monitor | SPAWN_WITH | POP | NULL | SENDNAMED desk | RECEIVE | POP | WHEREIS desk | PRINT |
HALT | FUNC server | RECEIVE | END)",
     "0"},
    {"ended_process_has_no_info",
     R"(MAKE_FUNCTION server | SPAWN_MONITOR | POP | STORE s | RECEIVE | POP | LOAD s |
PROCESS_INFO | PRINT | PROCESSES | PRINT | HALT | FUNC server | END)",
     "null | [1]"},
    {"name_names_whoever_has_it_now",
     R"(MAKE_FUNCTION first | SPAWN_MONITOR | POP | POP | RECEIVE | POP | REGISTER desk | PUSH_INT 6 |
SENDNAMED desk | RECEIVE | PRINT | HALT | FUNC first | REGISTER desk | END)",
     "6"},
}};

}  // namespace

std::span<const Check> selective_checks() { return kSelective; }
std::span<const Check> registry_checks() { return kRegistry; }

}  // namespace ttvm::cli
