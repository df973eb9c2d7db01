%% The sequential workloads for Erlang: erl -noshell -noinput -run seq main NAME [SIZE].
%% Each runs in a fresh process, after a collection, and prints `NAME result=R ms=T`. Ends with status 1
%% if the result of the full size is wrong.
-module(seq).
-export([main/1]).

-record(body, {x, y, z, vx, vy, vz, mass}).
-record(r, {a = 0, b = 1, c = 2, d = 3, e = 4}).

main([Name]) -> main(list_to_atom(Name), none);
main([Name, Size]) -> main(list_to_atom(Name), list_to_integer(Size)).

main(Name, Given) ->
    {Full, Expected} = full(Name),
    Size = case Given of none -> Full; _ -> Given end,
    {_, Monitor} = spawn_monitor(fun() -> exit({done, measure(Name, Size)}) end),
    receive
        {'DOWN', Monitor, process, _, {done, {Result, Microseconds}}} ->
            io:format("~s result=~s ms=~.3f~n", [Name, text(Result), Microseconds / 1000]),
            halt(case Size =/= Full orelse Result =:= Expected of true -> 0; false -> 1 end);
        {'DOWN', Monitor, process, _, Reason} ->
            io:format(standard_error, "~s: ~p~n", [Name, Reason]),
            halt(1)
    end.

measure(Name, Size) ->
    Prepared = set_up(Name, Size),
    erlang:garbage_collect(),
    Start = erlang:monotonic_time(),
    Result = run(Name, Size, Prepared),
    Taken = erlang:monotonic_time() - Start,
    {Result, erlang:convert_time_unit(Taken, native, microsecond)}.

text(Result) when is_integer(Result) -> integer_to_binary(Result);
text(Result) -> Result.

full(fib) -> {40, 102334155};
full(loop) -> {90000000, 540000003};
full(nbody) -> {1000000, <<"-0.169086185">>};
full(mandel) -> {1000, 43930374};
full(list) -> {1000000, 15000010000000};
full(map_str) -> {100000, 50000500000};
full(record) -> {100000000, 200000002};
full(smap) -> {50000000, 100000002};
full(str_append) -> {1000000, 137778920};
full(str_join) -> {1000000, 34444730};
full(str_hash) -> {1000000, 3681986304};
full(queens) -> {12, 28400};
full(bintrees) -> {16, 67632639}.

set_up(nbody, _) -> bodies();
set_up(map_str, N) -> [<<"key", (integer_to_binary(I))/binary>> || I <- lists:seq(0, N - 1)];
set_up(str_hash, N) -> numbers(N);
set_up(_, _) -> none.

