%% one_for_all with all kinds of children: temporary ones that are stopped are forgotten.
-module(sup_one_for_all_kinds).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/2]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_all, intensity => 10, period => 5}, [child(a, permanent), child(b, temporary), child(c, transient)]}),
    started(3),
    order(c, normal), gone(Sup, c), children(Sup),
    order(a, boom), stopped(1), started(2),
    children(Sup),
    order(c, boom), stopped(1), started(2),
    exit(Sup, shutdown),
    stopped(2), await_end(Sup), quiet().
