%% Patterns by type.
-module(receive_by_type).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    [self() ! M || M <- [1, atom, [1, 2], 2, other]],
    receive L when is_list(L) -> say([L]) end,
    receive I when is_integer(I) -> say([I]) end,
    receive A when is_atom(A) -> say([A]) end,
    receive J when is_integer(J) -> say([J]) end,
    receive B when is_atom(B) -> say([B]) end.
