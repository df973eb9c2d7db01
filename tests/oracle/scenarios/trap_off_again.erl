%% Trapping can be ended: a later exit signal counts again.
-module(trap_off_again).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    {Middle, _} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        A = spawn_link(fun() -> receive Reason -> exit(Reason) end end),
        B = spawn_link(fun() -> receive Reason -> exit(Reason) end end),
        A ! first,
        receive {'EXIT', A, Reason} -> Main ! {trapped, Reason} end,
        process_flag(trap_exit, false),
        B ! second,
        receive never -> ok end
    end),
    receive {trapped, Reason} -> say(["trapped: ", Reason]) end,
    receive {'DOWN', _, process, Middle, Reason2} -> say(["DOWN: ", Reason2]) end.
