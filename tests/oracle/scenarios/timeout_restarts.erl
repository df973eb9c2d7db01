%% Each receive has its own time; messages that do not match do not prolong it.
-module(timeout_restarts).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    spawn(fun() -> noise(Main) end),
    receive wanted -> say([wanted]) after 60 -> say(["timeout"]) end.

noise(Main) ->
    Main ! noise,
    timer:sleep(5),
    noise(Main).
