%% A name that is taken is refused, and stays where it is.
-module(name_taken).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    register(server, self()),
    {_, Ref} = spawn_monitor(fun() ->
        Result = try register(server, self()) catch error:badarg -> refused end,
        Main ! {result, Result}
    end),
    receive {result, Result} -> say([Result]) end,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    say([whereis(server) =:= self()]).
