%% A receive within the handling of another leaves what both do not want in order.
-module(receive_nested).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [self() ! M || M <- [[job, 1], [note, 1], [ack, 1], [job, 2], [note, 2], [ack, 2]]],
    job(), job(),
    receive [A, B] -> say([A, " ", B]) end,
    receive [C, D] -> say([C, " ", D]) end.

job() ->
    receive [job, N] -> say(["job ", N]) end,
    receive [ack, N] -> say(["ack ", N]) end.
