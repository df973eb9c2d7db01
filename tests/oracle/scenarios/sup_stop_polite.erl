%% A child that traps exits is stopped when it has done what it wants.
-module(sup_stop_polite).
-export([main/0]).

main() ->
    oracle:stop_one(60000, fun worker/1).

worker(Main) ->
    oracle:told(Main),
    exit(shutdown).
