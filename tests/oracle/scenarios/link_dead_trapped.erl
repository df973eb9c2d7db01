%% A link to a dead process: EXIT with noproc where exits are trapped.
-module(link_dead_trapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    {Child, _} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', _, process, Child, _} -> ok end,
    link(Child),
    receive {'EXIT', Child, Reason} -> say(["EXIT: ", Reason]) end,
    {links, Links} = process_info(self(), links),
    say(["links: ", length(Links)]).
