%% Everyone who watches a process is told.
-module(monitor_many).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Child = spawn(fun() -> receive go -> exit(boom) end end),
    Refs = [begin
        {_, Ref} = spawn_monitor(fun() ->
            Own = monitor(process, Child),
            Main ! ready,
            receive {'DOWN', Own, process, Child, Reason} -> exit([saw, Reason]) end
        end),
        receive ready -> Ref end
    end || _ <- [1, 2, 3]],
    Child ! go,
    [receive {'DOWN', Ref, process, _, Reason} -> say([Reason]) end || Ref <- Refs].
