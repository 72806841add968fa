// Package storetest holds what the conformance suites of all domains share: how a
// case is played and quotes its promise, what makes values equal, hard inputs, a
// clock that jumps, faults and interleavings that a seed decides, and the check that
// every sentence of a contract has a case. It knows no domain: stores and commits
// are type parameters. It imports the standard library only, for hosts run the
// suites.
package storetest
