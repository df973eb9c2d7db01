%% A monitor of oneself never fires.
-module(monitor_self).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Ref = monitor(process, self()),
    say([is_reference(Ref)]),
    {monitors, Monitors} = process_info(self(), monitors),
    say([length(Monitors)]),
    receive Any -> say([Any]) after 0 -> say(["nothing"]) end.
