"""A program of programs.py as an Erlang module and as a ttvm program. Both print what model.outcome
says."""

import pathlib

from programs import worker_name

COMMON = (pathlib.Path(__file__).parent / "observe.ttvm").read_text()

# ---- Erlang.


def erlang(program, module):
    names = [worker_name(i) for i in range(len(program.workers))]
    roots = [names[i] for i in program.roots()]
    variables = [name.upper() for name in roots]
    lines = [*("%% " + line for line in program.text().splitlines()), f"-module({module}).",
             "-export([main/0]).", "-import(oracle, [p/0, know/2, saw/2, seen/1]).", "",
             "main() ->",
             "    oracle:start(),", "    M = self(),"]
    for name in roots:
        start = f"receive {{go, {', '.join(variables)}}} -> {name}({', '.join(['M', *variables])}) end"
        lines.append(f"    {{P_{name}, _}} = spawn_monitor(fun() -> {start} end),")
    pids = ", ".join(f"P_{name}" for name in roots)
    lines += [f"    P_{name} ! {{go, {pids}}}," for name in roots]
    pairs = ", ".join(f"{{{name}, P_{name}}}" for name in roots)
    lines.append(f"    oracle:observe([{', '.join(names)}], [{pairs}], [{', '.join(program.names())}]).")
    for index in range(len(program.workers)):
        lines += _erlang_worker(program, index)
    return "\n".join(lines) + "\n"


def _erlang_worker(program, index):
    name = worker_name(index)
    scope = [worker_name(other) for other in program.scope(index)]
    lines = ["", f"{name}({', '.join(['M', *(other.upper() for other in scope)])}) ->",
             "    put(main, M),"]
    if program.workers[index]["parent"] is not None:
        lines.append(f"    M ! {{born, {name}, self()}},")
    lines += [f"    know({other}, {other.upper()})," for other in scope]
    known = [*scope]
    for number, operation in enumerate(program.workers[index]["script"]):
        if operation[0].startswith("spawn"):
            known.append(worker_name(operation[1]))
        lines.append(f"    p(), {_erlang_operation(name, operation, known, number)},")
    lines[-1] = lines[-1][:-1] + "."
    return lines


def _erlang_operation(name, operation, known, number):
    kind, operands = operation[0], [worker_name(o) if type(o) is int else o for o in operation[1:]]
    if kind.startswith("spawn"):
        return _erlang_spawn(kind, operands, known)
    upper = operands[0].upper() if operands and isinstance(operands[0], str) else ""
    value = operands[-1] if operands else ""
    return {
        "send": f"{upper} ! {value}",
        "send_name": f"(catch {operands and operands[0]} ! {value})",
        "link": f"oracle:link({upper})",
        "unlink": f"unlink({upper})",
        "monitor": f"{str(value).upper()} = monitor(process, {upper}), know({value}, {str(value).upper()})",
        "demonitor": f"demonitor({upper}, [flush])",
        "exit": f"exit({upper}, {value})",
        "trap": f"process_flag(trap_exit, {str(value).lower()})",
        "register": f"saw({name}, [\"register {value} \", try register({value}, self()), \"ok\" "
                    "catch error:badarg -> \"error\" end])",
        "unregister": f"saw({name}, [\"unregister {value} \", try unregister({value}), \"ok\" "
                      "catch error:badarg -> \"error\" end])",
        "whereis": f"saw({name}, [\"whereis {value} \", case whereis({value}) of undefined -> \"none\"; "
                   f"X{number} -> X{number} end])",
        "alive": f"saw({name}, [\"alive \", atom_to_list(is_process_alive({upper}))])",
        "poll": f"saw({name}, receive X{number} -> seen(X{number}) after 0 -> [\"none\"] end)",
        "recv": f"saw({name}, receive X{number} -> seen(X{number}) end)",
        "take": f"saw({name}, receive {value} -> [\"{value}\"] end)",
        "take_exit": f"saw({name}, receive {{'EXIT', _, _}} = X{number} -> seen(X{number}) end)",
        "take_down": f"saw({name}, receive {{'DOWN', {upper}, _, _, _}} = X{number} -> seen(X{number}) end)",
        "yield": "erlang:yield()",
        "end": "ok",
        "exit_self": f"exit({value})",
        "crash": f"error({value})",
        "stay": "receive never -> ok end",
    }[kind]


