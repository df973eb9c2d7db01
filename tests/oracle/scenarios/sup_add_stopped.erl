%% Adding a child with the id of one that is stopped: refused in OTP until that one was deleted, here it is replaced.
-module(sup_add_stopped).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 3, period => 5}, [child(a, permanent), child(b, permanent)]}),
    started(2),
    ok = supervisor:terminate_child(Sup, a), stopped(1),
    say([case supervisor:start_child(Sup, child(a, permanent)) of {error, already_present} -> refused end]),
    ok = supervisor:delete_child(Sup, a),
    {ok, _} = supervisor:start_child(Sup, child(a, permanent)),
    started(1), children(Sup).
