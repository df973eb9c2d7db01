%% A process that is killed by one while another gives it work: it has done all of it, or none.
-module(race_kill_and_work).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    {Child, Ref} = spawn_monitor(fun() -> receive work -> Main ! done, receive never -> ok end end end),
    spawn(fun() -> oracle:p(), Child ! work end),
    oracle:p(), oracle:p(),
    exit(Child, kill),
    receive {'DOWN', Ref, _, _, Reason} -> say([Reason]) end,
    receive done -> say([done]) after 0 -> say(["not done"]) end.