def _erlang_spawn(kind, operands, known):
    child = operands[0]
    variables = ", ".join(["M", *(other.upper() for other in known if other != child), "self()"])
    function = f"fun() -> {child}({variables}) end"
    text = f"{kind}({function})"
    know = f"know({child}, {child.upper()})"
    if kind == "spawn_monitor":
        ref = operands[1]
        return f"{{{child.upper()}, {ref.upper()}}} = {text}, {know}, know({ref}, {ref.upper()})"
    return f"{child.upper()} = {text}, {know}"


# ---- ttvm.



def ttvm(program):
    """The text of the program, as one string."""
    names = [worker_name(i) for i in range(len(program.workers))]
    roots = [names[i] for i in program.roots()]
    lines = ["; " + line for line in program.text().splitlines()]
    for name in roots:
        lines += ["SELF", f"MAKE_FUNCTION {name}_root", "SPAWN_MONITOR", "POP", f"STORE {name}"]
    lines += ["NEW_OBJECT"]
    for name in roots:
        lines += [f"LOAD {name}", f"SET_FIELD {name}"]
    lines += ["STORE pids"]
    for name in roots:
        lines += ["NEW_OBJECT", 'PUSH_STR "go"', "SET_FIELD type", "LOAD pids", "SET_FIELD pids",
                  f"LOAD {name}",
                  "SEND"]
    lines += _strings(names) + ["LOAD pids"] + _strings(program.names()) + ["CALL observe"]
    for index in range(len(program.workers)):
        lines += _ttvm_worker(program, index)
    return "\n".join(lines) + "\n" + COMMON


def _strings(texts):
    return [f'PUSH_STR "{text}"' for text in texts] + [f"MAKE_LIST {len(texts)}"]


def _ttvm_worker(program, index):
    name = worker_name(index)
    scope = [worker_name(other) for other in program.scope(index)]
    lines = [""]
    if program.workers[index]["parent"] is None:
        body = ["NEW_OBJECT", 'PUSH_STR "go"', "SET_FIELD type", "RECEIVE_MATCH", "GET_FIELD pids",
                "STORE pids"]
        for other in scope:
            body += ["LOAD pids", f"GET_FIELD {other}"]
        lines += [f"FUNC {name}_root main", *_indented(["LOAD main", *body, f"CALL {name}"]), "END",
                  ""]
    lines.append(f"FUNC {' '.join([name, 'main', *scope])}")
    body = []
    if program.workers[index]["parent"] is not None:
        body += ["NEW_OBJECT", 'PUSH_STR "born"', "SET_FIELD type", f'PUSH_STR "{name}"',
                 "SET_FIELD worker", "SELF",
                 "SET_FIELD pid", "LOAD main", "SEND", "SELF", f"STORE {name}"]
    body += ["NEW_OBJECT", "STORE known"]
    for other in scope:
        body += _ttvm_know(other)
    known = [*scope]
    for number, operation in enumerate(program.workers[index]["script"]):
        if operation[0].startswith("spawn"):
            known.append(worker_name(operation[1]))
        words = [worker_name(word) if type(word) is int else str(word) for word in operation]
        body += [f"; {' '.join(words)}", *_ttvm_operation(name, operation, known, number)]
    return [*lines, *_indented(body), "END"]


def _indented(lines):
    return [line if line.endswith(":") else "  " + line for line in lines]


def _ttvm_know(name):
    return ["LOAD known", f"LOAD {name}", "TO_STR", f'PUSH_STR "{name}"', "OBJECT_SET",
            "STORE known"]


def _ttvm_saw(name, lines):
    """`lines` leave the list of what is to be reported."""
    return [*lines, f'PUSH_STR "{name}"', "LOAD main", "CALL saw"]


def _ttvm_seen(name, lines):
    """`lines` leave a message."""
    return _ttvm_saw(name, [*lines, "LOAD known", "CALL seen"])


