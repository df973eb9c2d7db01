// test-send-receive-comprehensive: every kind of message, every kind of receiver.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 23> kChecks{{
    {"string", R"(PUSH_STR "text" | SEND 1 | RECEIVE | PRINT)", "text"},
    {"empty_string", R"(PUSH_STR "" | SEND 1 | RECEIVE | LEN | PRINT)", "0"},
    {"int", "PUSH_INT -9223372036854775808 | SEND 1 | RECEIVE | PRINT", "-9223372036854775808"},
    {"float", "PUSH_FLOAT 2.5e300 | SEND 1 | RECEIVE | PRINT", "2.5e+300"},
    {"bool_and_null", "PUSH_BOOL true | SEND 1 | NULL | SEND 1 | RECEIVE | PRINT | RECEIVE | PRINT",
     "true | null"},
    {"list", R"(PUSH_INT 1 | PUSH_STR "two" | MAKE_LIST 2 | SEND 1 | RECEIVE | PRINT)",
     R"([1, "two"])"},
    {"object",
     R"(NEW_OBJECT | PUSH_STR "Ann" | SET_FIELD name | PUSH_INT 30 | SET_FIELD age | SEND 1 |
RECEIVE | PRINT)",
     R"({name: "Ann", age: 30})"},
    {"nested",
     R"(NEW_OBJECT | PUSH_INT 1 | NULL | MAKE_LIST 2 | SET_FIELD items | MAKE_LIST 1 | SEND 1 |
RECEIVE | PRINT)",
     "[{items: [1, null]}]"},
    {"bytes", R"(PUSH_STR "az" | TO_BYTES | SEND 1 | RECEIVE | PRINT)", "<<97, 122>>"},
    {"pid", "SELF | SEND 1 | RECEIVE | DUP | TYPE_OF | PRINT | SELF | EQ | PRINT", "pid | true"},
    {"closure_can_be_called_by_its_receiver",
     R"(PUSH_INT 40 | STORE n | CAPTURE n | MAKE_LAMBDA plus x | SEND 1 | PUSH_INT 2 | RECEIVE |
CALL_FUNCTION | PRINT | HALT | plus: | LOAD x | LOAD n | ADD | RET)",
     "42"},
    {"large_string",
     R"(PUSH_STR "0123456789abcdef" | STORE s | PUSH_INT 0 | STORE i |
WHILE | LOAD i | PUSH_INT 10 | LT | DO | LOAD s | LOAD s | CONCAT | STORE s |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | LOAD s | SEND 1 | RECEIVE | LEN | PRINT)",
     "16384"},
    {"first_in_first_out",
     "PUSH_INT 1 | SEND 1 | PUSH_INT 2 | SEND 1 | PUSH_INT 3 | SEND 1 | RECEIVE | PRINT | RECEIVE "
     "| "
     "PRINT | RECEIVE | PRINT",
     "1 | 2 | 3"},
    {"order_of_one_sender_among_many",
     R"(PUSH_INT 0 | STORE n | WHILE | LOAD n | PUSH_INT 4 | LT | DO | SELF | LOAD n |
MAKE_FUNCTION send | SPAWN | POP | LOAD n | PUSH_INT 1 | ADD | STORE n | ENDWHILE |
PUSH_INT -1 | PUSH_INT -1 | PUSH_INT -1 | PUSH_INT -1 | MAKE_LIST 4 | STORE last |
PUSH_INT 0 | STORE got | WHILE | LOAD got | PUSH_INT 200 | LT | DO | RECEIVE | STORE m |
LOAD m | PUSH_INT 1 | INDEX | LOAD last | LOAD m | PUSH_INT 0 | INDEX | INDEX | SUB | PUSH_INT 1 |
NE | IF | PUSH_STR "out of order" | THROW | ENDIF |
LOAD last | LOAD m | PUSH_INT 0 | INDEX | LOAD m | PUSH_INT 1 | INDEX | LIST_SET | STORE last |
LOAD got | PUSH_INT 1 | ADD | STORE got | ENDWHILE | LOAD last | PRINT | HALT |
FUNC send to who | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 50 | LT | DO |
LOAD who | LOAD i | MAKE_LIST 2 | LOAD to | SEND | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
END)",
     "[49, 49, 49, 49]"},
    {"target_int_on_the_stack", R"(PUSH_STR "to an Int" | PUSH_INT 1 | SEND | RECEIVE | PRINT)",
     "to an Int"},
    {"target_pid_on_the_stack", R"(PUSH_STR "to a Pid" | SELF | SEND | RECEIVE | PRINT)",
     "to a Pid"},
    {"target_name_on_the_stack",
     R"(REGISTER "me" | PUSH_STR "to a name" | PUSH_STR "me" | SEND | RECEIVE | PRINT)",
     "to a name"},
    {"sendnamed", R"(REGISTER "me" | PUSH_STR "named" | SENDNAMED "me" | RECEIVE | PRINT)",
     "named"},
    {"dead_letter_to_a_pid", R"(PUSH_STR "lost" | SEND 99 | PUSH_STR "goes on" | PRINT)", "goes on",
     Order::kExact, 0, "dead letter: process 1 sent to process 99"},
    {"dead_letter_to_a_name",
     R"(PUSH_STR "lost" | SENDNAMED "nobody" | PUSH_STR "goes on" | PRINT)", "goes on",
     Order::kExact, 0, R"(dead letter: process 1 sent to "nobody")"},
    {"wrong_target_raises",
     R"(TRY wrong | PUSH_INT 1 | NULL | SEND | END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     "SEND expects a pid, number or name as its target but got Null"},
    {"receive_after_takes_what_is_there",
     R"(PUSH_INT 7 | SEND 1 | PUSH_INT 0 | RECEIVE_AFTER none | PRINT | HALT |
none: | PUSH_STR "none" | PRINT)",
     "7"},
    {"receive_after_times_out",
     R"(PUSH_INT 3 | RECEIVE_AFTER none | PRINT | HALT | none: | PUSH_STR "none" | PRINT)", "none"},
}};

}  // namespace

std::span<const Check> send_receive_checks() { return kChecks; }

}  // namespace ttvm::cli
