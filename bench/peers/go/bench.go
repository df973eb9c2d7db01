// The workloads of bench/workloads/actors.list in Go: processes are goroutines, mailboxes channels.
//
//	go build -o bench bench.go && GOMAXPROCS=T ./bench NAME [SIZE]
//
// prints one line, `NAME result=R ms=T` and perhaps more. A full collection comes between the set-up
// and the measured region.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A workload does its set-up and gives the measured region; that gives the result, and what it has to
// say beyond it when the region is over (or nil).
type workload struct {
	size  int
	setUp func(n int) func() (string, func(ms float64) string)
}

func plain(run func() int) func() (string, func(float64) string) {
	return func() (string, func(float64) string) { return strconv.Itoa(run()), nil }
}

var workloads = map[string]workload{
	"parfib":          {30, parfib},
	"pingpong":        {1000000, pingpong},
	"ring":            {2000003, ring},
	"ring100":         {20003, ring100},
	"spawn_seq":       {1000000, spawnSeq},
	"spawn_all":       {1000000, spawnAll},
	"skynet":          {6, skynet},
	"fanin":           {20000, fanin},
	"broadcast":       {2000, broadcast},
	"hub":             {1000, hub},
	"big":             {500, big},
	"call":            {500000, call},
	"chameneos":       {500000, chameneos},
	"bank":            {200000, bank},
	"bigmsg_bin":      {1000000, bigmsgBin},
	"bigmsg_list":     {100000, bigmsgList},
	"sup_raw":         {500000, supRaw},
	"timer_cancel":    {2000000, timerCancel},
	"timers_send":     {100000, timersSend},
	"timers_proc":     {100000, timersProc},
	"fair_sleep":      {2000, fairSleep},
	"fair_sleep_idle": {2000, fairSleepIdle},
	"memory":          {1000000, memory},
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: bench NAME [SIZE]")
		os.Exit(2)
	}
	name := os.Args[1]
	if name == "startup" {
		fmt.Println("startup result=hello ms=0")
		return
	}
	chosen, known := workloads[name]
	if !known {
		fmt.Fprintln(os.Stderr, "bench: no workload", name)
		os.Exit(2)
	}
	n := chosen.size
	if len(os.Args) > 2 {
		size, err := strconv.Atoi(os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(2)
		}
		n = size
	}
	run := chosen.setUp(n)
	runtime.GC()
	start := time.Now()
	result, more := run()
	ms := float64(time.Since(start)) / 1e6
	rest := ""
	if more != nil {
		rest = more(ms)
	}
	fmt.Printf("%s result=%s ms=%.1f%s\n", name, result, ms, rest)
}

// Common parts.

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

// Of so many values.
func sum(values <-chan int, count int) int {
	total := 0
	for ; count > 0; count-- {
		total += <-values
	}
	return total
}

type random int

func (x *random) next() int {
	*x = *x * 16807 % 2147483647
	return int(*x)
}

// In microseconds, of samples; told after the measured region.
func percentiles(samples []time.Duration) func(float64) string {
	return func(float64) string {
		sort.Slice(samples, func(i, j int) bool { return samples[i] < samples[j] })
		at := func(mille int) float64 {
			i := len(samples) * mille / 1000
			if i >= len(samples) {
				i = len(samples) - 1
			}
			return float64(samples[i]) / 1e3
		}
		return fmt.Sprintf(" p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
			at(500), at(990), at(999), at(1000))
	}
}

// Computing.

func parfib(n int) func() (string, func(float64) string) {
	return plain(func() int {
		results := make(chan int, 64)
		for i := 0; i < 64; i++ {
			go func() { results <- fib(n) }()
		}
		return sum(results, 64)
	})
}

// One to one.

type ball struct {
	from chan ball
	n    int
}

func pingpong(n int) func() (string, func(float64) string) {
	pings := make(chan ball)
	go func() {
		for ping := range pings {
			ping.from <- ball{pings, ping.n}
		}
	}()
	return plain(func() int {
		count := 0
		pongs := make(chan ball)
		for ; n > 0; n-- {
			pings <- ball{pongs, n}
			if pong := <-pongs; pong.n == n {
				count++
			}
		}
		return count
	})
}

const ringSize = 1000

