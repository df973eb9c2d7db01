%% The Erlang side of the oracle: runs scenarios and random programs, and says what they printed.
%%
%% Every scenario is a module with main/0. A run is a process of its own that executes it, with a
%% group leader of its own that collects what it and its offspring print; whatever is left when
%% main/0 has ended is killed before the next run. One start of Erlang does all jobs. Output, for
%% each job:
%%
%%     job NAME            or      broken NAME, and lines with the compiler's complaints
%%     outcome COUNT
%%     |a line
-module(oracle).
-export([jobs/1, say/1, show/1, p/0, busy/1, link/1, start/0, know/2, saw/2, seen/1, observe/3]).
%% For the scenarios with supervisors.
-export([init/1, child/2, started/1, order/2, gone/1, gone/2, stopped/1, children/1, await_end/1, quiet/0,
         stop_one/2, told/1, tree/3]).

%% ---- Jobs: a file of terms {Name, File, Runs}. Every other run is on one scheduler.

jobs(File) ->
    ok = logger:set_primary_config(level, none),
    persistent_term:put(oracle_steps, counters:new(1, [write_concurrency])),
    {ok, Jobs} = file:consult(File),
    [job(Job) || Job <- Jobs],
    halt(0).

job({Name, File, Runs}) ->
    case compile:file(File, [binary, return, nowarn_unused_vars]) of
        {ok, Module, Code, _} ->
            {module, Module} = code:load_binary(Module, File, Code),
            io:format("job ~s~n", [Name]),
            Outcomes = repeat(Module, Runs, #{}),
            maps:foreach(fun(Lines, Count) -> print_outcome(Count, Lines) end, Outcomes),
            code:purge(Module),
            code:delete(Module);
        Broken ->
            io:format("broken ~s~n|~p~n", [Name, Broken])
    end.

print_outcome(Count, Lines) ->
    io:format("outcome ~b~n", [Count]),
    [io:format("|~ts~n", [Line]) || Line <- Lines].

repeat(_, 0, Outcomes) ->
    Outcomes;
repeat(Module, Runs, Outcomes) ->
    erlang:system_flag(schedulers_online, Runs rem 2 + 1),
    Lines = run(Module),
    repeat(Module, Runs - 1, maps:update_with(Lines, fun(Count) -> Count + 1 end, 1, Outcomes)).

%% The lines that were printed, and `status 0` or 1 as ttvm would have it.
run(Module) ->
    Before = processes(),
    Collector = spawn(fun() -> collect([]) end),
    {Pid, Ref} = spawn_monitor(fun() -> group_leader(Collector, self()), Module:main() end),
    Status =
        receive
            {'DOWN', Ref, process, Pid, normal} -> <<"status 0">>;
            {'DOWN', Ref, process, Pid, _} -> <<"status 1">>
        after 10000 -> <<"hung">>
        end,
    Collector ! {finish, self()},
    Text = receive {collected, Collected} -> Collected end,
    clean_up(Before),
    string:split(string:trim(Text, trailing, "\n"), "\n", all) ++ [Status].

clean_up(Before) ->
    case processes() -- [self() | Before] of
        [] ->
            ok;
        Left ->
            [exit(Pid, kill) || Pid <- Left],
            erlang:yield(),
            clean_up(Before)
    end.

%% A group leader that keeps what is written.
collect(Text) ->
    receive
        {io_request, From, ReplyAs, {put_chars, _, Chars}} ->
            From ! {io_reply, ReplyAs, ok},
            collect([Text, Chars]);
        {io_request, From, ReplyAs, {put_chars, _, Module, Function, Arguments}} ->
            From ! {io_reply, ReplyAs, ok},
            collect([Text, apply(Module, Function, Arguments)]);
        {io_request, From, ReplyAs, _} ->
            From ! {io_reply, ReplyAs, {error, request}},
            collect(Text);
        {finish, From} ->
            From ! {collected, unicode:characters_to_binary(Text)}
    end.

%% ---- For scenarios.

%% Prints a line: the parts one after the other, as ttvm's CONCAT and PRINT would.
say(Parts) ->
    io:put_chars([[show(Part) || Part <- Parts], $\n]).

show([]) -> "[]";
show(Text) when is_binary(Text) -> Text;
show(Name) when is_atom(Name) -> atom_to_list(Name);
show(Number) when is_integer(Number) -> integer_to_list(Number);
%% The reason of one that has ended by an exception.
show({badarith, Stack}) when is_list(Stack) -> "Exception: Division by zero";
show({{nocatch, Value}, Stack}) when is_list(Stack) -> ["Exception: ", show(Value)];
show({Value, Stack}) when is_list(Stack) -> ["Exception: ", show(Value)];
show(Map) when is_map(Map) ->
    ["{", lists:join(", ", [[show(K), ": ", quoted(V)] || {K, V} <- maps:to_list(Map)]), "}"];
show(List) when is_list(List) ->
    case io_lib:printable_list(List) of
        true -> List;
        false -> ["[", lists:join(", ", [quoted(Part) || Part <- List]), "]"]
    end;
show(Other) -> io_lib:format("~p", [Other]).

%% Inside a list or map ttvm quotes strings; here atoms and strings stand for them.
quoted(Bool) when is_boolean(Bool) -> atom_to_list(Bool);
quoted(null) -> "null";
quoted(Name) when is_atom(Name) -> ["\"", atom_to_list(Name), "\""];
quoted([First | _] = Text) when is_integer(First), First > 31 -> ["\"", Text, "\""];
quoted(Other) -> show(Other).

%% A random disturbance of the schedule, before every operation. Each process is fast or slow as a
%% whole, too: else one that starts later would hardly ever be the first.
p() ->
    counters:add(persistent_term:get(oracle_steps), 1, 1),
    Slowness =
        case get(slowness) of
            undefined -> put(slowness, random_below(4)), delay(random_below(6)), get(slowness);
            Known -> Known
        end,
    delay(random_below(1 + Slowness * 2)).

delay(0) -> ok;
delay(1) -> busy(random_below(400));
delay(N) -> erlang:yield(), delay(N - 1).

random_below(N) ->
    erlang:phash2({self(), erlang:monotonic_time()}, N).

busy(0) -> ok;
busy(N) -> busy(N - 1).

%% link/1 as ttvm has it. Erlang's own raises an exception if the other is known to be dead and
%% exits are not trapped, and overtakes with it the exit signals that have come already.
link(Pid) ->
    try erlang:link(Pid)
    catch error:noproc -> receive oracle_never -> ok after 0 -> exit(noproc) end
    end.

%% ---- For scenarios with supervisors: what the functions at the end of their .ttvm do.

init(Arguments) ->
    {ok, Arguments}.

%% A child of the name that reports to the process that calls this, or to its process dictionary's
%% oracle_main.
child(Name, Restart) ->
    Main = case get(oracle_main) of undefined -> self(); Pid -> Pid end,
    Start = fun() -> {ok, spawn_link(fun() -> worker(Name, Main) end)} end,
    #{id => Name, start => {erlang, apply, [Start, []]}, restart => Restart, shutdown => 5000}.

worker(Name, Main) ->
    process_flag(trap_exit, true),
    Main ! {started, Name, self()},
    receive
        {'EXIT', _, Reason} -> Main ! {stopped, Name, Reason}, exit(Reason);
        {order, crash} -> 1 div length([N || N <- [Name], N =:= nobody]);
        {order, Reason} -> exit(Reason)
    end.

%% Waits for so many starts, prints the names in order, and notes the pids.
started(Count) ->
    Names = [receive {started, Name, Pid} -> put({pid, Name}, Pid), Name end
             || _ <- lists:seq(1, Count)],
    say(["started" | [" " ++ atom_to_list(Name) || Name <- lists:sort(Names)]]).

order(Name, Reason) ->
    get({pid, Name}) ! {order, Reason}.

gone(Name) ->
    case is_process_alive(get({pid, Name})) of
        true -> erlang:yield(), gone(Name);
        false -> ok
    end.

%% And its supervisor has been told: it is linked to it no longer.
gone(Sup, Name) ->
    {links, Links} = process_info(Sup, links),
    case lists:member(get({pid, Name}), Links) of
        true -> erlang:yield(), gone(Sup, Name);
        false -> ok
    end.

stopped(Count) ->
    [receive {stopped, Name, Reason} -> say(["stopped ", Name, " ", Reason]) end
     || _ <- lists:seq(1, Count)].

%% OTP's list has the last child first.
children(Sup) ->
    Children = lists:reverse(supervisor:which_children(Sup)),
    say_children(Children).

say_children(Children) ->
    say(["children" | [" " ++ atom_to_list(Name) ++ stopped_mark(Pid)
                       || {Name, Pid, _, _} <- Children]]).

stopped_mark(undefined) -> "(stopped)";
stopped_mark(_) -> "".

await_end(Sup) ->
    receive {'EXIT', Sup, Reason} -> say(["supervisor ended: ", Reason]) end.

quiet() ->
    receive Any -> say([Any]) after 0 -> say(["nothing more"]) end.

%% Starts a supervisor with one child, Worker(Main), that has `shutdown` to end, and stops the child,
%% then the supervisor; prints how each ended, and what the child was told (see told/1).
stop_one(Shutdown, Worker) ->
    Main = self(),
    process_flag(trap_exit, true),
    Start = fun() -> {ok, spawn_link(fun() -> Worker(Main) end)} end,
    {ok, Sup} = supervisor:start_link(oracle, {#{}, [#{id => a, start => {erlang, apply, [Start, []]},
                                                       shutdown => Shutdown}]}),
    Child = receive {ready, Pid} -> Pid end,
    Ref = monitor(process, Child),
    ok = supervisor:terminate_child(Sup, a),
    receive {'DOWN', Ref, _, _, Reason} -> say(["child: ", Reason]) end,
    receive {told, Why} -> say(["told: ", Why]) after 0 -> say(["not told"]) end,
    exit(Sup, shutdown),
    receive {'EXIT', Sup, Last} -> say(["supervisor: ", Last]) end.

