%% An intensity of 0: no restart is allowed; ends that need none are.
-module(sup_intensity_zero).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 0, period => 5}, [child(a, temporary), child(b, transient), child(c, permanent)]}),
    started(3),
    order(a, boom), gone(a),
    order(b, normal), gone(b),
    children(Sup),
    order(c, normal),
    await_end(Sup), quiet().
