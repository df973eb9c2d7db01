%% The main process ends for a reason: the status says so.
-module(main_ends_abnormally).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    say(["before"]),
    exit(boom).
