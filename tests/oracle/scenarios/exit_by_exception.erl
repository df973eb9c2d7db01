%% Exceptions that nobody catches: the reason, for monitors and for links. Erlang has {Reason, Stack} where ttvm has
%% an exception; oracle:show prints the one as the other.
-module(exit_by_exception).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    one(fun() -> 1 div zero() end),
    one(fun() -> throw(thrown) end),
    one(fun() -> error(wrong) end),
    one(fun() -> throw([1, 2]) end).

zero() -> length(get_keys()).

one(Fun) ->
    {_, Ref} = spawn_monitor(Fun),
    receive {'DOWN', Ref, process, _, Down} -> say(["DOWN ", Down]) end,
    spawn_link(Fun),
    receive {'EXIT', _, Exit} -> say(["EXIT ", Exit]) end,
    {_, MiddleRef} = spawn_monitor(fun() -> spawn_link(Fun), receive never -> ok end end),
    receive {'DOWN', MiddleRef, process, _, Linked} -> say(["linked ", Linked]) end.
