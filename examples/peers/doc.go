// Package peers answers how much processor time guanxi takes beside other
// libraries that do a part of the same work (同类库对比). It holds tests and
// benchmarks only, in a module of its own, so that no program that imports guanxi
// meets the other libraries.
//
//	go test -bench . github.com/guanxi-go/guanxi/examples/peers
//
// Both sides run in one process, one after the other in short turns, and are
// compared by the processor time they used, which other work on the machine moves
// less than the clock.
package peers
