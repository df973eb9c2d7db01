%% A child that cannot be started: those before it are stopped, and whoever starts the supervisor is told. Here a
%% start fails only for want of room for another process.
-module(sup_start_fails).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Main = self(),
    Starts = fun() -> Pid = spawn_link(fun() -> receive never -> ok end end), Main ! {started, Pid}, {ok, Pid} end,
    Fails = fun() -> {error, full} end,
    Child = fun(Id, Start) -> #{id => Id, start => {erlang, apply, [Start, []]}} end,
    case supervisor:start_link(oracle, {#{}, [Child(a, Starts), Child(b, Starts), Child(c, Fails)]}) of
        {error, {shutdown, {failed_to_start_child, c, full}}} -> say(["c failed to start"])
    end,
    [wait_until_dead(receive {started, Pid} -> Pid end) || _ <- [a, b]],
    say(["all have ended"]).

wait_until_dead(Pid) ->
    case is_process_alive(Pid) of
        true -> erlang:yield(), wait_until_dead(Pid);
        false -> ok
    end.
