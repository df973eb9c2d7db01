%% A timer with a name as target looks it up when it goes off.
-module(timer_to_name).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    erlang:send_after(400, late, hello),
    Child = spawn(fun() -> register(late, self()), Main ! ready, receive Any -> Main ! {got, Any} end end),
    receive ready -> ok end,
    receive {got, Any} -> say(["got ", Any]) end,
    Ref = monitor(process, Child),
    receive {'DOWN', Ref, _, _, _} -> ok end.
