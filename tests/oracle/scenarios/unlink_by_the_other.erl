%% Either side can remove a link.
-module(unlink_by_the_other).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    process_flag(trap_exit, true),
    {Child, _} = spawn_monitor(fun() -> receive go -> unlink(Main), exit(boom) end end),
    link(Child),
    Child ! go,
    receive {'DOWN', _, process, Child, Reason} -> say(["DOWN: ", Reason]) end,
    receive {'EXIT', _, _} -> say(["EXIT"]) after 0 -> say(["no EXIT"]) end,
    {links, Links} = process_info(self(), links),
    say(["links: ", length(Links)]).
