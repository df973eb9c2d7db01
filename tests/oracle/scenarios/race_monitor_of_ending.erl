%% A monitor made right after a kill: in Erlang it always finds no process. Here it may come while the process still
%% ends, and tells the reason then.
-module(race_monitor_of_ending).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Child = spawn(fun() -> Main ! ready, receive never -> ok end end),
    receive ready -> ok end,
    oracle:p(),
    exit(Child, kill),
    oracle:p(),
    monitor(process, Child),
    receive {'DOWN', _, _, _, Reason} -> say([Reason]) end.
