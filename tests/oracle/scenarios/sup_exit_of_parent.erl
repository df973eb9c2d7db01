%% A supervisor ends with its parent, whatever the reason, after its children.
-module(sup_exit_of_parent).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    put(oracle_main, Main),
    {Parent, Ref} = spawn_monitor(fun() ->
        put(oracle_main, Main),
        {ok, Sup} = supervisor:start_link(oracle, {#{}, [child(a, permanent), child(b, permanent)]}),
        Main ! {sup, Sup},
        receive Reason -> exit(Reason) end
    end),
    Sup = receive {sup, Pid} -> Pid end,
    SupRef = monitor(process, Sup),
    started(2),
    Parent ! normal,
    stopped(2),
    receive {'DOWN', Ref, _, _, Reason} -> say(["parent: ", Reason]) end,
    receive {'DOWN', SupRef, _, _, Reason2} -> say(["supervisor: ", Reason2]) end,
    quiet().
