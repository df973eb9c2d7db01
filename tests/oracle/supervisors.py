"""Random supervisors: a supervisor with some children, and a sequence of what happens to them.

Between two steps the main process waits until the supervisor has dealt with the first: until those that it has stopped
have said so, and those that it has started, too. So each program has one outcome, and both machines must show the same.

Steps: ("order", id, reason): the child ends for that reason; ("kill", id); ("stop", id), ("restart", id) and
("add", id, restart), by hand. What a step does to a child that does not run is to be the same, too.
"""

import random

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
RESTARTS = ["permanent", "permanent", "transient", "temporary"]
REASONS = ["boom", "normal", "shutdown", "crash"]


class Tree:
    def __init__(self, seed, number):
        chance = random.Random(f"supervisor/{seed}/{number}")
        self.origin = f"seed {seed}, supervisor {number}"
        self.strategy = chance.choice(STRATEGIES)
        self.intensity = chance.choice([0, 1, 2, 3, 3, 5, 100])
        names = "abcdef"
        count = chance.randint(1, 5)
        self.children = [(name, chance.choice(RESTARTS)) for name in names[:count]]
        self.steps = [self._step(chance, names[:count + 1]) for _ in range(chance.randint(2, 10))]

    def _step(self, chance, names):
        kind = chance.choices(["order", "kill", "stop", "restart", "add"], [10, 2, 2, 3, 1])[0]
        name = chance.choice(names if kind == "add" else names[:-1])
        if kind == "order":
            return (kind, name, chance.choice(REASONS))
        return (kind, name, chance.choice(RESTARTS)) if kind == "add" else (kind, name)

    def text(self):
        lines = [f"# {self.origin}", f"{self.strategy}, intensity {self.intensity}"]
        lines += [f"    {name} {restart}" for name, restart in self.children]
        return "\n".join(lines + [" ".join(step) for step in self.steps]) + "\n"


def erlang(tree, module):
    children = ", ".join(f"oracle:child({name}, {restart})" for name, restart in tree.children)
    lines = [*("%% " + line for line in tree.text().splitlines()), f"-module({module}).", "-export([main/0]).", "",
             "main() ->",
             f"    oracle:tree(#{{strategy => {tree.strategy}, intensity => {tree.intensity}, period => 600}},",
             f"                [{children}],",
             "                [" + ", ".join(f"{{{', '.join(step)}}}" for step in tree.steps) + "])."]
    return "\n".join(lines) + "\n"


def ttvm(tree):
    lines = ["; " + line for line in tree.text().splitlines()]
    lines += ["TRUE", "TRAP_EXIT", "NEW_OBJECT", f'PUSH_STR "{tree.strategy}"', "SET_FIELD strategy",
              f"PUSH_INT {tree.intensity}", "SET_FIELD intensity", "PUSH_INT 600000", "SET_FIELD period_ms"]
    for name, restart in tree.children:
        lines += [f'PUSH_STR "{name}"', f'PUSH_STR "{restart}"', "SELF", "CALL child"]
    lines += [f"MAKE_LIST {len(tree.children)}", "SET_FIELD children", "START_SUPERVISOR", "STORE sup", "LOAD sup",
              "NEW_OBJECT", "PUSH_INT 0", "CALL settle", "STORE pids"]
    for step in tree.steps:
        lines += [f"; {' '.join(step)}", f'PUSH_STR "{" ".join(step)}"', "PRINT", "LOAD sup", "LOAD pids"]
        lines += [f'PUSH_STR "{word}"' for word in step[1:]]
        lines += [f"CALL {step[0]}", "STORE pids"]
    return "\n".join(lines) + "\nEXIT 0\n" + COMMON


