%% An exit goes along a chain of links, with its reason.
-module(link_chain).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    First = spawn_link(fun() -> chain(20, Main) end),
    receive {last, Last} -> exit(Last, broken) end,
    receive {'EXIT', First, Reason} -> say(["EXIT of the first: ", Reason]) end.

chain(0, Main) ->
    Main ! {last, self()},
    receive never -> ok end;
chain(Left, Main) ->
    spawn_link(fun() -> chain(Left - 1, Main) end),
    receive never -> ok end.
