%% The workloads of bench/workloads/actors.list in Erlang, one section each.
%%
%%   erlc -o FOLDER bench.erl && ./run FOLDER T NAME [SIZE]
%%
%% prints one line, `NAME result=R ms=T` and perhaps more. The measured region runs in a process that
%% has been spawned with default options (NAME_off: its queue outside the heap) and has done a full
%% collection after the set-up.
-module(bench).
-export([main/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_continue/2]).
-export([wait/0]).

main([Name | Rest]) ->
    _ = logger:set_primary_config(level, none),
    Workload = list_to_atom(Name),
    Size = case Rest of
               [] -> size_of(Workload);
               [Text | _] -> list_to_integer(Text)
           end,
    {Result, Ms, More} = measure(Workload, Size),
    io:format("~s result=~s ms=~.1f~s~n", [Name, text(Result), Ms, More]),
    halt(0).

size_of(parfib) -> 30;
size_of(ring) -> 2000003;
size_of(ring100) -> 20003;
size_of(skynet) -> 6;
size_of(fanin) -> 20000;
size_of(fanin_off) -> 20000;
size_of(broadcast) -> 2000;
size_of(hub) -> 1000;
size_of(big) -> 500;
size_of(big_sel) -> 500;
size_of(sel_ref_0) -> 500000;
size_of(sel_ref_100k) -> 500000;
size_of(sel_scan_100k) -> 2000;
size_of(call) -> 500000;
size_of(chameneos) -> 500000;
size_of(bank) -> 200000;
size_of(bank_off) -> 200000;
size_of(bigmsg_list) -> 100000;
size_of(sup_otp) -> 50;
size_of(sup_storm) -> 20000;
size_of(sup_raw) -> 500000;
size_of(timer_cancel) -> 2000000;
size_of(timers_send) -> 100000;
size_of(timers_proc) -> 100000;
size_of(fair_sleep) -> 2000;
size_of(fair_sleep_idle) -> 2000;
size_of(fair_ping) -> 100000;
size_of(fair_ping_idle) -> 100000;
size_of(startup) -> 1;
size_of(_) -> 1000000.

text(Result) when is_integer(Result) -> integer_to_list(Result);
text(Result) -> Result.

%% A run gives its result, or its result and more to print.
measure(startup, _) ->
    {"hello", 0.0, ""};
measure(Workload, Size) ->
    Self = self(),
    Measure =
        fun() ->
            SetUp = set_up(Workload, Size),
            erlang:garbage_collect(),
            Start = erlang:monotonic_time(),
            Outcome = run(Workload, Size, SetUp),
            End = erlang:monotonic_time(),
            Us = erlang:convert_time_unit(End - Start, native, microsecond),
            Self ! {measured, Outcome, Us / 1000}
        end,
    _ = spawn_opt(Measure, options(Workload)),
    receive
        {measured, {Result, More}, Ms} -> {Result, Ms, More(Ms)};
        {measured, Result, Ms} -> {Result, Ms, ""}
    end.

options(spawn_off) -> [{message_queue_data, off_heap}];
options(fanin_off) -> [{message_queue_data, off_heap}];
options(bank_off) -> [{message_queue_data, off_heap}];
options(_) -> [].

set_up(pingpong, _) -> spawn(fun ponger/0);
set_up(ring, _) -> ring();
set_up(ring100, _) -> ring();
set_up(broadcast, _) -> receivers();
set_up(hub, _) -> spawn_many(1000, fun member/0);
set_up(big, N) -> acquainted(N, fun big_member/2);
set_up(big_sel, N) -> acquainted(N, fun big_sel_member/2);
set_up(sel_ref_0, _) -> spawn(fun echo/0);
set_up(sel_ref_100k, _) -> noise(100000), spawn(fun echo/0);
set_up(sel_scan_100k, _) -> noise(100000), spawn(fun echo/0);
set_up(call, _) -> {ok, Server} = gen_server:start(?MODULE, adder, []), Server;
set_up(bank, _) -> accounts();
set_up(bank_off, _) -> accounts();
set_up(bigmsg_bin, _) -> {binary:copy(<<7>>, 1000000), bin_receiver()};
set_up(bigmsg_list, _) -> {lists:seq(1, 1000), list_receiver()};
set_up(fair_sleep, _) -> hogs();
set_up(fair_sleep_idle, _) -> timer:sleep(50);
set_up(fair_ping, _) -> hogs(), spawn(fun fair_ponger/0);
set_up(fair_ping_idle, _) -> timer:sleep(50), spawn(fun fair_ponger/0);
set_up(memory, _) -> resident();
set_up(memory_hib, _) -> resident();
set_up(_, _) -> nothing.

