%% A monitor tells of the end once, with the reason, and harms neither.
-module(monitor_down).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Child = spawn(fun() -> receive Reason -> exit(Reason) end end),
    Ref = monitor(process, Child),
    Child ! boom,
    receive {'DOWN', Ref, process, Child, Reason} -> say(["DOWN: ", Reason]) end,
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end.
