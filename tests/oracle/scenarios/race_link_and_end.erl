%% A link to a process that ends just now: its reason, or noproc; never nothing.
-module(race_link_and_end).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    Child = spawn(fun() -> oracle:p(), exit(boom) end),
    oracle:p(),
    link(Child),
    receive {'EXIT', Child, Reason} -> say([Reason]) end.
