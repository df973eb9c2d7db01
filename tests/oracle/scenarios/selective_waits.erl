%% A selective receive waits over messages that do not match, however many come.
-module(selective_waits).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    spawn(fun() -> [Main ! [noise, N] || N <- lists:seq(1, 5)], Main ! [wanted, 1], Main ! [noise, 6] end),
    receive [wanted, X] -> say(["wanted ", X]) end,
    [receive [noise, N] -> say(["noise ", N]) end || _ <- lists:seq(1, 6)].
