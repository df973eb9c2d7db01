%% A timer for a process that has ended goes off unnoticed.
-module(timer_to_dead).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Child, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    erlang:send_after(10, Child, lost),
    erlang:send_after(40, self(), mine),
    receive Any -> say([Any]) end,
    say([is_process_alive(Child)]).
