// test-spawn-comprehensive: what SPAWN takes and what it gives.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

constexpr std::array<Check, 18> kChecks{{
    {"hello_world", R"(PUSH_STR "hello_world" | SPAWN | PRINT)", "2 | Hello from spawned process!",
     Order::kAny},
    {"counter", R"(PUSH_STR "counter" | SPAWN | POP)", "1 | 2 | 3"},
    {"two_counters", R"(PUSH_STR "counter" | SPAWN | POP | PUSH_STR "counter" | SPAWN | POP)",
     "1 | 2 | 3 | 1 | 2 | 3", Order::kAny},
    {"basic_process", R"(PUSH_STR "my_worker" | SPAWN | PRINT)", "2 | Spawned process: my_worker",
     Order::kAny},
    {"basic_process_with_any_name", R"(PUSH_STR "no/file, no function" | SPAWN | POP)",
     "Spawned process: no/file, no function"},
    {"function_by_name",
     R"(PUSH_STR "work" | SPAWN | POP | HALT | FUNC work | PUSH_STR "works" | PRINT | END)",
     "works"},
    {"label_by_name",
     R"(PUSH_STR "work" | SPAWN | POP | HALT | work: | PUSH_STR "works" | PRINT | HALT)", "works"},
    {"own_function_before_predefined_type",
     R"(PUSH_STR "counter" | SPAWN | POP | HALT | FUNC counter | PUSH_STR "mine" | PRINT | END)",
     "mine"},
    {"function_value",
     R"(MAKE_FUNCTION work | SPAWN | POP | HALT | FUNC work | PUSH_STR "works" | PRINT | END)",
     "works"},
    {"arguments_in_order",
     R"(PUSH_STR "a" | PUSH_STR "b" | PUSH_STR "c" | MAKE_FUNCTION show | SPAWN | POP | HALT |
FUNC show x y z | LOAD x | LOAD y | LOAD z | MAKE_LIST 3 | PRINT | END)",
     R"(["a", "b", "c"])"},
    {"arguments_by_name",
     R"(PUSH_INT 6 | PUSH_INT 7 | PUSH_STR "show" | SPAWN | POP | HALT |
FUNC show x y | LOAD x | LOAD y | MUL | PRINT | END)",
     "42"},
    {"what_lies_below_the_arguments_stays",
     R"(PUSH_STR "kept" | PUSH_INT 1 | MAKE_FUNCTION show | SPAWN | POP | PRINT | HALT |
FUNC show x | LOAD x | PRINT | END)",
     "kept | 1", Order::kAny},
    {"large_argument_is_copied",
     R"(PUSH_INT 0 | STORE i | NEW_LIST | STORE list |
WHILE | LOAD i | PUSH_INT 100 | LT | DO | LOAD list | LOAD i | LIST_APPEND | STORE list |
LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD list | MAKE_FUNCTION last | SPAWN | POP | HALT |
FUNC last values | LOAD values | PUSH_INT 99 | INDEX | PRINT | END)",
     "99"},
    {"closure_with_captures",
     R"(PUSH_STR "captured" | STORE v | CAPTURE v | MAKE_LAMBDA show | SPAWN | POP | HALT |
FUNC show | LOAD v | PRINT | END)",
     "captured"},
    {"child_spawns_child",
     R"(SELF | MAKE_FUNCTION child | SPAWN | POP | RECEIVE | PRINT | HALT |
FUNC child top | LOAD top | MAKE_FUNCTION grandchild | SPAWN | POP | END |
FUNC grandchild top | SELF | LOAD top | SEND | END)",
     "3"},
    {"pids_count_up",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 5 | LT | DO |
MAKE_FUNCTION nothing | SPAWN | PRINT | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE | HALT |
FUNC nothing | END)",
     "2 | 3 | 4 | 5 | 6"},
    {"spawn_of_an_int_raises",
     R"(TRY wrong | PUSH_INT 5 | SPAWN | PRINT | END_TRY | HALT |
wrong: | GET_FIELD message | PRINT)",
     "SPAWN expects a function or a string but got Int"},
    {"hundred_children_add_up",
     R"(PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 100 | LT | DO |
SELF | LOAD i | MAKE_FUNCTION give | SPAWN | POP | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
PUSH_INT 0 | STORE sum | PUSH_INT 0 | STORE i | WHILE | LOAD i | PUSH_INT 100 | LT | DO |
RECEIVE | LOAD sum | ADD | STORE sum | LOAD i | PUSH_INT 1 | ADD | STORE i | ENDWHILE |
LOAD sum | PRINT | HALT |
FUNC give parent n | LOAD n | LOAD parent | SEND | END)",
     "4950"},
}};

}  // namespace

std::span<const Check> spawn_checks() { return kChecks; }

}  // namespace ttvm::cli
