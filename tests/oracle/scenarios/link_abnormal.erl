%% The end of a linked process arrives as a message where exits are trapped.
-module(link_abnormal).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Child = spawn_link(fun() -> receive go -> exit(boom) end end),
    Child ! go,
    receive {'EXIT', Child, Reason} -> say(["EXIT of child: ", Reason]) end.
