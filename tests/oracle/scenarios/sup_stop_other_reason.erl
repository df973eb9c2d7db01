%% A child that is stopped may end for a reason of its own.
-module(sup_stop_other_reason).
-export([main/0]).

main() ->
    oracle:stop_one(60000, fun worker/1).

worker(Main) ->
    oracle:told(Main),
    exit(own).
