%% one_for_one: only the child that ended is started again, whatever the reason.
-module(sup_one_for_one).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 10, period => 5}, [child(a, permanent), child(b, permanent), child(c, permanent)]}),
    started(3),
    order(b, boom), started(1),
    order(b, normal), started(1),
    order(a, shutdown), started(1),
    order(c, crash), started(1),
    children(Sup),
    exit(Sup, shutdown),
    stopped(3), await_end(Sup), quiet().