run(parfib, N, _) -> parfib(N);
run(pingpong, N, Ponger) -> pinger(N, Ponger, 0);
run(ring, N, [First | _]) -> First ! {token, N}, sum(1, 0);
run(ring100, N, Ring) -> ring100(N, Ring);
run(spawn_seq, N, _) -> spawn_seq(N, 0);
run(spawn_all, N, _) -> spawn_all(N);
run(spawn_off, N, _) -> spawn_all(N);
run(skynet, N, _) -> skynet(N);
run(fanin, N, _) -> fanin(N);
run(fanin_off, N, _) -> fanin(N);
run(broadcast, N, Receivers) -> broadcast(N, Receivers);
run(hub, N, Members) -> hub(N, Members, 0);
run(big, N, Members) -> big(4, N, Members, 0);
run(big_sel, N, Members) -> send_all(Members, go), sum(N, 0);
run(sel_ref_0, N, Server) -> sel_ref(N, Server, 0);
run(sel_ref_100k, N, Server) -> {sel_ref(N, Server, 0), left()};
run(sel_scan_100k, N, Server) -> {sel_scan(N, Server, 0), left()};
run(call, N, Server) -> call(N, Server, 0);
run(chameneos, N, _) -> chameneos(N);
run(bank, N, Accounts) -> bank(N, Accounts);
run(bank_off, N, Accounts) -> bank(N, Accounts);
run(bigmsg_bin, N, {Data, Receiver}) -> send_hundreds(N div 100, {data, Data}, Receiver, 0);
run(bigmsg_list, N, {Data, Receiver}) -> send_hundreds(N div 100, {data, Data}, Receiver, 0);
run(sup_otp, N, _) -> sup_otp(N, 0);
run(sup_storm, N, _) -> supervise(N);
run(sup_raw, N, _) -> process_flag(trap_exit, true), sup_raw(N, 0);
run(timer_cancel, N, _) -> timer_cancel(N, 0);
run(timers_send, N, _) -> timers_send(N);
run(timers_proc, N, _) -> timers_proc(N);
run(fair_sleep, N, _) -> fair_sleep(N);
run(fair_sleep_idle, N, _) -> fair_sleep(N);
run(fair_ping, N, Ponger) -> fair_ping(N, Ponger);
run(fair_ping_idle, N, Ponger) -> fair_ping(N, Ponger);
run(memory, N, Before) -> memory(N, Before, fun wait/0);
run(memory_hib, N, Before) -> memory(N, Before, fun() -> erlang:hibernate(?MODULE, wait, []) end).

%% Common parts.

%% The sum of so many messages.
sum(0, Sum) -> Sum;
sum(Left, Sum) -> receive N when is_integer(N) -> sum(Left - 1, Sum + N) end.

send_all([Pid | Pids], Message) -> Pid ! Message, send_all(Pids, Message);
send_all([], _) -> ok.

spawn_many(Count, Fun) -> [spawn(Fun) || _ <- lists:seq(1, Count)].

random(X) -> X * 16807 rem 2147483647.

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

%% In microseconds, of samples in nanoseconds; told after the measured region.
percentiles(Samples) ->
    fun(_) ->
        Sorted = list_to_tuple(lists:sort(Samples)),
        Count = tuple_size(Sorted),
        At = fun(Mille) -> element(min(Count, Count * Mille div 1000 + 1), Sorted) / 1000 end,
        io_lib:format(" p50_us=~.1f p99_us=~.1f p999_us=~.1f max_us=~.1f",
                      [At(500), At(990), At(999), At(1000)])
    end.

now_ns() -> erlang:monotonic_time(nanosecond).

%% parfib

parfib(N) ->
    Self = self(),
    _ = spawn_many(64, fun() -> Self ! fib(N) end),
    sum(64, 0).

%% pingpong

