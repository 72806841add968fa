// Package storetest holds the conformance suite of a domain's Store as far as all
// domains promise alike, how a case is played and quotes its promise, hard inputs,
// mutants, faults and interleavings that a seed decides, a clock that jumps, and the
// check that every sentence of a contract has a case. It imports the standard library
// and a few internal packages only, for hosts run the suites.
//
// The cases (case_*.go, concurrency*.go) are written over a neutral form: [Store],
// [Commit], [Record] and [Entry] with the fields that every domain has. The mutants
// that measure them (mutation*.go) are written over it too.
//
// # The suite of a new domain
//
// Copy sampling/samplingtest, which has no more than it must, and change:
//
//   - neutral.go: brings Store, Commit, Record, Entry and their filters into the neutral
//     form and back. What only this domain's records and entries have goes into Rest.
//   - own.go: writes that only this domain can make (unknown ones, pointers, broken
//     ones), and quotes, the sentences of its contract that differ from the others'.
//   - suite.go: TestStore and TestConcurrency, which run the [Contract]'s checks.
//   - promise_test.go, which then says what sentence has no case: those get cases of
//     the domain's own, put in with [Extended]. One that bears the name of a shared case
//     goes on where that ends: so loyaltytest adds accounts and crmtest customers.
//   - export_test.go and mutant_test.go: the [MutantKit], and TestMutants.
package storetest
