%% A normal end is told, too, where exits are trapped.
-module(link_normal_trapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    spawn_link(fun() -> ok end),
    receive {'EXIT', _, Reason} -> say(["EXIT: ", Reason]) end.
