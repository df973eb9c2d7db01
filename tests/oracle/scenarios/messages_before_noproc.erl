%% What a process sent before its end arrives before the noproc of a link made after.
-module(messages_before_noproc).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    Child = spawn(fun() -> Main ! last_words end),
    wait_until_dead(Child),
    link(Child),
    receive A -> say([A]) end,
    receive {'EXIT', Child, B} -> say(["EXIT ", B]) end.

wait_until_dead(Pid) ->
    case is_process_alive(Pid) of
        true -> erlang:yield(), wait_until_dead(Pid);
        false -> ok
    end.
