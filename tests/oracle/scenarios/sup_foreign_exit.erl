%% An exit signal of one that is neither parent nor child means nothing to a supervisor; kill ends it, and its
%% children see killed.
-module(sup_foreign_exit).
-export([main/0]).
-import(oracle, [say/1]).

-import(oracle, [child/2, started/1, order/2, stopped/1, children/1, await_end/1, quiet/0, gone/1]).

main() ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {#{strategy => one_for_one, intensity => 3, period => 5}, [child(a, permanent), child(b, permanent)]}),
    started(2),
    {_, Ref} = spawn_monitor(fun() -> exit(Sup, boom) end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    children(Sup),
    [unlink(Pid) || {_, Pid, _, _} <- supervisor:which_children(Sup)],
    exit(Sup, kill),
    await_end(Sup),
    [say([Line]) || Line <- lists:sort([receive {stopped, N, R} -> lists:concat([N, " ", R]) end || _ <- [1, 2]])],
    quiet().