func makeRing(ends chan<- int) []chan int {
	members := make([]chan int, ringSize)
	for i := range members {
		members[i] = make(chan int)
	}
	for i := range members {
		go func(index int, in <-chan int, next chan<- int) {
			for token := range in {
				if token > 0 {
					next <- token - 1
				} else {
					ends <- index
				}
			}
		}(i, members[i], members[(i+1)%ringSize])
	}
	return members
}

func ring(n int) func() (string, func(float64) string) {
	ends := make(chan int, 1)
	members := makeRing(ends)
	return plain(func() int {
		members[0] <- n
		return <-ends
	})
}

func ring100(n int) func() (string, func(float64) string) {
	ends := make(chan int, 100)
	members := makeRing(ends)
	return plain(func() int {
		for i := 0; i < ringSize; i += 10 {
			members[i] <- n
		}
		return sum(ends, 100)
	})
}

// A server, and a reply channel for each call.
func call(n int) func() (string, func(float64) string) {
	type request struct {
		n     int
		reply chan<- int
	}
	server := make(chan request)
	go func() {
		for r := range server {
			r.reply <- r.n + 1
		}
	}()
	return plain(func() int {
		total := 0
		for ; n > 0; n-- {
			reply := make(chan int, 1)
			server <- request{n, reply}
			total += <-reply
		}
		return total
	})
}

// Spawning.

func spawnSeq(n int) func() (string, func(float64) string) {
	return plain(func() int {
		total := 0
		done := make(chan int)
		for ; n > 0; n-- {
			go func(n int) { done <- n }(n)
			total += <-done
		}
		return total
	})
}

func spawnAll(n int) func() (string, func(float64) string) {
	return plain(func() int {
		done := make(chan int, n)
		for i := 1; i <= n; i++ {
			go func(i int) { done <- i }(i)
		}
		return sum(done, n)
	})
}

func node(first, leaves int, parent chan<- int) {
	if leaves == 1 {
		parent <- first
		return
	}
	children := make(chan int, 10)
	for i := 0; i < 10; i++ {
		go node(first+i*leaves/10, leaves/10, children)
	}
	parent <- sum(children, 10)
}

func skynet(levels int) func() (string, func(float64) string) {
	leaves := 1
	for ; levels > 0; levels-- {
		leaves *= 10
	}
	return plain(func() int {
		root := make(chan int)
		go node(0, leaves, root)
		return <-root
	})
}

// The "process that traps exits": a goroutine that panics tells its parent why it has ended.
func supRaw(n int) func() (string, func(float64) string) {
	return plain(func() int {
		exits := make(chan interface{})
		child := func(crashes bool) {
			defer func() { exits <- recover() }()
			if crashes {
				panic("crash")
			}
		}
		restarts := 0
		for {
			go child(restarts < n)
			if <-exits == nil {
				return restarts
			}
			restarts++
		}
	})
}

// Many to one, one to many.

func fanin(n int) func() (string, func(float64) string) {
	return plain(func() int {
		items := make(chan int, 1024)
		for i := 0; i < 100; i++ {
			go func() {
				for k := n; k > 0; k-- {
					items <- k
				}
			}()
		}
		return sum(items, 100*n)
	})
}

func broadcast(n int) func() (string, func(float64) string) {
	sums := make(chan int, 1000)
	receivers := make([]chan int, 1000)
	for i := range receivers {
		receivers[i] = make(chan int, 128)
		go func(ticks <-chan int) {
			total := 0
			for tick := range ticks {
				total += tick
			}
			sums <- total
		}(receivers[i])
	}
	return plain(func() int {
		for k := 1; k <= n; k++ {
			for _, receiver := range receivers {
				receiver <- k
			}
		}
		for _, receiver := range receivers {
			close(receiver)
		}
		return sum(sums, len(receivers))
	})
}

func hub(n int) func() (string, func(float64) string) {
	type ask struct {
		from chan<- int
		k    int
	}
	members := make([]chan ask, 1000)
	for i := range members {
		members[i] = make(chan ask, 1)
		go func(asks <-chan ask) {
			for a := range asks {
				a.from <- a.k
			}
		}(members[i])
	}
	return plain(func() int {
		answers := make(chan int, len(members))
		total := 0
		for k := n; k > 0; k-- {
			for _, member := range members {
				member <- ask{answers, k}
			}
			total += sum(answers, len(members))
		}
		return total
	})
}

// Many to many.

type bigKind int

