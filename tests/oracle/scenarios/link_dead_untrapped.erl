%% A link to a dead process without trapping. Erlang raises an exception, which can be caught; here it is always
%% an exit signal.
-module(link_dead_untrapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Dead, _} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', _, process, Dead, _} -> ok end,
    {Linker, _} = spawn_monitor(fun() ->
        try link(Dead), ok
        catch error:noproc -> exit({caught, noproc})
        end
    end),
    receive
        {'DOWN', _, process, Linker, {caught, Reason}} -> say(["raised: ", Reason]);
        {'DOWN', _, process, Linker, Reason} -> say(["ended: ", Reason])
    end.
