%% In a ring of links all end.
-module(link_ring).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Pids = [spawn(fun() -> node_loop() end) || _ <- [1, 2, 3]],
    [A, B, C] = Pids,
    [begin From ! {link, To, self()}, receive linked -> ok end end || {From, To} <- [{A, B}, {B, C}, {C, A}]],
    Refs = [monitor(process, Pid) || Pid <- Pids],
    exit(B, broken),
    [receive {'DOWN', Ref, process, _, Reason} -> say([Reason]) end || Ref <- Refs].

node_loop() ->
    receive {link, To, Main} -> link(To), Main ! linked end,
    node_loop().
