// The sequential workloads for Go: seq NAME [SIZE]. Prints `NAME result=R ms=T` and ends with status 1
// if the result of the full size is wrong.
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func loop(n int) int {
	s := 0
	for k := 0; k < 3; k++ {
		for i := 0; i < n; i++ {
			s += (i * i) % 7
		}
	}
	return s
}

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func bodies() []body {
	const solar, days = 4 * math.Pi * math.Pi, 365.24
	all := []body{
		{0, 0, 0, 0, 0, 0, 1},
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
			5.15138902046611451e-05},
	}
	var px, py, pz float64
	for i := range all {
		b := &all[i]
		b.vx *= days
		b.vy *= days
		b.vz *= days
		b.mass *= solar
		px += b.vx * b.mass
		py += b.vy * b.mass
		pz += b.vz * b.mass
	}
	all[0].vx, all[0].vy, all[0].vz = -px/solar, -py/solar, -pz/solar
	return all
}

func advance(all []body, dt float64) {
	for i := range all {
		a := &all[i]
		for j := i + 1; j < len(all); j++ {
			b := &all[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			square := dx*dx + dy*dy + dz*dz
			force := dt / (square * math.Sqrt(square))
			fa, fb := b.mass*force, a.mass*force
			a.vx -= dx * fa
			a.vy -= dy * fa
			a.vz -= dz * fa
			b.vx += dx * fb
			b.vy += dy * fb
			b.vz += dz * fb
		}
	}
	for i := range all {
		a := &all[i]
		a.x += dt * a.vx
		a.y += dt * a.vy
		a.z += dt * a.vz
	}
}

func energy(all []body) float64 {
	e := 0.0
	for i := range all {
		a := &all[i]
		e += 0.5 * a.mass * (a.vx*a.vx + a.vy*a.vy + a.vz*a.vz)
		for j := i + 1; j < len(all); j++ {
			b := &all[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			e -= a.mass * b.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return e
}

func nbody(n int, all []body) string {
	for i := 0; i < n; i++ {
		advance(all, 0.01)
	}
	return fmt.Sprintf("%.9f", energy(all))
}

func mandel(n int) int {
	sum := 0
	for y := 0; y < n; y++ {
		ci := 2*float64(y)/float64(n) - 1
		for x := 0; x < n; x++ {
			cr := 2*float64(x)/float64(n) - 1.5
			var zr, zi, rr, ii float64
			count := 0
			for count < 100 && rr+ii <= 4 {
				zi = 2*zr*zi + ci
				zr = rr - ii + cr
				rr, ii = zr*zr, zi*zi
				count++
			}
			sum += count
		}
	}
	return sum
}

func mapped[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func filtered[A any](list []A, f func(A) bool) []A {
	var out []A
	for _, x := range list {
		if f(x) {
			out = append(out, x)
		}
	}
	return out
}

func folded[A, B any](list []A, value B, f func(B, A) B) B {
	for _, x := range list {
		value = f(value, x)
	}
	return value
}

func list(n int) int {
	sum := 0
	for k := 0; k < 20; k++ {
		numbers := make([]int, 0, n)
		for i := 1; i <= n; i++ {
			numbers = append(numbers, i)
		}
		tripled := mapped(numbers, func(x int) int { return x*3 + 1 })
		even := filtered(tripled, func(x int) bool { return x%2 == 0 })
		sum += folded(even, 0, func(a, b int) int { return a + b })
	}
	return sum
}

func keys(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "key" + strconv.Itoa(i)
	}
	return all
}

func mapStr(all []string) int {
	total := 0
	for k := 0; k < 10; k++ {
		m := make(map[string]int)
		for i, key := range all {
			m[key] = i
		}
		for _, key := range all {
			m[key]++
		}
		for _, key := range all {
			total += m[key]
		}
	}
	return total
}

type fields struct{ a, b, c, d, e int }

// record keeps its object on the heap, as the other languages do.
func record(n int) int {
	r := newFields()
	for i := 0; i < n; i++ {
		r.a++
		r.c += r.b
	}
	return r.a + r.c
}

//go:noinline
func newFields() *fields { return &fields{0, 1, 2, 3, 4} }

func smap(n int) int {
	m := map[string]int{"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
	for i := 0; i < n; i++ {
		m["a"]++
		m["c"] += m["b"]
	}
	return m["a"] + m["c"]
}

func lengthAndLast(text string) int { return len(text) + int(text[len(text)-1]) }

func strAppend(n int) int {
	sum := 0
	for k := 0; k < 20; k++ {
		var b strings.Builder
		b.WriteString("0")
		for i := 1; i < n; i++ {
			b.WriteByte(',')
			b.WriteString(strconv.Itoa(i))
		}
		sum += lengthAndLast(b.String())
	}
	return sum
}

func numbersText(n int) string {
	digits := make([]string, n)
	for i := range digits {
		digits[i] = strconv.Itoa(i)
	}
	return strings.Join(digits, ",")
}

func strJoin(n int) int {
	sum := 0
	for k := 0; k < 5; k++ {
		sum += lengthAndLast(numbersText(n))
	}
	return sum
}

func strHash(text string) int {
	h := uint32(0)
	for k := 0; k < 40; k++ {
		for i := 0; i < len(text); i++ {
			h = h*31 + uint32(text[i])
		}
	}
	return int(h)
}

// row is a queen's column and the rows before it.
type row struct {
	column int
	before *row
}

func safe(placed *row, column int) bool {
	for distance := 1; placed != nil; placed = placed.before {
		other := placed.column
		if other == column || other+distance == column || other-distance == column {
			return false
		}
		distance++
	}
	return true
}

func solutions(n, rows int, placed *row) int {
	if rows == 0 {
		return 1
	}
	count := 0
	for column := 1; column <= n; column++ {
		if safe(placed, column) {
			count += solutions(n, rows-1, &row{column, placed})
		}
	}
	return count
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (t *node) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func bintrees(n int) int {
	longLived := tree(n + 2)
	sum := 0
	for k := 0; k < 512; k++ {
		sum += tree(n).count()
	}
	return sum + longLived.count()
}

// A workload makes its set-up and returns the measured part.
type workload struct {
	full     int
	expected string
	prepare  func(n int) func() any
}

// plain is a workload without set-up.
func plain(f func(n int) int) func(n int) func() any {
	return func(n int) func() any { return func() any { return f(n) } }
}

var workloads = map[string]workload{
	"fib":  {40, "102334155", plain(fib)},
	"loop": {90000000, "540000003", plain(loop)},
	"nbody": {1000000, "-0.169086185", func(n int) func() any {
		all := bodies()
		return func() any { return nbody(n, all) }
	}},
	"mandel": {1000, "43930374", plain(mandel)},
	"list":   {1000000, "15000010000000", plain(list)},
	"map_str": {100000, "50000500000", func(n int) func() any {
		all := keys(n)
		return func() any { return mapStr(all) }
	}},
	"record":     {100000000, "200000002", plain(record)},
	"smap":       {50000000, "100000002", plain(smap)},
	"str_append": {1000000, "137778920", plain(strAppend)},
	"str_join":   {1000000, "34444730", plain(strJoin)},
	"str_hash": {1000000, "3681986304", func(n int) func() any {
		text := numbersText(n)
		return func() any { return strHash(text) }
	}},
	"queens": {12, "28400", plain(func(n int) int {
		return solutions(n, n, nil) + solutions(n, n, nil)
	})},
	"bintrees": {16, "67632639", plain(bintrees)},
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: seq NAME [SIZE]")
		os.Exit(2)
	}
	name := os.Args[1]
	w, known := workloads[name]
	if !known {
		fmt.Fprintln(os.Stderr, "no workload", name)
		os.Exit(2)
	}
	n := w.full
	if len(os.Args) > 2 {
		given, err := strconv.Atoi(os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		n = given
	}
	run := w.prepare(n)
	runtime.GC()
	start := time.Now()
	result := fmt.Sprint(run())
	ms := float64(time.Since(start).Microseconds()) / 1000
	fmt.Printf("%s result=%s ms=%.3f\n", name, result, ms)
	if n == w.full && result != w.expected {
		fmt.Fprintln(os.Stderr, "expected", w.expected)
		os.Exit(1)
	}
}