ponger() ->
    receive {ping, From, N} -> From ! {pong, self(), N} end,
    ponger().

pinger(0, _, Count) ->
    Count;
pinger(N, Ponger, Count) ->
    Ponger ! {ping, self(), N},
    receive {pong, Ponger, N} -> pinger(N - 1, Ponger, Count + 1) end.

%% ring, ring100

ring() ->
    Self = self(),
    Last = spawn(fun() -> receive {next, Next} -> ring_member(999, Next, Self) end end),
    Ring = ring(998, [Last], Self),
    Last ! {next, hd(Ring)},
    Ring.

ring(-1, Ring, _) ->
    Ring;
ring(Index, [Next | _] = Ring, Main) ->
    ring(Index - 1, [spawn(fun() -> ring_member(Index, Next, Main) end) | Ring], Main).

ring_member(Index, Next, Main) ->
    receive
        {token, 0} -> Main ! Index;
        {token, N} -> Next ! {token, N - 1}
    end,
    ring_member(Index, Next, Main).

ring100(N, Ring) ->
    start_tokens(N, Ring),
    sum(100, 0).

start_tokens(N, [Pid | _] = Ring) -> Pid ! {token, N}, start_tokens(N, lists:nthtail(10, Ring));
start_tokens(_, []) -> ok.

%% spawn_seq, spawn_all

spawn_seq(0, Sum) ->
    Sum;
spawn_seq(N, Sum) ->
    Self = self(),
    spawn(fun() -> Self ! {done, N} end),
    receive {done, K} -> spawn_seq(N - 1, Sum + K) end.

spawn_all(N) ->
    spawn_children(N, self()),
    sum_done(N, 0).

spawn_children(0, _) -> ok;
spawn_children(N, Parent) -> spawn(fun() -> Parent ! {done, N} end), spawn_children(N - 1, Parent).

sum_done(0, Sum) -> Sum;
sum_done(Left, Sum) -> receive {done, N} -> sum_done(Left - 1, Sum + N) end.

%% skynet

skynet(Levels) ->
    Self = self(),
    Leaves = round(math:pow(10, Levels)),
    spawn(fun() -> skynet(0, Leaves, Self) end),
    sum(1, 0).

skynet(Number, 1, Parent) ->
    Parent ! Number;
skynet(First, Leaves, Parent) ->
    spawn_subtrees(10, First, Leaves div 10, self()),
    Parent ! sum(10, 0).

spawn_subtrees(0, _, _, _) ->
    ok;
spawn_subtrees(Left, First, Leaves, Self) ->
    spawn(fun() -> skynet(First, Leaves, Self) end),
    spawn_subtrees(Left - 1, First + Leaves, Leaves, Self).

%% fanin

fanin(N) ->
    Self = self(),
    _ = spawn_many(100, fun() -> produce(N, Self) end),
    sum_items(100 * N, 0).

produce(0, _) -> ok;
produce(N, Consumer) -> Consumer ! {item, N}, produce(N - 1, Consumer).

sum_items(0, Sum) -> Sum;
sum_items(Left, Sum) -> receive {item, N} -> sum_items(Left - 1, Sum + N) end.

%% broadcast

receivers() ->
    Self = self(),
    spawn_many(1000, fun() -> receive_ticks(Self, 0) end).

receive_ticks(Main, Sum) ->
    receive
        {tick, K} -> receive_ticks(Main, Sum + K);
        stop -> Main ! Sum
    end.

broadcast(N, Receivers) ->
    broadcast(1, N, Receivers),
    send_all(Receivers, stop),
    sum(1000, 0).

broadcast(K, N, _) when K > N -> ok;
broadcast(K, N, Receivers) -> send_all(Receivers, {tick, K}), broadcast(K + 1, N, Receivers).

%% hub

member() ->
    receive {ask, From, K} -> From ! {answer, K} end,
    member().

hub(0, _, Sum) ->
    Sum;
hub(K, Members, Sum) ->
    send_all(Members, {ask, self(), K}),
    hub(K - 1, Members, sum_answers(1000, Sum)).

sum_answers(0, Sum) -> Sum;
sum_answers(Left, Sum) -> receive {answer, K} -> sum_answers(Left - 1, Sum + K) end.

%% big, big_sel

