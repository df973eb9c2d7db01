%% Whoever is linked to one that ends hears of it; those among them that do not trap end, too.
-module(link_hub).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Hub = spawn(fun() -> receive go -> exit(boom) end end),
    Refs = [begin
        {_, Ref} = spawn_monitor(fun() ->
            process_flag(trap_exit, Traps),
            link(Hub),
            Main ! linked,
            receive {'EXIT', Hub, boom} -> exit(told) end
        end),
        receive linked -> Ref end
    end || Traps <- [true, false, true]],
    Hub ! go,
    [receive {'DOWN', Ref, process, _, Reason} -> say([Reason]) end || Ref <- Refs].
