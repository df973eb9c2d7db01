%% A timer goes on when the one who set it ends.
-module(timer_outlives).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    {_, Ref} = spawn_monitor(fun() -> erlang:send_after(20, Main, later) end),
    receive {'DOWN', Ref, _, _, Reason} -> say(["setter: ", Reason]) end,
    receive later -> say([later]) after 60000 -> say(["lost"]) end.