def _ttvm_tried(name, operand, instruction, number):
    text = instruction.lower()
    done, failed = f"done{number}", f"failed{number}"
    return _ttvm_saw(name, [f"TRY {failed}", f"{instruction} {operand}", "END_TRY",
                            f'PUSH_STR "{text} {operand} ok"', f"JMP {done}", f"{failed}:", "POP",
                            "END_TRY",
                            f'PUSH_STR "{text} {operand} error"', f"{done}:", "MAKE_LIST 1"])


def _ttvm_operation(name, operation, known, number):
    kind, operands = operation[0], [worker_name(o) if type(o) is int else o for o in operation[1:]]
    first = operands[0] if operands else ""
    value = operands[-1] if operands else ""
    if kind.startswith("spawn"):
        return _ttvm_spawn(kind, operands, known)
    if kind in ("register", "unregister"):
        return _ttvm_tried(name, first, kind.upper(), number)
    if kind == "whereis":
        return _ttvm_saw(name,
                         [f'PUSH_STR "whereis {first} "', f"WHEREIS {first}", "STORE found",
                          "LOAD found",
                                "PUSH_INT 0", "EQ", "IF", 'PUSH_STR "none"', "STORE found", "ENDIF", "LOAD found",
                                "MAKE_LIST 2"])
    if kind == "alive":
        return _ttvm_saw(name,
                         ['PUSH_STR "alive "', f"LOAD {first}", "PROCESS_INFO", "NULL", "NE",
                          "CONCAT",
                                "MAKE_LIST 1"])
    if kind == "poll":
        none, done = f"none{number}", f"done{number}"
        return _ttvm_seen(name,
                          ["PUSH_INT 0", f"RECEIVE_AFTER {none}", f"JMP {done}", f"{none}:",
                           'PUSH_STR "none"',
                                 f"{done}:"])
    if kind == "take_exit":
        return _ttvm_seen(name,
                          ["NEW_OBJECT", 'PUSH_STR "EXIT"', "SET_FIELD type", "RECEIVE_MATCH"])
    if kind == "take_down":
        return _ttvm_seen(name,
                          ["NEW_OBJECT", 'PUSH_STR "DOWN"', "SET_FIELD type", f"LOAD {first}",
                           "SET_FIELD ref",
                                 "RECEIVE_MATCH"])
    if kind in ("recv", "take"):
        return _ttvm_seen(name,
                          ["RECEIVE"] if kind == "recv" else [f'PUSH_STR "{value}"',
                                                              "RECEIVE_MATCH"])
    if kind == "monitor":
        return [f"LOAD {first}", "MONITOR", f"STORE {value}", *_ttvm_know(value)]
    return {
        "send": [f'PUSH_STR "{value}"', f"LOAD {first}", "SEND"],
        "send_name": [f'PUSH_STR "{value}"', f"SENDNAMED {first}"],
        "link": [f"LOAD {first}", "LINK"],
        "unlink": [f"LOAD {first}", "UNLINK"],
        "demonitor": [f"LOAD {first}", "DEMONITOR"],
        "exit": [f"LOAD {first}", f'PUSH_STR "{value}"', "EXIT_PID"],
        "trap": [str(value).upper(), "TRAP_EXIT"],
        "yield": ["YIELD"],
        "end": ["HALT"],
        "exit_self": [f'PUSH_STR "{value}"', "EXIT_SELF"],
        "crash": [f'PUSH_STR "{value}"', "THROW"],
        "stay": ['PUSH_STR "never"', "RECEIVE_MATCH"],
    }[kind]


def _ttvm_spawn(kind, operands, known):
    child = operands[0]
    lines = [f"LOAD {other}" for other in ["main", *known] if other != child]
    # The last parameter is the child itself, whose pid nobody has yet: it asks for it.
    lines += ["NULL", f"MAKE_FUNCTION {child}", kind.upper()]
    if kind == "spawn_monitor":
        lines += [f"STORE {operands[1]}"]
    lines += [f"STORE {child}", *_ttvm_know(child)]
    return lines + (_ttvm_know(operands[1]) if kind == "spawn_monitor" else [])