acquainted(N, Member) ->
    Self = self(),
    Members = spawn_many(N, fun() ->
                                receive {all, All} -> ok end,
                                Others = lists:delete(self(), All),
                                Self ! ready,
                                Member(Others, Self)
                            end),
    send_all(Members, {all, Members}),
    [receive ready -> ok end || _ <- Members],
    Members.

big(0, _, _, Sum) -> Sum;
big(Rounds, N, Members, Sum) -> send_all(Members, go), big(Rounds - 1, N, Members, sum(N, Sum)).

big_member(Others, Main) -> big_member(0, length(Others), Others, Main).

big_member(Pongs, Pongs, Others, Main) ->
    Main ! Pongs,
    big_member(0, length(Others), Others, Main);
big_member(Pongs, Expected, Others, Main) ->
    receive
        {ping, From} ->
            From ! pong,
            big_member(Pongs, Expected, Others, Main);
        pong ->
            big_member(Pongs + 1, Expected, Others, Main);
        go ->
            send_all(Others, {ping, self()}),
            big_member(Pongs, Expected, Others, Main)
    end.

big_sel_member(Others, Main) ->
    receive go -> ok end,
    Pinged = ping_one_by_one(Others, []),
    await_pongs(Pinged),
    Main ! 1,
    answer_pings().

ping_one_by_one([Pid | Pids], Pinged) ->
    Pid ! {ping, self()},
    receive {ping, From} -> From ! {pong, self()} after 0 -> ok end,
    ping_one_by_one(Pids, [Pid | Pinged]);
ping_one_by_one([], Pinged) ->
    Pinged.

await_pongs([Pid | Pids] = All) ->
    receive
        {pong, Pid} -> await_pongs(Pids);
        {ping, From} -> From ! {pong, self()}, await_pongs(All)
    end;
await_pongs([]) ->
    ok.

answer_pings() ->
    receive {ping, From} -> From ! {pong, self()} end,
    answer_pings().

%% sel_ref_0, sel_ref_100k, sel_scan_100k

echo() ->
    receive {call, From, Tag, N} -> From ! {Tag, N + 1} end,
    echo().

noise(0) -> ok;
noise(N) -> self() ! {noise, N}, noise(N - 1).

sel_ref(0, _, Sum) ->
    Sum;
sel_ref(N, Server, Sum) ->
    Ref = make_ref(),
    Server ! {call, self(), Ref, N},
    receive {Ref, Answer} -> sel_ref(N - 1, Server, Sum + Answer) end.

sel_scan(0, _, Sum) ->
    Sum;
sel_scan(N, Server, Sum) ->
    Server ! {call, self(), N, N},
    receive {N, Answer} -> sel_scan(N - 1, Server, Sum + Answer) end.

%% Of the backlog; the process that has it has ended when this is printed.
left() ->
    {message_queue_len, Left} = process_info(self(), message_queue_len),
    fun(_) -> io_lib:format(" left=~b", [Left]) end.

%% call

call(0, _, Sum) -> Sum;
call(N, Server, Sum) -> call(N - 1, Server, Sum + gen_server:call(Server, {add_one, N})).

%% chameneos

chameneos(Meetings) ->
    Self = self(),
    Mall = spawn(fun() -> mall(Meetings) end),
    [spawn(fun() -> creature(I rem 3, 0, Mall, Self) end) || I <- lists:seq(0, 99)],
    sum(100, 0).

mall(0) ->
    receive {meet, Creature, _} -> Creature ! closed end,
    mall(0);
mall(Left) ->
    receive
        {meet, First, FirstColour} ->
            receive
                {meet, Second, SecondColour} ->
                    First ! {met, SecondColour},
                    Second ! {met, FirstColour},
                    mall(Left - 1)
            end
    end.

creature(Colour, Meetings, Mall, Main) ->
    Mall ! {meet, self(), Colour},
    receive
        {met, Colour} -> creature(Colour, Meetings + 1, Mall, Main);
        {met, Other} -> creature(3 - Colour - Other, Meetings + 1, Mall, Main);
        closed -> Main ! Meetings
    end.

%% bank

accounts() ->
    list_to_tuple([spawn(fun() -> account(I, 100000) end) || I <- lists:seq(0, 999)]).

