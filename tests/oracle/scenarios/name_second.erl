%% A second name for one process: refused in Erlang, allowed here.
-module(name_second).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    register(first, self()),
    say([try register(second, self()) catch error:badarg -> refused end]).
