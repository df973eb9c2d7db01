%% Removing one of two monitors leaves the other.
-module(monitor_one_of_two_removed).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Child = spawn(fun() -> receive go -> exit(boom) end end),
    A = monitor(process, Child),
    B = monitor(process, Child),
    demonitor(A),
    Child ! go,
    receive {'DOWN', B, process, Child, Reason} -> say(["b ", Reason]) end,
    receive {'DOWN', A, _, _, _} -> say(["a"]) after 0 -> say(["no a"]) end.
