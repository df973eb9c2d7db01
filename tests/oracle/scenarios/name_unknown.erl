%% A message to a name that nobody has: an exception in Erlang, a dead letter here.
-module(name_unknown).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    say([try nobody ! hello, sent catch error:badarg -> raised end]).
