%% After an exit signal that ends it a process does not live for the one who sent it.
-module(exit_then_alive).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [one(Reason) || Reason <- [boom, kill, normal, shutdown]].

one(Reason) ->
    Child = spawn(fun() -> receive never -> ok end end),
    exit(Child, Reason),
    say([Reason, ": ", is_process_alive(Child)]).