# Each step: ( sup pids ... -> pids ); pids has those of the children that run, by id.
COMMON = """
FUNC worker name main
  TRUE
  TRAP_EXIT
  NEW_OBJECT
  PUSH_STR "started"
  SET_FIELD type
  SELF
  SET_FIELD pid
  LOAD main
  SEND
  RECEIVE
  STORE order
  LOAD order
  TYPE_OF
  PUSH_STR "object"
  EQ
  IF
    NEW_OBJECT
    PUSH_STR "stopped"
    SET_FIELD type
    LOAD name
    SET_FIELD name
    LOAD order
    GET_FIELD reason
    SET_FIELD reason
    LOAD main
    SEND
    LOAD order
    GET_FIELD reason
    EXIT_SELF
  ENDIF
  LOAD order
  PUSH_STR "crash"
  EQ
  IF
    PUSH_INT 1
    PUSH_INT 0
    DIV
  ENDIF
  LOAD order
  EXIT_SELF
END

FUNC child name restart main
  NEW_OBJECT
  LOAD name
  SET_FIELD id
  MAKE_FUNCTION worker
  SET_FIELD start
  LOAD name
  LOAD main
  MAKE_LIST 2
  SET_FIELD args
  LOAD restart
  SET_FIELD restart
END

FUNC order sup pids name reason
  LOAD pids
  LOAD name
  OBJECT_HAS
  NOT
  IF
    LOAD pids
    RET
  ENDIF
  LOAD reason
  LOAD pids
  LOAD name
  OBJECT_GET
  SEND
  LOAD sup
  LOAD pids
  LOAD pids
  LOAD name
  OBJECT_GET
  CALL settle
END

FUNC kill sup pids name
  LOAD pids
  LOAD name
  OBJECT_HAS
  NOT
  IF
    LOAD pids
    RET
  ENDIF
  LOAD pids
  LOAD name
  OBJECT_GET
  PUSH_STR "kill"
  EXIT_PID
  LOAD sup
  LOAD pids
  LOAD pids
  LOAD name
  OBJECT_GET
  CALL settle
END

FUNC stop sup pids name
  TRY refused
  LOAD sup
  LOAD name
  STOP_CHILD
  END_TRY
  JMP settled
refused:
  POP
  END_TRY
  PUSH_STR "refused"
  PRINT
settled:
  LOAD sup
  LOAD pids
  PUSH_INT 0
  CALL settle
END

FUNC restart sup pids name
  TRY refused
  LOAD sup
  LOAD name
  RESTART_CHILD
  POP
  END_TRY
  JMP settled
refused:
  POP
  END_TRY
  PUSH_STR "refused"
  PRINT
settled:
  LOAD sup
  LOAD pids
  PUSH_INT 0
  CALL settle
END

FUNC add sup pids name restart
  TRY refused
  LOAD sup
  LOAD name
  LOAD restart
  SELF
  CALL child
  LOAD name
  SUPERVISE_CHILD
  POP
  END_TRY
  JMP settled
refused:
  POP
  END_TRY
  PUSH_STR "refused"
  PRINT
settled:
  LOAD sup
  LOAD pids
  PUSH_INT 0
  CALL settle
END

; settle ( sup pids gone -> pids ): waits until the end of `gone` has been dealt with, and prints what came of it.
FUNC settle sup pids gone
again:
  TRY ended
  LOAD sup
  SUPERVISOR_CHILDREN
  STORE list
  END_TRY
  NEW_OBJECT
  STORE now
  PUSH_STR "started"
  STORE started
  PUSH_STR "children"
  STORE text
  PUSH_INT 0
  STORE i
  WHILE
    LOAD i
    LOAD list
    LEN
    LT
  DO
    LOAD list
    LOAD i
    INDEX
    STORE child
    LOAD child
    GET_FIELD pid
    LOAD gone
    EQ
    IF
      YIELD
      JMP again
    ENDIF
    LOAD text
    PUSH_STR " "
    CONCAT
    LOAD child
    GET_FIELD id
    CONCAT
    STORE text
    LOAD child
    GET_FIELD pid
    NULL
    EQ
    IF
      LOAD text
      PUSH_STR "(stopped)"
      CONCAT
      STORE text
    ELSE
      LOAD now
      LOAD child
      GET_FIELD id
      LOAD child
      GET_FIELD pid
      OBJECT_SET
      STORE now
    ENDIF
    LOAD i
    PUSH_INT 1
    ADD
    STORE i
  ENDWHILE
  ; Those that were there and are not: each has said that it was stopped.
  PUSH_INT 0
  STORE stopped
  LOAD pids
  VALUES
  STORE old
  LOAD now
  VALUES
  STORE new
  PUSH_INT 0
  STORE i
  WHILE
    LOAD i
    LOAD old
    LEN
    LT
  DO
    LOAD old
    LOAD i
    INDEX
    LOAD gone
    NE
    LOAD new
    LOAD old
    LOAD i
    INDEX
    CALL contains
    NOT
    AND
    IF
      LOAD stopped
      PUSH_INT 1
      ADD
      STORE stopped
    ENDIF
    LOAD i
    PUSH_INT 1
    ADD
    STORE i
  ENDWHILE
  LOAD stopped
  CALL print_stopped
  PUSH_INT 0
  STORE i
  WHILE
    LOAD i
    LOAD new
    LEN
    LT
  DO
    LOAD old
    LOAD new
    LOAD i
    INDEX
    CALL contains
    NOT
    IF
      NEW_OBJECT
      PUSH_STR "started"
      SET_FIELD type
      LOAD new
      LOAD i
      INDEX
      SET_FIELD pid
      RECEIVE_MATCH
      POP
      LOAD started
      PUSH_STR " "
      CONCAT
      LOAD now
      KEYS
      LOAD i
      INDEX
      CONCAT
      STORE started
    ENDIF
    LOAD i
    PUSH_INT 1
    ADD
    STORE i
  ENDWHILE
  LOAD started
  PRINT
  LOAD text
  PRINT
  LOAD now
  RET
ended:
  POP
  END_TRY
  NEW_OBJECT
  PUSH_STR "EXIT"
  SET_FIELD type
  LOAD sup
  SET_FIELD pid
  RECEIVE_MATCH
  STORE exit
  LOAD pids
  VALUES
  STORE old
  LOAD old
  LEN
  LOAD old
  LOAD gone
  CALL contains
  IF
    PUSH_INT 1
    SUB
  ENDIF
  CALL print_stopped
  PUSH_STR "supervisor ended: "
  LOAD exit
  GET_FIELD reason
  CONCAT
  PRINT
  EXIT 0
END

FUNC contains list value
  PUSH_INT 0
  STORE i
  WHILE
    LOAD i
    LOAD list
    LEN
    LT
  DO
    LOAD list
    LOAD i
    INDEX
    LOAD value
    EQ
    IF
      TRUE
      RET
    ENDIF
    LOAD i
    PUSH_INT 1
    ADD
    STORE i
  ENDWHILE
  FALSE
END

FUNC print_stopped count
  WHILE
    LOAD count
  DO
    NEW_OBJECT
    PUSH_STR "stopped"
    SET_FIELD type
    RECEIVE_MATCH
    STORE m
    PUSH_STR "stopped "
    LOAD m
    GET_FIELD name
    CONCAT
    PUSH_STR " "
    CONCAT
    LOAD m
    GET_FIELD reason
    CONCAT
    PRINT
    LOAD count
    PUSH_INT 1
    SUB
    STORE count
  ENDWHILE
END
"""
