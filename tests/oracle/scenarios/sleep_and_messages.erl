%% Who sleeps receives its messages afterwards, in order.
-module(sleep_and_messages).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    erlang:send_after(5, self(), a),
    erlang:send_after(15, self(), b),
    self() ! first,
    timer:sleep(300),
    [receive Any -> say([Any]) after 0 -> say(["missing"]) end || _ <- [1, 2, 3]].
