%% A link to oneself is none.
-module(link_self).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    link(self()),
    {links, Links} = process_info(self(), links),
    say(["links: ", length(Links)]),
    unlink(self()),
    receive Any -> say([Any]) after 0 -> say(["nothing"]) end.
