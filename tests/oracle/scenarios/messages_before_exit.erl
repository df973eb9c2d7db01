%% What a process sent before its end arrives before its EXIT.
-module(messages_before_exit).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    spawn_link(fun() -> Main ! one, Main ! two, exit(three) end),
    receive A -> say([A]) end,
    receive B -> say([B]) end,
    receive {'EXIT', _, C} -> say(["EXIT ", C]) end.
