%% An exit signal of every kind to a process that does not trap.
-module(exit_signals).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [one(Reason) || Reason <- [normal, kill, killed, shutdown, boom, [a, 1], 7]].

one(Reason) ->
    {Child, Ref} = spawn_monitor(fun() -> receive bye -> exit(bye) end end),
    exit(Child, Reason),
    Child ! bye,
    receive {'DOWN', Ref, process, Child, Why} -> say([Reason, ": ", Why]) end.
