%% UNREGISTER takes the name away, from any process; of an unknown name it is an error.
-module(name_unregister).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    Child = spawn(fun() -> register(server, self()), Main ! ready, receive Any -> Main ! {got, Any} end end),
    receive ready -> ok end,
    unregister(server),
    say([whereis(server) =:= undefined]),
    say([try unregister(server) catch error:badarg -> refused end]),
    Child ! hello,
    receive {got, Any} -> say(["got ", Any]) end.
