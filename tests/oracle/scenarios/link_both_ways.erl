%% Both link: one link, one EXIT.
-module(link_both_ways).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    Child = spawn(fun() -> link(Main), Main ! linked, receive go -> exit(boom) end end),
    link(Child),
    receive linked -> ok end,
    Child ! go,
    receive {'EXIT', Child, Reason} -> say(["EXIT: ", Reason]) end,
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end.
