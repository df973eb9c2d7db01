%% EXIT_SELF in a TRY. In Erlang exit/1 raises something that can be caught; here it is the end.
-module(exit_caught).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    {_, Ref} = spawn_monitor(fun() ->
        try exit(boom)
        catch exit:_ -> exit(caught)
        end
    end),
    receive {'DOWN', Ref, process, _, Reason} -> say(["DOWN: ", Reason]) end.
