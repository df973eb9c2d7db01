%% A process that ends itself with the reason kill kills nobody: its links see an ordinary reason.
-module(kill_through_a_link).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    spawn_link(fun() -> exit(kill) end),
    receive {'EXIT', _, Reason} -> say(["trapped: ", Reason]) end,
    {Middle, _} = spawn_monitor(fun() ->
        spawn_link(fun() -> exit(kill) end),
        receive never -> ok end
    end),
    receive {'DOWN', _, process, Middle, Reason2} -> say(["not trapped: ", Reason2]) end.
