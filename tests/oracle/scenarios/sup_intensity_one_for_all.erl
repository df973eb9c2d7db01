%% one_for_all: more restarts than the intensity allows end the supervisor with shutdown.
-module(sup_intensity_one_for_all).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_all, intensity => 2, period => 60}, [child(a, permanent), child(b, permanent)]}),
    started(2),
    order(a, boom), stopped(1), started(2),
    order(a, boom), stopped(1), started(2),
    order(a, boom),
    stopped(1), await_end(Sup), quiet().
