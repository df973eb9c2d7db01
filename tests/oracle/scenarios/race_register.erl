%% Two want one name: one gets it.
-module(race_register).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Pids = [spawn(fun() ->
        oracle:p(),
        Main ! {Name, try register(server, self()) catch error:badarg -> refused end},
        receive never -> ok end
    end) || Name <- [a, b]],
    [receive {Name, Result} -> say([Name, " ", Result]) end || Name <- [a, b]],
    Owner = whereis(server),
    say(["owner ", lists:nth(length(lists:takewhile(fun(P) -> P =/= Owner end, Pids)) + 1, [a, b])]).
