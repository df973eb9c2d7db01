%% Restarts that are longer ago than the period do not count.
-module(sup_period).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 1, period => 1}, [child(a, permanent)]}),
    started(1),
    order(a, boom), started(1),
    timer:sleep(2100),
    order(a, boom), started(1),
    order(a, boom), await_end(Sup), quiet().
