%% The first exit signal decides on the reason.
-module(exit_first_reason).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, _} = spawn_monitor(fun() -> receive never -> ok end end),
    exit(Child, normal),
    exit(Child, first),
    exit(Child, kill),
    receive {'DOWN', _, process, Child, Reason} -> say(["DOWN: ", Reason]) end,
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end.