run(fib, N, _) -> fib(N);
run(loop, N, _) -> sum(0, N, 0) + sum(0, N, 0) + sum(0, N, 0);
run(nbody, N, Bodies) -> float_to_binary(energy(steps(N, Bodies)), [{decimals, 9}]);
run(mandel, N, _) -> rows(0, N, 0);
run(list, N, _) -> times(20, fun() -> list(N) end);
run(map_str, _, Keys) -> times(10, fun() -> map_str(Keys) end);
run(record, N, _) -> record(N, #r{});
run(smap, N, _) -> smap(N, #{a => 0, b => 1, c => 2, d => 3, e => 4});
run(str_append, N, _) -> times(20, fun() -> length_and_last(append(1, N, <<"0">>)) end);
run(str_join, N, _) -> times(5, fun() -> length_and_last(numbers(N)) end);
run(str_hash, _, Text) -> hashes(40, Text, 0);
run(queens, N, _) -> queens(N, N, []) + queens(N, N, []);
run(bintrees, N, _) ->
    LongLived = tree(N + 2),
    times(512, fun() -> count(tree(N)) end) + count(LongLived).

%% The sum of the results.
times(Count, F) -> times(Count, F, 0).

times(0, _, Sum) -> Sum;
times(Count, F, Sum) -> times(Count - 1, F, Sum + F()).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

sum(N, N, S) -> S;
sum(I, N, S) -> sum(I + 1, N, S + (I * I) rem 7).

%% n-body

bodies() ->
    Solar = 4 * math:pi() * math:pi(),
    Days = 365.24,
    Planets = [
        #body{x = X, y = Y, z = Z, vx = Vx * Days, vy = Vy * Days, vz = Vz * Days, mass = M * Solar}
        || {X, Y, Z, Vx, Vy, Vz, M} <- [
            {4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
             1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05,
             9.54791938424326609e-04},
            {8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
             -2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05,
             2.85885980666130812e-04},
            {1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
             2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05,
             4.36624404335156298e-05},
            {1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
             2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05,
             5.15138902046611451e-05}]],
    [#body{x = 0.0, y = 0.0, z = 0.0, mass = Solar,
           vx = -lists:sum([V * M || #body{vx = V, mass = M} <- Planets]) / Solar,
           vy = -lists:sum([V * M || #body{vy = V, mass = M} <- Planets]) / Solar,
           vz = -lists:sum([V * M || #body{vz = V, mass = M} <- Planets]) / Solar} | Planets].

steps(0, Bodies) -> Bodies;
steps(N, Bodies) -> steps(N - 1, step(Bodies)).

%% The first body pulls at all later ones, and then its velocity is final.
step([]) -> [];
step([#body{x = X, y = Y, z = Z, vx = Vx, vy = Vy, vz = Vz, mass = M} | Later]) ->
    {Moved, Pulled} = pull(Later, X, Y, Z, Vx, Vy, Vz, M, []),
    [Moved | step(Pulled)].

pull([], X, Y, Z, Vx, Vy, Vz, M, Done) ->
    {#body{x = X + 0.01 * Vx, y = Y + 0.01 * Vy, z = Z + 0.01 * Vz, vx = Vx, vy = Vy, vz = Vz,
           mass = M}, lists:reverse(Done)};
pull([#body{x = Xj, y = Yj, z = Zj, vx = Vxj, vy = Vyj, vz = Vzj, mass = Mj} | Rest],
     X, Y, Z, Vx, Vy, Vz, M, Done)
  when is_float(X), is_float(Y), is_float(Z), is_float(Vx), is_float(Vy), is_float(Vz),
       is_float(M), is_float(Xj), is_float(Yj), is_float(Zj), is_float(Vxj), is_float(Vyj),
       is_float(Vzj), is_float(Mj) ->
    Dx = X - Xj,
    Dy = Y - Yj,
    Dz = Z - Zj,
    Square = Dx * Dx + Dy * Dy + Dz * Dz,
    Force = 0.01 / (Square * math:sqrt(Square)),
    F = Mj * Force,
    Fj = M * Force,
    Body = #body{x = Xj, y = Yj, z = Zj, vx = Vxj + Dx * Fj, vy = Vyj + Dy * Fj,
                 vz = Vzj + Dz * Fj, mass = Mj},
    pull(Rest, X, Y, Z, Vx - Dx * F, Vy - Dy * F, Vz - Dz * F, M, [Body | Done]).

energy([]) -> 0.0;
energy([#body{x = X, y = Y, z = Z, vx = Vx, vy = Vy, vz = Vz, mass = M} | Later]) ->
    Own = 0.5 * M * (Vx * Vx + Vy * Vy + Vz * Vz),
    Pairs = [M * Mj / math:sqrt((X - Xj) * (X - Xj) + (Y - Yj) * (Y - Yj) + (Z - Zj) * (Z - Zj))
             || #body{x = Xj, y = Yj, z = Zj, mass = Mj} <- Later],
    Own - lists:sum(Pairs) + energy(Later).

rows(N, N, Sum) -> Sum;
rows(Y, N, Sum) -> rows(Y + 1, N, row(0, N, 2.0 * Y / N - 1.0, Sum)).

row(N, N, _, Sum) -> Sum;
row(X, N, Ci, Sum) ->
    row(X + 1, N, Ci, Sum + iterations(0, 2.0 * X / N - 1.5, Ci, 0.0, 0.0, 0.0, 0.0)).

iterations(Count, Cr, Ci, Zr, Zi, Rr, Ii)
  when is_float(Cr), is_float(Ci), is_float(Zr), is_float(Zi), is_float(Rr), is_float(Ii),
       Count < 100, Rr + Ii =< 4.0 ->
    NewZi = 2.0 * Zr * Zi + Ci,
    NewZr = Rr - Ii + Cr,
    iterations(Count + 1, Cr, Ci, NewZr, NewZi, NewZr * NewZr, NewZi * NewZi);
iterations(Count, _, _, _, _, _, _) -> Count.

list(N) ->
    Tripled = lists:map(fun(X) -> X * 3 + 1 end, lists:seq(1, N)),
    Even = lists:filter(fun(X) -> X rem 2 =:= 0 end, Tripled),
    lists:foldl(fun(X, Sum) -> X + Sum end, 0, Even).

map_str(Keys) ->
    {Map, _} = lists:foldl(fun(Key, {M, I}) -> {M#{Key => I}, I + 1} end, {#{}, 0}, Keys),
    Raised = lists:foldl(fun(Key, M) -> M#{Key := map_get(Key, M) + 1} end, Map, Keys),
    lists:foldl(fun(Key, Sum) -> Sum + map_get(Key, Raised) end, 0, Keys).

record(0, #r{a = A, c = C}) -> A + C;
record(N, R = #r{a = A, b = B, c = C}) -> record(N - 1, R#r{a = A + 1, c = C + B}).

smap(0, #{a := A, c := C}) -> A + C;
smap(N, M = #{a := A, b := B, c := C}) -> smap(N - 1, M#{a := A + 1, c := C + B}).

length_and_last(Text) -> byte_size(Text) + binary:last(Text).

append(N, N, Text) -> Text;
append(I, N, Text) -> append(I + 1, N, <<Text/binary, $,, (integer_to_binary(I))/binary>>).

numbers(N) ->
    Digits = [integer_to_binary(I) || I <- lists:seq(0, N - 1)],
    iolist_to_binary(lists:join($,, Digits)).

hashes(0, _, H) -> H;
hashes(Count, Text, H) -> hashes(Count - 1, Text, hash(Text, H)).

hash(<<Byte, Rest/binary>>, H) -> hash(Rest, (H * 31 + Byte) band 16#FFFFFFFF);
hash(<<>>, H) -> H.

%% Solutions with so many rows still empty.
queens(_, 0, _) -> 1;
queens(N, Rows, Placed) -> columns(1, N, Rows, Placed, 0).

columns(Column, N, _, _, Count) when Column > N -> Count;
columns(Column, N, Rows, Placed, Count) ->
    case safe(Placed, Column, 1) of
        true ->
            columns(Column + 1, N, Rows, Placed, Count + queens(N, Rows - 1, [Column | Placed]));
        false ->
            columns(Column + 1, N, Rows, Placed, Count)
    end.

safe([], _, _) -> true;
safe([Other | Rest], Column, Distance) ->
    Other =/= Column andalso Other + Distance =/= Column andalso Other - Distance =/= Column
        andalso safe(Rest, Column, Distance + 1).

tree(0) -> {nil, nil};
tree(Depth) -> {tree(Depth - 1), tree(Depth - 1)}.

count({nil, nil}) -> 1;
count({Left, Right}) -> 1 + count(Left) + count(Right).