%% In that child: traps exits, and tells Main of the first one.
told(Main) ->
    process_flag(trap_exit, true),
    Main ! {ready, self()},
    receive {'EXIT', _, Reason} -> Main ! {told, Reason} end.

%% ---- For random supervisors: see supervisors.py.

tree(Flags, Specs, Steps) ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(oracle, {Flags, Specs}),
    lists:foldl(fun(Step, Pids) -> step(Sup, Step, Pids) end, settle(Sup, #{}, none), Steps).

step(Sup, Step, Pids) ->
    say([lists:append(lists:join(" ", [atom_to_list(Word) || Word <- tuple_to_list(Step)]))]),
    case Step of
        {order, Name, Reason} when is_map_key(Name, Pids) ->
            map_get(Name, Pids) ! {order, Reason},
            settle(Sup, Pids, map_get(Name, Pids));
        {kill, Name} when is_map_key(Name, Pids) ->
            exit(map_get(Name, Pids), kill),
            settle(Sup, Pids, map_get(Name, Pids));
        {stop, Name} ->
            by_hand(supervisor:terminate_child(Sup, Name)), settle(Sup, Pids, none);
        {restart, Name} ->
            by_hand(supervisor:restart_child(Sup, Name)), settle(Sup, Pids, none);
        {add, Name, Restart} ->
            supervisor:delete_child(Sup, Name),  % ttvm replaces a child that is stopped
            by_hand(supervisor:start_child(Sup, child(Name, Restart))), settle(Sup, Pids, none);
        _ ->
            Pids
    end.

by_hand({error, _}) -> say(["refused"]);
by_hand(_) -> ok.

%% Waits until the end of the child Gone has been dealt with, and prints what came of it.
settle(Sup, Pids, Gone) ->
    try lists:reverse(supervisor:which_children(Sup)) of
        Children ->
            case lists:keymember(Gone, 2, Children) of
                true -> erlang:yield(), settle(Sup, Pids, Gone);
                false -> settled(Children, Pids, Gone)
            end
    catch exit:_ ->
        Reason = receive {'EXIT', Sup, Why} -> Why end,
        stopped(length(maps:values(Pids) -- [Gone])),
        say(["supervisor ended: ", Reason]),
        exit(normal)
    end.

settled(Children, Pids, Gone) ->
    Now = [{Name, Pid} || {Name, Pid, _, _} <- Children, is_pid(Pid)],
    Old = maps:values(Pids),
    stopped(length(Old -- [Gone | [Pid || {_, Pid} <- Now]])),
    New = [{Name, Pid} || {Name, Pid} <- Now, not lists:member(Pid, Old)],
    [receive {started, _, Pid} -> ok end || {_, Pid} <- New],
    say(["started" | [" " ++ atom_to_list(Name) || {Name, _} <- New]]),
    say_children(Children),
    maps:from_list(Now).

%% ---- For random programs. A worker knows the names of some pids and refs; they are in its process dictionary.

start() ->
    put(base, processes()).

know(Name, PidOrRef) ->
    put(PidOrRef, Name).

saw(Worker, Parts) ->
    get(main) ! {saw, Worker, Parts}.

seen({'EXIT', Pid, Reason}) -> ["EXIT ", known(Pid), " ", show(Reason)];
seen({'DOWN', Ref, process, Pid, Reason}) ->
    ["DOWN ", show(get(Ref)), " ", known(Pid), " ", show(Reason)];
seen(Message) -> [show(Message)].

known(Pid) ->
    case get(Pid) of
        undefined -> Pid;
        Name -> atom_to_list(Name)
    end.

%% Listens until nothing happens any more, and prints what there is to say of each worker.
observe(Workers, Roots, Names) ->
    Monitored = [Pid || {_, Pid} <- Roots],
    Seen = listen(#{roots => Monitored, names => Names, pids => maps:from_list(Roots),
                    ends => #{}, events => #{}}, []),
    [print_worker(Worker, Seen) || Worker <- Workers],
    [say([Name, ": ", name_of(whereis(Name), Seen)]) || Name <- Names].

listen(Seen = #{pids := Pids, ends := Ends, events := Events}, Snapshots) ->
    receive
        {saw, Worker, Parts} ->
            Old = maps:get(Worker, Events, []),
            listen(Seen#{events := Events#{Worker => Old ++ [Parts]}}, []);
        {born, Worker, Pid} ->
            listen(Seen#{pids := Pids#{Worker => Pid}}, []);
        {'DOWN', _, process, Pid, Reason} ->
            listen(Seen#{ends := Ends#{Pid => Reason}}, [])
    after 0 ->
        erlang:yield(),
        case snapshot(Seen) of
            busy -> listen(Seen, []);
            Same when Snapshots =:= [Same, Same] -> Seen;
            Same -> listen(Seen, [Same | [Old || Old <- Snapshots, Old =:= Same]])
        end
    end.

%% All workers that live, if they wait and nothing of an end is outstanding; else `busy`. Three
%% equal ones in turn, with nothing heard and no operation executed in between, mean that nothing
%% will happen any more. (processes/0 does not have those that are just ending, so their names,
%% links and monitors tell of them.)
snapshot(#{roots := Roots, ends := Ends, names := Names}) ->
    Live = processes() -- get(base),
    Items = [status, message_queue_len, links, monitors, monitored_by],
    Infos = [{Pid, process_info(Pid, Items)} || Pid <- Live],
    Told = lists:all(fun(Pid) -> is_map_key(Pid, Ends) orelse lists:member(Pid, Live) end, Roots),
    Owners = [Pid || Pid <- [whereis(Name) || Name <- Names], is_pid(Pid)],
    case Told andalso are_alive(Owners, Live) andalso
        lists:all(fun({_, Info}) -> is_quiet(Info, [self() | Live]) end, Infos)
    of
        true -> {counters:get(persistent_term:get(oracle_steps), 1), Infos};
        false -> busy
    end.

is_quiet(undefined, _) ->
    false;
is_quiet([{status, Status}, _, {links, Links}, {monitors, Monitors}, {monitored_by, By}], Live) ->
    Status =:= waiting
        andalso are_alive(Links ++ [Pid || {process, Pid} <- Monitors] ++ By, Live).

are_alive(Pids, Live) ->
    lists:all(fun(Pid) -> lists:member(Pid, Live) end, Pids).

print_worker(Worker, Seen = #{pids := Pids, events := Events}) ->
    Parts = [[event_part(Part, Seen) || Part <- Event] || Event <- maps:get(Worker, Events, [])],
    State = state(maps:get(Worker, Pids, none), Seen),
    io:put_chars([show(Worker), ": ", lists:join(", ", Parts ++ [State]), $\n]).

event_part(Pid, Seen) when is_pid(Pid) -> name_of(Pid, Seen);
event_part(Text, _) -> Text.

state(none, _) ->
    "gone";
state(Pid, Seen = #{ends := Ends}) ->
    case process_info(Pid, [links, monitors, monitored_by, message_queue_len]) of
        undefined when is_map_key(Pid, Ends) ->
            ["ended ", show(maps:get(Pid, Ends))];
        undefined ->
            "gone";
        [{links, Links}, {monitors, Monitors}, {monitored_by, Watchers}, {_, Queue}] ->
            ["waits links ", names_of(Links, Seen),
             " monitors ", names_of([P || {process, P} <- Monitors], Seen),
             " watchers ", names_of(Watchers -- [self()], Seen), " queue ", show(Queue)]
    end.

names_of(Pids, Seen) ->
    ["[", lists:join(" ", lists:sort([name_of(Pid, Seen) || Pid <- Pids])), "]"].

name_of(undefined, _) ->
    "none";
name_of(Pid, #{pids := Pids}) ->
    case [atom_to_list(Worker) || {Worker, Known} <- maps:to_list(Pids), Known =:= Pid] of
        [Name] -> Name;
        _ -> "?"
    end.
