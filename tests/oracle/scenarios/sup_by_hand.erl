%% Stopping and restarting children by hand. What OTP answers with {error, Reason} is raised here.
-module(sup_by_hand).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 10, period => 5}, [child(a, permanent), child(b, permanent), child(c, temporary)]}),
    started(3),
    ok = supervisor:terminate_child(Sup, b), stopped(1), children(Sup),
    ok = supervisor:terminate_child(Sup, b), children(Sup),
    {ok, _} = supervisor:restart_child(Sup, b), started(1), children(Sup),
    ok = supervisor:terminate_child(Sup, c), stopped(1), children(Sup),
    case supervisor:restart_child(Sup, a) of {error, running} -> say(["refused"]) end,
    case supervisor:restart_child(Sup, nobody) of {error, not_found} -> say(["refused"]) end,
    case supervisor:terminate_child(Sup, nobody) of {error, not_found} -> say(["refused"]) end,
    {ok, _} = supervisor:start_child(Sup, child(d, permanent)), started(1), children(Sup),
    case supervisor:start_child(Sup, child(d, permanent)) of {error, {already_started, _}} -> say(["refused"]) end,
    order(d, boom), started(1),
    exit(Sup, shutdown),
    stopped(3), await_end(Sup), quiet().
