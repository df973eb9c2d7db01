%% A supervisor below a supervisor: when the inner one gives up, the outer one starts it again, with fresh children.
-module(sup_nested).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    Main = self(),
    Inner = fun() ->
        put(oracle_main, Main),
        supervisor:start_link(oracle, {#{intensity => 1, period => 60}, [child(x, permanent), child(y, permanent)]})
    end,
    {ok, Sup} = supervisor:start_link(oracle, {#{intensity => 1, period => 60}, [
        child(a, permanent), #{id => inner, start => {erlang, apply, [Inner, []]}, type => supervisor}, child(b, permanent)]}),
    started(4), children(Sup),
    order(x, boom), started(1),
    order(x, boom), stopped(1), started(2),
    order(a, boom),
    stopped(3), await_end(Sup), quiet().