account(Index, Balance) ->
    receive
        {credit, Teller, Amount, Target} ->
            Ref = make_ref(),
            Target ! {debit, self(), Ref, Amount},
            receive {Ref, ok} -> ok end,
            Teller ! ack,
            account(Index, Balance - Amount);
        {debit, From, Ref, Amount} ->
            From ! {Ref, ok},
            account(Index, Balance + Amount);
        {balance, From} ->
            From ! {balance, Index, Balance},
            account(Index, Balance)
    end.

bank(N, Accounts) ->
    transfer(N, 42, Accounts),
    await_acks(N),
    send_all(tuple_to_list(Accounts), {balance, self()}),
    {Sum, Weighted} = balances(1000, 0, 0),
    [integer_to_list(Sum), $:, integer_to_list(Weighted)].

transfer(0, _, _) ->
    ok;
transfer(Left, X0, Accounts) ->
    X1 = random(X0),
    X2 = random(X1),
    X3 = random(X2),
    Source = X1 rem 800,
    Target = Source + 1 + X2 rem (999 - Source),
    element(Source + 1, Accounts) ! {credit, self(), X3 rem 1000, element(Target + 1, Accounts)},
    transfer(Left - 1, X3, Accounts).

await_acks(0) -> ok;
await_acks(Left) -> receive ack -> await_acks(Left - 1) end.

balances(0, Sum, Weighted) ->
    {Sum, Weighted};
balances(Left, Sum, Weighted) ->
    receive
        {balance, Index, Balance} ->
            balances(Left - 1, Sum + Balance, Weighted + Balance * (Index + 1))
    end.

%% bigmsg_bin, bigmsg_list

bin_receiver() ->
    Self = self(),
    spawn(fun() -> receive_bins(100, 0, Self) end).

receive_bins(0, Sum, Main) ->
    Main ! Sum,
    receive_bins(100, Sum, Main);
receive_bins(Left, Sum, Main) ->
    receive {data, <<First, _/binary>>} -> receive_bins(Left - 1, Sum + First, Main) end.

list_receiver() ->
    Self = self(),
    spawn(fun() -> receive_lists(100, 0, Self) end).

receive_lists(0, Sum, Main) ->
    Main ! Sum,
    receive_lists(100, Sum, Main);
receive_lists(Left, Sum, Main) ->
    receive {data, [Head | _]} -> receive_lists(Left - 1, Sum + Head, Main) end.

send_hundreds(0, _, _, Sum) ->
    Sum;
send_hundreds(Left, Message, Receiver, _) ->
    send_times(100, Message, Receiver),
    receive Sum when is_integer(Sum) -> send_hundreds(Left - 1, Message, Receiver, Sum) end.

send_times(0, _, _) -> ok;
send_times(Left, Message, Pid) -> Pid ! Message, send_times(Left - 1, Message, Pid).

%% sup_otp, sup_storm; the supervisor, its child, and the server of `call` are all in this module.

sup_otp(0, Restarts) -> Restarts;
sup_otp(N, Restarts) -> sup_otp(N - 1, Restarts + supervise(1000)).

supervise(Restarts) ->
    Starts = counters:new(1, []),
    {ok, Supervisor} = supervisor:start_link(?MODULE, {supervisor, {self(), Starts, Restarts}}),
    receive done -> ok end,
    Monitor = monitor(process, Supervisor),
    unlink(Supervisor),
    exit(Supervisor, shutdown),
    receive {'DOWN', Monitor, process, Supervisor, _} -> ok end,
    counters:get(Starts, 1) - 1.

