%% A monitor of a dead process: DOWN with noproc.
-module(monitor_dead).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, First} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', First, process, Child, Reason} -> say([Reason]) end,
    Second = monitor(process, Child),
    receive {'DOWN', Second, process, Child, Reason2} -> say([Reason2]) end.
