%% A child that does not end in time is killed.
-module(sup_stop_deaf).
-export([main/0]).

main() ->
    oracle:stop_one(50, fun worker/1).

worker(Main) ->
    oracle:told(Main),
    receive never -> ok end.
