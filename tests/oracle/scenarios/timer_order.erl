%% Timers go off in the order of their times, not of their setting.
-module(timer_order).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    erlang:send_after(400, self(), third),
    erlang:send_after(30, self(), first),
    erlang:send_after(200, self(), second),
    self() ! now,
    [receive Any -> say([Any]) end || _ <- [1, 2, 3, 4]].
