%% One process with both: it hears both, in either order.
-module(monitor_and_link).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Child = spawn_link(fun() -> receive go -> exit(boom) end end),
    monitor(process, Child),
    Child ! go,
    A = receive {'EXIT', _, R1} -> ["EXIT ", atom_to_list(R1)]; {'DOWN', _, _, _, R1} -> ["DOWN ", atom_to_list(R1)] end,
    B = receive {'EXIT', _, R2} -> ["EXIT ", atom_to_list(R2)]; {'DOWN', _, _, _, R2} -> ["DOWN ", atom_to_list(R2)] end,
    [say([lists:flatten(Text)]) || Text <- lists:sort([A, B])].
