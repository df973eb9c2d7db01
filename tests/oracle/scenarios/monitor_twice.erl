%% Two monitors of one process are two: each has a DOWN.
-module(monitor_twice).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Child = spawn(fun() -> receive go -> exit(boom) end end),
    A = monitor(process, Child),
    B = monitor(process, Child),
    Child ! go,
    receive {'DOWN', A, process, Child, Reason} -> say(["a ", Reason]) end,
    receive {'DOWN', B, process, Child, Reason2} -> say(["b ", Reason2]) end.
