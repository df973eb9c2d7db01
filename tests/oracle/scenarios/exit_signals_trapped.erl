%% An exit signal of every kind to a process that traps: only kill ends it.
-module(exit_signals_trapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [one(Reason) || Reason <- [normal, kill, killed, shutdown, boom, [a, 1], 7]].

one(Reason) ->
    Main = self(),
    {Child, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        Main ! ready,
        receive {'EXIT', Main, Why} -> exit({got, Why}) end
    end),
    receive ready -> ok end,
    exit(Child, Reason),
    receive
        {'DOWN', Ref, process, Child, {got, Why}} -> say([Reason, ": got ", Why]);
        {'DOWN', Ref, process, Child, Why} -> say([Reason, ": ", Why])
    end.
