%% Those linked to a killed process see killed, and can trap that.
-module(killed_is_seen_by_links).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Child = spawn_link(fun() -> process_flag(trap_exit, true), receive never -> ok end end),
    exit(Child, kill),
    receive {'EXIT', Child, Reason} -> say(["EXIT: ", Reason]) end.
