%% A selective receive takes the oldest that matches and leaves the others in order.
-module(selective_order).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [self() ! M || M <- [[a, 1], [b, 1], [a, 2], [c, 1], [b, 2]]],
    receive [b, X] -> say(["b ", X]) end,
    receive [b, Y] -> say(["b ", Y]) end,
    receive [a, Z] -> say(["a ", Z]) end,
    drain().

drain() ->
    receive Any -> say(["rest: ", Any]), drain() after 0 -> ok end.
