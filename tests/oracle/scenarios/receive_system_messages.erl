%% EXIT and DOWN are messages like others: they wait in the mailbox until they are wanted.
-module(receive_system_messages).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    process_flag(trap_exit, true),
    self() ! first,
    Child = spawn_link(fun() -> exit(boom) end),
    receive {'EXIT', Child, Reason} -> say(["EXIT ", Reason]) end,
    {Other, Ref} = spawn_monitor(fun() -> exit(bang) end),
    self() ! second,
    receive {'DOWN', Ref, process, Other, Reason2} -> say(["DOWN ", Reason2]) end,
    receive A -> say([A]) end,
    receive B -> say([B]) end.
