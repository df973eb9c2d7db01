%% One that traps exits stops an exit that goes along a chain.
-module(link_chain_trapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    First = spawn_link(fun() ->
        process_flag(trap_exit, true),
        Second = spawn_link(fun() ->
            Third = spawn_link(fun() -> receive never -> ok end end),
            Main ! {third, Third},
            receive never -> ok end
        end),
        receive {'EXIT', Second, Reason} -> Main ! {second_ended, Reason} end,
        receive bye -> ok end
    end),
    receive {third, Third} -> exit(Third, broken) end,
    receive {second_ended, Reason} -> say(["second: ", Reason]) end,
    say(["first lives: ", is_process_alive(First)]),
    First ! bye,
    receive {'EXIT', First, Last} -> say(["first: ", Last]) end.
