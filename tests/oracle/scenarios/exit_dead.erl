%% An exit signal to a dead process does nothing.
-module(exit_dead).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, _} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', _, process, Child, _} -> ok end,
    exit(Child, boom),
    exit(Child, kill),
    receive Any -> say([Any]) after 0 -> say(["nothing"]) end.
