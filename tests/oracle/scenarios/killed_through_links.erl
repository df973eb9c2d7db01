%% killed spreads through links as any reason does.
-module(killed_through_links).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Middle, Ref} = spawn_monitor(fun() -> receive never -> ok end end),
    Child = spawn(fun() -> link(Middle), receive never -> ok end end),
    wait_for_link(Middle),
    exit(Child, kill),
    receive {'DOWN', Ref, process, Middle, Reason} -> say(["DOWN: ", Reason]) end.

wait_for_link(Pid) ->
    case process_info(Pid, links) of
        {links, []} -> erlang:yield(), wait_for_link(Pid);
        _ -> ok
    end.
