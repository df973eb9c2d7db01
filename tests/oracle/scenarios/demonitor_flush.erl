%% demonitor with flush is what DEMONITOR does.
-module(demonitor_flush).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Child = spawn(fun() -> receive go -> exit(boom) end end),
    Ref = monitor(process, Child),
    {Other, OtherRef} = spawn_monitor(fun() -> receive stop -> ok end end),
    Child ! go,
    wait_for_message(),
    demonitor(Ref, [flush]),
    Other ! stop,
    receive {'DOWN', What, process, _, Reason} -> say([What =:= OtherRef, " ", Reason]) end,
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end,
    demonitor(Ref, [flush]),
    say(["again: fine"]).

wait_for_message() ->
    case process_info(self(), message_queue_len) of
        {_, 0} -> erlang:yield(), wait_for_message();
        _ -> ok
    end.