const (
	bigGo bigKind = iota
	bigPing
	bigPong
)

type bigMessage struct {
	kind bigKind
	from chan bigMessage
}

func bigMember(self chan bigMessage, all []chan bigMessage, reports chan<- int) {
	pongs := 0
	for message := range self {
		switch message.kind {
		case bigGo:
			for _, other := range all {
				if other != self {
					other <- bigMessage{bigPing, self}
				}
			}
		case bigPing:
			message.from <- bigMessage{kind: bigPong}
		case bigPong:
			pongs++
			if pongs == len(all)-1 {
				reports <- pongs
				pongs = 0
			}
		}
	}
}

func big(n int) func() (string, func(float64) string) {
	members := make([]chan bigMessage, n)
	for i := range members {
		members[i] = make(chan bigMessage, 2*n) // a round's pings and pongs: nobody ever waits
	}
	reports := make(chan int, n)
	for _, member := range members {
		go bigMember(member, members, reports)
	}
	return plain(func() int {
		total := 0
		for round := 0; round < 4; round++ {
			for _, member := range members {
				member <- bigMessage{kind: bigGo}
			}
			total += sum(reports, n)
		}
		return total
	})
}

type meeting struct {
	creature chan<- int
	colour   int
}

const mallClosed = -1

func creature(colour int, mall chan<- meeting, counts chan<- int) {
	self := make(chan int, 1)
	meetings := 0
	for {
		mall <- meeting{self, colour}
		other := <-self
		if other == mallClosed {
			counts <- meetings
			return
		}
		if other != colour {
			colour = 3 - colour - other
		}
		meetings++
	}
}

func chameneos(n int) func() (string, func(float64) string) {
	return plain(func() int {
		mall := make(chan meeting, 100)
		go func() {
			for ; n > 0; n-- {
				first, second := <-mall, <-mall
				first.creature <- second.colour
				second.creature <- first.colour
			}
			for late := range mall {
				late.creature <- mallClosed
			}
		}()
		counts := make(chan int, 100)
		for i := 0; i < 100; i++ {
			go creature(i%3, mall, counts)
		}
		return sum(counts, 100)
	})
}

// A credit if target is not nil, a balance request if balance is not nil, else a debit.
type accountRequest struct {
	amount  int
	target  chan<- accountRequest
	teller  chan<- struct{}
	ok      chan<- struct{}
	balance chan<- int
}

func account(requests <-chan accountRequest) {
	balance := 100000
	ok := make(chan struct{}, 1)
	for r := range requests {
		switch {
		case r.target != nil:
			r.target <- accountRequest{amount: r.amount, ok: ok}
			<-ok
			balance -= r.amount
			r.teller <- struct{}{}
		case r.balance != nil:
			r.balance <- balance
		default:
			balance += r.amount
			r.ok <- struct{}{}
		}
	}
}

func bank(n int) func() (string, func(float64) string) {
	accounts := make([]chan accountRequest, 1000)
	for i := range accounts {
		accounts[i] = make(chan accountRequest, 128)
		go account(accounts[i])
	}
	return func() (string, func(float64) string) {
		x := random(42)
		acks := make(chan struct{}, n) // the teller does not look at them before it has sent all
		for i := 0; i < n; i++ {
			source := x.next() % 800
			target := source + 1 + x.next()%(999-source)
			accounts[source] <- accountRequest{amount: x.next() % 1000, target: accounts[target],
				teller: acks}
		}
		for i := 0; i < n; i++ {
			<-acks
		}
		total, weighted := 0, 0
		reply := make(chan int)
		for i, account := range accounts {
			account <- accountRequest{balance: reply}
			balance := <-reply
			total += balance
			weighted += balance * (i + 1)
		}
		return fmt.Sprintf("%d:%d", total, weighted), nil
	}
}

// Large messages.

func bigmsgBin(n int) func() (string, func(float64) string) {
	data := []byte(strings.Repeat("\x07", 1000000))
	messages := make(chan []byte, 100)
	answers := make(chan int)
	go func() {
		total := 0
		for {
			for i := 0; i < 100; i++ {
				total += int((<-messages)[0])
			}
			answers <- total
		}
	}()
	return plain(func() int {
		result := 0
		for group := n / 100; group > 0; group-- {
			for i := 0; i < 100; i++ {
				messages <- data // shared
			}
			result = <-answers
		}
		return result
	})
}

