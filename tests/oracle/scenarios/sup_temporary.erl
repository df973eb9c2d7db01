%% temporary: never started again, and forgotten.
-module(sup_temporary).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/2]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 10, period => 5}, [child(a, temporary), child(b, temporary), child(c, permanent)]}),
    started(3),
    order(a, boom), gone(Sup, a), children(Sup),
    order(b, normal), gone(Sup, b), children(Sup),
    exit(Sup, shutdown),
    stopped(1), await_end(Sup), quiet().
