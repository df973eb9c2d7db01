%% Only who has set a timer cancels it; in Erlang, who has the ref.
-module(timer_other_cancels).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Timer = erlang:send_after(400, self(), tick),
    {_, Ref} = spawn_monitor(fun() -> Main ! {cancelled, is_integer(erlang:cancel_timer(Timer))} end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    receive {cancelled, Bool} -> say(["cancelled: ", Bool]) end,
    receive tick -> say(["tick"]) after 800 -> say(["no tick"]) end.
