%% A child that is stopped may end for a reason of its own.
-module(sup_stop_other_reason).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    Start = fun() -> {ok, spawn_link(fun() -> worker(Main) end)} end,
    {ok, Sup} = supervisor:start_link(oracle, {#{}, [#{id => a, start => {erlang, apply, [Start, []]}, shutdown => 60000}]}),
    Child = receive {ready, Pid} -> Pid end,
    Ref = monitor(process, Child),
    ok = supervisor:terminate_child(Sup, a),
    receive {'DOWN', Ref, _, _, Reason} -> say(["child: ", Reason]) end,
    receive {told, Why} -> say(["told: ", Why]) after 0 -> say(["not told"]) end,
    {'EXIT', Sup, Last} = begin exit(Sup, shutdown), receive {'EXIT', Sup, _} = Exit -> Exit end end,
    say(["supervisor: ", Last]).

worker(Main) ->
    process_flag(trap_exit, true),
    Main ! {ready, self()},
    receive {'EXIT', _, Reason} -> Main ! {told, Reason} end,
    exit(own).
