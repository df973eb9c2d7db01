%% An UNLINK while the other ends: EXIT before it, or never.
-module(race_unlink_and_end).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    {Child, Ref} = spawn_monitor(fun() -> oracle:p(), exit(boom) end),
    link(Child),
    oracle:p(), oracle:p(),
    unlink(Child),
    Before = receive {'EXIT', Child, R} -> R after 0 -> nothing end,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {_, Last} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Last, _, _, _} -> ok end,
    After = receive {'EXIT', Child, R2} -> R2 after 0 -> nothing end,
    say([Before, " ", After]).
