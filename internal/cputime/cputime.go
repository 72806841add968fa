// Package cputime answers how much processor time this process has used. Tests
// and benchmarks compare it instead of the clock on the wall, which other work on
// the machine moves.
package cputime
