%% infinity: a child has all the time it needs.
-module(sup_stop_infinity).
-export([main/0]).

main() ->
    oracle:stop_one(infinity, fun worker/1).

worker(Main) ->
    oracle:told(Main),
    timer:sleep(100),
    exit(late).
