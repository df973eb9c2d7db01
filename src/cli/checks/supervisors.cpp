// test-supervisor-tree: who is restarted, who is stopped, in which order, and when a supervisor
// gives up.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

// worker: answers null, ends as it is told, tells process 1 when it is stopped.
// tree: a supervisor with the children a (permanent), b (transient), c (temporary).
// pids: prints the pids of a supervisor's children once each worker has answered.
// finish: tells the child at that place how to end, and waits until its supervisor has noticed.
// wait: prints messages up to the first that is an object, and that one's reason.
constexpr std::string_view kHelpers = R"(
FUNC worker name
  TRUE | TRAP_EXIT
next:
  RECEIVE | STORE order | LOAD order | NULL | EQ
  IF | NULL | REPLY | JMP next | ENDIF
  LOAD order | TYPE_OF | PUSH_STR "object" | EQ
  IF
    LOAD name | PUSH_STR " stopped" | CONCAT | PUSH_INT 1 | SEND
    LOAD order | GET_FIELD reason | EXIT_SELF
  ENDIF
  LOAD order | EXIT_SELF
END
FUNC child id restart
  NEW_OBJECT | LOAD id | SET_FIELD id | MAKE_FUNCTION worker | SET_FIELD start
  LOAD id | MAKE_LIST 1 | SET_FIELD args | LOAD restart | SET_FIELD restart
END
FUNC spec strategy intensity
  NEW_OBJECT | LOAD strategy | SET_FIELD strategy | LOAD intensity | SET_FIELD intensity
  PUSH_INT 100000000 | SET_FIELD period_ms
  PUSH_STR "a" | PUSH_STR "permanent" | CALL child
  PUSH_STR "b" | PUSH_STR "transient" | CALL child
  PUSH_STR "c" | PUSH_STR "temporary" | CALL child
  MAKE_LIST 3 | SET_FIELD children
END
FUNC tree strategy intensity
  LOAD strategy | LOAD intensity | CALL spec | START_SUPERVISOR
END
FUNC pids sup
  LOAD sup | SUPERVISOR_CHILDREN | STORE all | NEW_LIST | STORE list | PUSH_INT 0 | STORE i
  WHILE | LOAD i | LOAD all | LEN | LT | DO
    LOAD all | LOAD i | INDEX | STORE one | LOAD one | GET_FIELD pid | STORE pid
    LOAD pid | LOAD one | GET_FIELD type | PUSH_STR "worker" | EQ | AND
    IF | NULL | LOAD pid | PUSH_INT 60000 | ASK | POP | ENDIF
    LOAD list | LOAD pid | LIST_APPEND | STORE list
    LOAD i | PUSH_INT 1 | ADD | STORE i
  ENDWHILE
  LOAD list | PRINT
END
FUNC pid_at sup i
  LOAD sup | SUPERVISOR_CHILDREN | STORE all
  LOAD all | LEN | LOAD i | LE | IF | NULL | RET | ENDIF
  LOAD all | LOAD i | INDEX | GET_FIELD pid
END
FUNC finish sup i reason
  LOAD sup | LOAD i | CALL pid_at | STORE pid | LOAD reason | LOAD pid | SEND
  WHILE | LOAD sup | LOAD i | CALL pid_at | LOAD pid | EQ | DO | YIELD | ENDWHILE
  LOAD sup | CALL pids
END
FUNC wait
  RECEIVE | STORE message | LOAD message | TYPE_OF | PUSH_STR "object" | EQ
  IF | LOAD message | GET_FIELD reason | PRINT | RET | ENDIF
  LOAD message | PRINT | CALL wait
END
)";

