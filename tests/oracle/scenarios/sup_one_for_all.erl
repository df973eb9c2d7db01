%% one_for_all: the others are stopped, the last first, and all are started again.
-module(sup_one_for_all).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_all, intensity => 10, period => 5}, [child(a, permanent), child(b, permanent), child(c, permanent)]}),
    started(3),
    order(b, boom), stopped(2), started(3),
    order(c, boom), stopped(2), started(3),
    order(a, crash), stopped(2), started(3),
    children(Sup),
    exit(Sup, shutdown),
    stopped(3), await_end(Sup), quiet().
