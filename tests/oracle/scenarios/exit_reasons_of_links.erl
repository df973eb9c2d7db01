%% A process that ends for each kind of reason, seen over a link that traps and one that does not.
-module(exit_reasons_of_links).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    [one(Reason) || Reason <- [normal, kill, killed, shutdown, boom, [a, 1], 7]].

one(Reason) ->
    Child = spawn_link(fun() -> exit(Reason) end),
    receive {'EXIT', Child, Why} -> say(["trapped: ", Why]) end,
    {Middle, Ref} = spawn_monitor(fun() ->
        {Other, OtherRef} = spawn_monitor(fun() -> receive go -> exit(Reason) end end),
        link(Other),
        Other ! go,
        receive {'DOWN', OtherRef, process, Other, _} -> ok end,
        %% An exit signal, if one comes, has come before the end of this one is told.
        {Last, LastRef} = spawn_monitor(fun() -> ok end),
        receive {'DOWN', LastRef, process, Last, _} -> exit(survived) end
    end),
    receive {'DOWN', Ref, process, Middle, How} -> say(["linked: ", How]) end.
