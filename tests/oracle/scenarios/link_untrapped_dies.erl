%% Without trapping the other end of a link ends for the same reason.
-module(link_untrapped_dies).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {Middle, _} = spawn_monitor(fun() ->
        Child = spawn_link(fun() -> receive go -> exit(boom) end end),
        Child ! go,
        receive never -> ok end
    end),
    receive {'DOWN', _, process, Middle, Reason} -> say(["DOWN: ", Reason]) end.
