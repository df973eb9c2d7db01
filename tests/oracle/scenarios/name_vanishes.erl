%% A name is free again when its process has ended, before anybody is told of the end.
-module(name_vanishes).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, Ref} = spawn_monitor(fun() -> register(server, self()), receive stop -> ok end end),
    wait_for_name(),
    say([whereis(server) =:= Child]),
    server ! stop,
    receive {'DOWN', Ref, _, _, Reason} -> say([Reason, " ", whereis(server) =:= undefined]) end,
    register(server, self()),
    say([whereis(server) =:= self()]).

wait_for_name() ->
    case whereis(server) of
        undefined -> erlang:yield(), wait_for_name();
        _ -> ok
    end.
