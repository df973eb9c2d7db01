%% What a process sent before its end arrives before its DOWN, a later monitor's noproc included.
-module(messages_before_down).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    {Child, Ref} = spawn_monitor(fun() -> Main ! one, Main ! two end),
    wait_until_dead(Child),
    Late = monitor(process, Child),
    receive A -> say([A]) end,
    receive B -> say([B]) end,
    receive {'DOWN', Ref, _, _, C} -> say(["first ", C]) end,
    receive {'DOWN', Late, _, _, D} -> say(["late ", D]) end.

wait_until_dead(Pid) ->
    case is_process_alive(Pid) of
        true -> erlang:yield(), wait_until_dead(Pid);
        false -> ok
    end.
