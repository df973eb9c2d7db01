%% Messages of different senders come in any order, those of one in the order sent.
-module(race_two_senders).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    [spawn(fun() -> oracle:p(), [begin Main ! {Name, N}, oracle:p() end || N <- [1, 2]] end) || Name <- [a, b]],
    [receive {Name, N} -> say([Name, N]) end || _ <- [1, 2, 3, 4]].