func bigmsgList(n int) func() (string, func(float64) string) {
	data := make([]int, 1000)
	for i := range data {
		data[i] = i + 1
	}
	messages := make(chan []int, 100)
	answers := make(chan int)
	go func() {
		total := 0
		for {
			for i := 0; i < 100; i++ {
				total += (<-messages)[0]
			}
			answers <- total
		}
	}()
	return plain(func() int {
		result := 0
		for group := n / 100; group > 0; group-- {
			for i := 0; i < 100; i++ {
				messages <- append([]int(nil), data...) // the receiver's own
			}
			result = <-answers
		}
		return result
	})
}

// Time.

func timerCancel(n int) func() (string, func(float64) string) {
	return plain(func() int {
		found := 0
		for ; n > 0; n-- {
			if time.NewTimer(5 * time.Second).Stop() {
				found++
			}
		}
		return found
	})
}

func timersSend(n int) func() (string, func(float64) string) {
	return func() (string, func(float64) string) {
		dues := make(chan time.Time, n)
		x := random(42)
		start := time.Now()
		for i := 0; i < n; i++ {
			delay := time.Duration(1+x.next()%1000) * time.Millisecond
			due := time.Now().Add(delay)
			time.AfterFunc(delay, func() { dues <- due })
		}
		armed := time.Since(start)
		samples := make([]time.Duration, 0, n)
		for len(samples) < n {
			due := <-dues
			samples = append(samples, time.Since(due))
		}
		late := percentiles(samples)
		return strconv.Itoa(len(samples)), func(ms float64) string {
			return fmt.Sprintf(" arm_ms=%.1f", float64(armed)/1e6) + late(ms)
		}
	}
}

func timersProc(n int) func() (string, func(float64) string) {
	return func() (string, func(float64) string) {
		lateness := make(chan time.Duration, 1024)
		x := random(42)
		for i := 0; i < n; i++ {
			go func(delay time.Duration) {
				due := time.Now().Add(delay)
				time.Sleep(delay)
				lateness <- time.Since(due)
			}(time.Duration(1+x.next()%1000) * time.Millisecond)
		}
		samples := make([]time.Duration, 0, n)
		for len(samples) < n {
			samples = append(samples, <-lateness)
		}
		return strconv.Itoa(len(samples)), percentiles(samples)
	}
}

var sink int // so that nobody leaves out what the hogs compute

func sleepTimes(n int) []time.Duration {
	samples := make([]time.Duration, 0, n)
	for len(samples) < n {
		due := time.Now().Add(time.Millisecond)
		time.Sleep(time.Millisecond)
		samples = append(samples, time.Since(due))
	}
	return samples
}

// Beside the hogs each sleep takes some twenty milliseconds, so there are a tenth as many; the result
// counts each tenfold.
func fairSleep(n int) func() (string, func(float64) string) {
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		go func() {
			local := 0
			for {
				local += fib(20)
				if local < 0 {
					sink = local
				}
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	return func() (string, func(float64) string) {
		samples := sleepTimes(n / 10)
		return strconv.Itoa(10 * len(samples)), percentiles(samples)
	}
}

func fairSleepIdle(n int) func() (string, func(float64) string) {
	time.Sleep(50 * time.Millisecond)
	return func() (string, func(float64) string) {
		samples := sleepTimes(n)
		return strconv.Itoa(len(samples)), percentiles(samples)
	}
}

// Memory.

// Bytes: the second number of statm, in pages.
func resident() int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		panic(err)
	}
	return pages * os.Getpagesize()
}

func memory(n int) func() (string, func(float64) string) {
	return func() (string, func(float64) string) {
		before := resident()
		start := time.Now()
		var there int64
		for i := 0; i < n; i++ {
			mailbox := make(chan int)
			go func() {
				atomic.AddInt64(&there, 1)
				<-mailbox
			}()
		}
		for atomic.LoadInt64(&there) < int64(n) {
			time.Sleep(time.Millisecond)
		}
		spawnMs := float64(time.Since(start)) / 1e6
		time.Sleep(10 * time.Millisecond) // the last ones reach their channel
		each := (resident() - before) / n
		return strconv.Itoa(n), func(float64) string {
			return fmt.Sprintf(" rss_per_process=%d spawn_ms=%.1f", each, spawnMs)
		}
	}
}
