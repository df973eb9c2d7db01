%% A timer that was cancelled does not go off; one that has gone off, or was cancelled, cannot be.
-module(timer_cancel).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Timer = erlang:send_after(60000, self(), tick),
    say([cancel(Timer)]),
    say([cancel(Timer)]),
    Short = erlang:send_after(1, self(), tock),
    receive tock -> say([tock]) end,
    say([cancel(Short)]),
    Queued = erlang:send_after(0, self(), tack),
    wait_for_message(),
    say([cancel(Queued)]),
    receive Any -> say([Any]) after 0 -> say(["nothing"]) end.

%% Erlang says how many milliseconds were left.
cancel(Timer) ->
    case erlang:cancel_timer(Timer) of
        false -> false;
        Left when Left >= 0 -> true
    end.

wait_for_message() ->
    case process_info(self(), message_queue_len) of
        {_, 0} -> erlang:yield(), wait_for_message();
        _ -> ok
    end.