init({supervisor, Argument}) ->
    Child = #{id => child, start => {gen_server, start_link, [?MODULE, {crasher, Argument}, []]}},
    {ok, {#{strategy => one_for_one, intensity => 10000000, period => 1}, [Child]}};
init({crasher, {_, Starts, _} = Argument}) ->
    counters:add(Starts, 1, 1),
    {ok, Argument, {continue, crash}};
init(adder) ->
    {ok, adder}.

handle_continue(crash, {Main, Starts, Restarts} = State) ->
    case counters:get(Starts, 1) > Restarts of
        true -> Main ! done, {noreply, State};
        false -> {stop, crash, State}
    end.

handle_call({add_one, N}, _From, State) -> {reply, N + 1, State}.

handle_cast(_, State) -> {noreply, State}.

%% sup_raw

sup_raw(Left, Restarts) ->
    Child = spawn_link(fun() -> crash(Left) end),
    receive
        {'EXIT', Child, crash} -> sup_raw(Left - 1, Restarts + 1);
        {'EXIT', Child, normal} -> Restarts
    end.

crash(0) -> ok;
crash(_) -> exit(crash).

%% timer_cancel, timers_send, timers_proc

timer_cancel(0, Found) ->
    Found;
timer_cancel(N, Found) ->
    case erlang:cancel_timer(erlang:start_timer(5000, self(), due)) of
        false -> timer_cancel(N - 1, Found);
        _ -> timer_cancel(N - 1, Found + 1)
    end.

timers_send(N) ->
    Start = now_ns(),
    start_timers(N, 42),
    Armed = now_ns(),
    Samples = receive_due(N, []),
    Percentiles = percentiles(Samples),
    {length(Samples),
     fun(Ms) -> [io_lib:format(" arm_ms=~.1f", [(Armed - Start) / 1.0e6]), Percentiles(Ms)] end}.

start_timers(0, _) ->
    ok;
start_timers(Left, X0) ->
    X = random(X0),
    Delay = 1 + X rem 1000,
    _ = erlang:send_after(Delay, self(), {due, now_ns() + Delay * 1000000}),
    start_timers(Left - 1, X).

receive_due(0, Samples) -> Samples;
receive_due(Left, Samples) -> receive {due, T} -> receive_due(Left - 1, [now_ns() - T | Samples]) end.

timers_proc(N) ->
    start_sleepers(N, 42, self()),
    Samples = samples(N, []),
    {length(Samples), percentiles(Samples)}.

start_sleepers(0, _, _) ->
    ok;
start_sleepers(Left, X0, Main) ->
    X = random(X0),
    Delay = 1 + X rem 1000,
    spawn(fun() ->
              Due = now_ns() + Delay * 1000000,
              receive after Delay -> ok end,
              Main ! (now_ns() - Due)
          end),
    start_sleepers(Left - 1, X, Main).

samples(0, Samples) -> Samples;
samples(Left, Samples) -> receive Late when is_integer(Late) -> samples(Left - 1, [Late | Samples]) end.

%% fair_sleep, fair_ping

hogs() ->
    _ = spawn_many(erlang:system_info(schedulers_online), fun hog/0),
    timer:sleep(50).

hog() ->
    _ = fib(20),
    hog().

fair_sleep(N) ->
    Samples = sleep(N, []),
    {length(Samples), percentiles(Samples)}.

sleep(0, Samples) ->
    Samples;
sleep(Left, Samples) ->
    Due = now_ns() + 1000000,
    receive after 1 -> ok end,
    sleep(Left - 1, [now_ns() - Due | Samples]).

fair_ponger() ->
    receive {ping, From} -> From ! pong end,
    fair_ponger().

fair_ping(N, Ponger) ->
    Samples = time_trips(N, Ponger, []),
    {length(Samples), percentiles(Samples)}.

time_trips(0, _, Samples) ->
    Samples;
time_trips(Left, Ponger, Samples) ->
    Before = now_ns(),
    Ponger ! {ping, self()},
    receive pong -> ok end,
    time_trips(Left - 1, Ponger, [now_ns() - Before | Samples]).

%% memory

wait() -> receive stop -> ok end.

memory(N, Before, Waiter) ->
    Start = now_ns(),
    spawn_waiters(N, Waiter),
    await_idle(),
    SpawnMs = (now_ns() - Start) / 1.0e6,
    Each = (resident() - Before) div N,
    {N, fun(_) -> io_lib:format(" rss_per_process=~b spawn_ms=~.1f", [Each, SpawnMs]) end}.

spawn_waiters(0, _) -> ok;
spawn_waiters(N, Waiter) -> spawn(Waiter), spawn_waiters(N - 1, Waiter).

%% Until nobody is runnable.
await_idle() ->
    case erlang:statistics(total_run_queue_lengths_all) of
        0 -> ok;
        _ -> timer:sleep(1), await_idle()
    end.

%% Bytes: the second number of statm, in pages.
resident() ->
    {ok, Statm} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = binary:split(Statm, <<" ">>, [global]),
    binary_to_integer(Pages) * 4096.
