%% The name of a killed process is free at once for the one who waits for its end.
-module(name_of_killed).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    [begin
        {Child, Ref} = spawn_monitor(fun() -> register(server, self()), Main ! ready, receive never -> ok end end),
        receive ready -> ok end,
        exit(Child, kill),
        receive {'DOWN', Ref, _, _, Reason} -> say([N, " ", Reason, " ", whereis(server) =:= undefined]) end
    end || N <- [1, 2, 3]].
