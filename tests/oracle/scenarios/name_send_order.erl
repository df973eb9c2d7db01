%% Messages to a name and to the pid behind it keep their order.
-module(name_send_order).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    {Child, _} = spawn_monitor(fun() -> register(server, self()), Main ! ready, loop(Main) end),
    receive ready -> ok end,
    server ! 1, Child ! 2, server ! 3, Child ! 4, server ! stop,
    print().

loop(Main) ->
    receive stop -> ok; N -> Main ! N, loop(Main) end.

print() ->
    receive {'DOWN', _, _, _, Reason} -> say([Reason]); N -> say([N]), print() end.
