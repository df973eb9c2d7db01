%% A timeout of 0 only looks: at all messages that have come.
-module(after_zero).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    receive A -> say([A]) after 0 -> say(["empty"]) end,
    self() ! x,
    self() ! y,
    receive y -> say([y]) after 0 -> say(["none"]) end,
    receive z -> say([z]) after 0 -> say(["no z"]) end,
    drain().

drain() ->
    receive Any -> say(["rest: ", Any]), drain() after 0 -> ok end.
