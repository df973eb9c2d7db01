%% A link that was removed can be made again.
-module(relink).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Child = spawn(fun() -> receive go -> exit(boom) end end),
    link(Child),
    unlink(Child),
    link(Child),
    Child ! go,
    receive {'EXIT', Child, Reason} -> say(["EXIT: ", Reason]) end,
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end.
