%% A receive with two patterns takes the oldest message that matches either.
-module(receive_two_patterns).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [self() ! M || M <- [[x, 1], [b, 1], [a, 1], [x, 2], [b, 2]]],
    [two() || _ <- [1, 2, 3]],
    receive [x, N] -> say(["x ", N]) end,
    receive [x, M] -> say(["x ", M]) end.

two() ->
    receive
        [a, N] -> say(["a ", N]);
        [b, N] -> say(["b ", N])
    end.
