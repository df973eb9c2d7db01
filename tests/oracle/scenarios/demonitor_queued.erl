%% DEMONITOR with a DOWN in the mailbox already. In Erlang it stays, unless flush is asked for.
-module(demonitor_queued).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, Ref} = spawn_monitor(fun() -> ok end),
    Other = monitor(process, Child),
    receive {'DOWN', Other, _, _, _} -> ok end,
    %% Both have come: the last of a later process comes after them.
    {_, Last} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Last, _, _, _} -> ok end,
    demonitor(Ref),
    receive {'DOWN', Ref, _, _, _} -> say(["DOWN"]) after 0 -> say(["nothing"]) end.
