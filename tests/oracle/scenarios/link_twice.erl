%% Linking twice is linking once: one UNLINK removes it.
-module(link_twice).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    {Child, _} = spawn_monitor(fun() -> receive go -> exit(boom) end end),
    link(Child),
    link(Child),
    unlink(Child),
    Child ! go,
    receive {'DOWN', _, process, Child, Reason} -> say(["DOWN: ", Reason]) end,
    receive {'EXIT', _, _} -> say(["EXIT"]) after 0 -> say(["no EXIT"]) end.
