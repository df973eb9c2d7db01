%% UNLINK does not take an EXIT message out of the mailbox that came before.
-module(unlink_keeps_queued_exit).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    {Child, _} = spawn_monitor(fun() -> receive go -> exit(boom) end end),
    link(Child),
    Child ! go,
    receive {'DOWN', _, process, Child, _} -> ok end,
    %% Links and monitors may be told in any order; an answer of another comes after both.
    {Other, _} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', _, process, Other, _} -> ok end,
    unlink(Child),
    receive {'EXIT', Child, Reason} -> say(["EXIT: ", Reason]) after 0 -> say(["no EXIT"]) end.
