%% A timeout comes where nothing matches, and leaves what does not match.
-module(after_timeout).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    self() ! other,
    receive wanted -> say([wanted]) after 20 -> say(["timeout"]) end,
    drain(),
    spawn_reply(self()),
    receive wanted -> say([wanted]) after 60000 -> say(["timeout"]) end.

spawn_reply(Main) ->
    spawn(fun() -> Main ! wanted end).

drain() ->
    receive Any -> say(["rest: ", Any]), drain() after 0 -> ok end.
