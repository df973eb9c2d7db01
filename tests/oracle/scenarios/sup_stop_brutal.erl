%% brutal: a child is killed without a word.
-module(sup_stop_brutal).
-export([main/0]).

main() ->
    oracle:stop_one(brutal_kill, fun worker/1).

worker(Main) ->
    oracle:told(Main),
    exit(shutdown).
