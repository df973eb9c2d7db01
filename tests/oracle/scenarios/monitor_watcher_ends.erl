%% The end of the one that watches does nothing to the watched.
-module(monitor_watcher_ends).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Child = spawn(fun() -> receive go -> exit(bye) end end),
    {_, Ref} = spawn_monitor(fun() -> monitor(process, Child), exit(boom) end),
    receive {'DOWN', Ref, process, _, Reason} -> say(["watcher: ", Reason]) end,
    say(["watched lives: ", is_process_alive(Child)]),
    {monitored_by, Watchers} = process_info(Child, monitored_by),
    say(["watchers: ", length(Watchers)]).
