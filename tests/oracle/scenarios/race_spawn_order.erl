%% Children run in any order, whatever the order of their start.
-module(race_spawn_order).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    [spawn(fun() -> oracle:p(), oracle:p(), Main ! N end) || N <- [1, 2, 3]],
    [receive N -> say([N]) end || _ <- [1, 2, 3]].
