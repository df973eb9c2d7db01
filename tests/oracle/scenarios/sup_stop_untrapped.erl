%% A child that does not trap ends at once with shutdown.
-module(sup_stop_untrapped).
-export([main/0]).

main() ->
    oracle:stop_one(60000, fun worker/1).

worker(Main) ->
    Main ! {ready, self()},
    receive never -> ok end.
