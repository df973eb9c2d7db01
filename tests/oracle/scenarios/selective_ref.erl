%% A reply is recognised by its ref, whatever else is in the mailbox.
-module(selective_ref).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Server = spawn(fun() -> server() end),
    [self() ! [noise, N] || N <- [1, 2, 3]],
    say([call(Server, 20), " ", call(Server, 21)]),
    drain().

call(Server, N) ->
    Ref = make_ref(),
    Server ! {self(), Ref, N},
    receive {Ref, Reply} -> Reply end.

server() ->
    receive {From, Ref, N} -> From ! {make_ref(), wrong}, From ! {Ref, N * 2}, server() end.

drain() ->
    receive
        {_, wrong} -> drain();
        Any -> say(["rest: ", Any]), drain()
    after 0 -> ok
    end.
