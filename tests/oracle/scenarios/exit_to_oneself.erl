%% An exit signal to oneself takes effect at once, for normal too, unless it is trapped.
-module(exit_to_oneself).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [one(Traps, Reason) || Traps <- [false, true], Reason <- [normal, boom, kill]].

one(Traps, Reason) ->
    {_, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, Traps),
        exit(self(), Reason),
        receive {'EXIT', _, Why} -> exit([got, Why]) after 0 -> exit(nothing) end
    end),
    receive {'DOWN', Ref, process, _, Why} -> say([Traps, " ", Reason, ": ", Why]) end.
