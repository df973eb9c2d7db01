%% A normal end leaves those linked alone.
-module(link_normal_untrapped).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Middle = spawn(fun() ->
        {Child, Ref} = spawn_monitor(fun() -> receive go -> ok end end),
        link(Child),
        Child ! go,
        receive {'DOWN', Ref, process, Child, Reason} -> Main ! {child_ended, Reason} end
    end),
    receive {child_ended, Reason} -> say(["middle lives, child ended: ", Reason]) end,
    Ref = monitor(process, Middle),
    receive {'DOWN', Ref, process, Middle, _} -> say(["middle ended"]) end.