constexpr std::array<Check, 16> kChecks{{
    {"children_start_in_order",
     R"(PUSH_STR "one_for_one" | PUSH_INT 9 | CALL tree | CALL pids | PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5]"},
    {"one_for_one_restarts_one",
     R"(PUSH_STR "one_for_one" | PUSH_INT 9 | CALL tree | PUSH_INT 0 | PUSH_STR "normal" |
CALL finish | PUSH_INT 0 | EXIT |
)",
     "[6, 4, 5]"},
    {"one_for_all_restarts_all",
     R"(PUSH_STR "one_for_all" | PUSH_INT 9 | CALL tree | STORE s | LOAD s | CALL pids | LOAD s |
PUSH_INT 0 | PUSH_STR "normal" | CALL finish | RECEIVE | PRINT | RECEIVE | PRINT |
PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5] | [6, 7] | c stopped | b stopped"},
    {"rest_for_one_restarts_the_later_ones",
     R"(PUSH_STR "rest_for_one" | PUSH_INT 9 | CALL tree | STORE s | LOAD s | CALL pids | LOAD s |
PUSH_INT 1 | PUSH_STR "odd" | CALL finish | RECEIVE | PRINT | PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5] | [3, 6] | c stopped", Order::kExact, 0, "ended: odd"},
    {"transient_after_normal_is_not_restarted",
     R"(PUSH_STR "one_for_one" | PUSH_INT 9 | CALL tree | PUSH_INT 1 | PUSH_STR "normal" |
CALL finish | PUSH_INT 0 | EXIT |
)",
     "[3, null, 5]"},
    {"transient_after_shutdown_is_not_restarted",
     R"(PUSH_STR "one_for_one" | PUSH_INT 9 | CALL tree | PUSH_INT 1 | PUSH_STR "shutdown" |
CALL finish | PUSH_INT 0 | EXIT |
)",
     "[3, null, 5]"},
    {"temporary_is_forgotten",
     R"(PUSH_STR "one_for_one" | PUSH_INT 9 | CALL tree | PUSH_INT 2 | PUSH_STR "odd" |
CALL finish | PUSH_INT 0 | EXIT |
)",
     "[3, 4]", Order::kExact, 0, "ended: odd"},
    {"crashing_child_is_restarted",
     R"(NEW_OBJECT | NEW_OBJECT | PUSH_STR "x" | SET_FIELD id | MAKE_FUNCTION crash |
SET_FIELD start | MAKE_LIST 1 | SET_FIELD children | STORE spec | TRUE | TRAP_EXIT | LOAD spec |
START_SUPERVISOR | POP | CALL wait | PUSH_INT 0 | EXIT |
FUNC crash | PUSH_INT 1 | PUSH_INT 0 | DIV | POP | END |
)",
     "shutdown", Order::kExact, 0, "process 4 (crash) ended: Exception: Division by zero"},
    {"too_many_restarts_end_the_supervisor",
     R"(TRUE | TRAP_EXIT | PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | STORE s | LOAD s |
PUSH_INT 0 | PUSH_STR "normal" | CALL finish | PUSH_STR "normal" | LOAD s | PUSH_INT 0 |
CALL pid_at | SEND | CALL wait | PUSH_INT 0 | EXIT |
)",
     "[6, 4, 5] | c stopped | b stopped | shutdown"},
    {"children_stop_in_reverse_order",
     R"(TRUE | TRAP_EXIT | PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | STORE s | LOAD s |
CALL pids | LOAD s | PUSH_STR "shutdown" | EXIT_PID | CALL wait | PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5] | c stopped | b stopped | a stopped | shutdown"},
    {"child_that_does_not_listen_is_killed",
     R"(NEW_OBJECT | START_SUPERVISOR | STORE s | LOAD s | NEW_OBJECT | MAKE_FUNCTION deaf |
SET_FIELD start | PUSH_INT 1 | SET_FIELD shutdown_ms | SUPERVISE_CHILD x | MONITOR | STORE ref |
RECEIVE | POP | LOAD s | STOP_CHILD x | RECEIVE | GET_FIELD reason | PRINT | HALT |
FUNC deaf | TRUE | TRAP_EXIT | NULL | PUSH_INT 1 | SEND | again: | RECEIVE | POP | JMP again | END)",
     "killed", Order::kExact, 0, "ended: killed"},
    {"stop_and_restart_by_id",
     R"(PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | STORE s | LOAD s | CALL pids | LOAD s |
STOP_CHILD a | RECEIVE | PRINT | LOAD s | CALL pids | LOAD s | RESTART_CHILD a | PRINT |
PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5] | a stopped | [null, 4, 5] | 6"},
    {"running_child_cannot_be_started_again",
     R"(PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | STORE s | TRY refused | LOAD s |
RESTART_CHILD a | POP | END_TRY | HALT | refused: | GET_FIELD message | PRINT | PUSH_INT 0 | EXIT |
)",
     "Child already started: a"},
    {"supervisor_as_a_child",
     R"(TRUE | TRAP_EXIT | PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | STORE s | LOAD s |
NEW_OBJECT | PUSH_STR "one_for_one" | PUSH_INT 0 | CALL spec | SET_FIELD start |
SUPERVISE_CHILD sub | STORE sub | LOAD s | CALL pids | LOAD sub | CALL pids |
PUSH_STR "normal" | LOAD sub | PUSH_INT 0 | CALL pid_at | SEND |
WHILE | LOAD s | PUSH_INT 3 | CALL pid_at | LOAD sub | EQ | DO | YIELD | ENDWHILE |
RECEIVE | PRINT | RECEIVE | PRINT | LOAD s | CALL pids | LOAD s | PUSH_INT 3 | CALL pid_at |
CALL pids | PUSH_INT 0 | EXIT |
)",
     "[3, 4, 5, 6] | [7, 8, 9] | c stopped | b stopped | [3, 4, 5, 10] | [11, 12, 13]"},
    {"supervisor_ends_with_its_parent",
     R"(MAKE_FUNCTION parent | SPAWN | POP | RECEIVE | STORE s | LOAD s | CALL pids | LOAD s |
MONITOR | POP | NULL | PUSH_INT 2 | SEND | CALL wait | HALT |
FUNC parent | PUSH_STR "one_for_one" | PUSH_INT 1 | CALL tree | PUSH_INT 1 | SEND | RECEIVE | END |
)",
     "[4, 5, 6] | c stopped | b stopped | a stopped | normal"},
    {"wrong_spec_raises",
     R"(TRY wrong | NEW_OBJECT | PUSH_STR "all" | SET_FIELD strategy | START_SUPERVISOR | POP |
END_TRY | HALT | wrong: | GET_FIELD message | PRINT)",
     R"(START_SUPERVISOR: strategy must be one_for_one, one_for_all or rest_for_one, not "all")"},
}};

}  // namespace

std::span<const Check> supervisor_checks() { return kChecks; }
std::string_view supervisor_helpers() { return kHelpers; }

}  // namespace ttvm::cli
