%% rest_for_one: those behind the one that ended are stopped, the last first, and started again with it.
-module(sup_rest_for_one).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => rest_for_one, intensity => 10, period => 5}, [child(a, permanent), child(b, permanent), child(c, permanent), child(d, permanent)]}),
    started(4),
    order(b, boom), stopped(2), started(3),
    order(d, boom), started(1),
    order(a, boom), stopped(3), started(4),
    children(Sup),
    exit(Sup, shutdown),
    stopped(4), await_end(Sup), quiet().
