%% Two send different exit signals: the first decides.
-module(race_exit_reasons).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, Ref} = spawn_monitor(fun() -> receive never -> ok end end),
    [spawn(fun() -> oracle:p(), exit(Child, Reason) end) || Reason <- [a, b]],
    receive {'DOWN', Ref, _, _, Reason} -> say([Reason]) end.
