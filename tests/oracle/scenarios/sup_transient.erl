%% transient: started again after an abnormal end only; else it stays known.
-module(sup_transient).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/2]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 10, period => 5}, [child(a, transient), child(b, transient), child(c, transient)]}),
    started(3),
    order(a, boom), started(1),
    order(a, normal), gone(Sup, a), children(Sup),
    order(b, shutdown), gone(Sup, b), children(Sup),
    order(c, crash), started(1),
    {ok, _} = supervisor:restart_child(Sup, a), started(1), children(Sup),
    exit(Sup, shutdown),
    stopped(2), await_end(Sup), quiet().
