// Package crmtest answers whether a store keeps the contract of package crm, and
// whether a service keeps its word when the store fails (存储契约测试).
//
// # Running the suite on your adapter
//
// Your adapter implements [crm.Store] over the database that you have. One test
// in its package runs every case of the contract:
//
//	func TestStore(t *testing.T) {
//		open := func(t *testing.T) crm.Store {
//			db := openEmptyDatabase(t) // registers its clean-up with t.Cleanup
//			return myadapter.New(db)
//		}
//		crmtest.TestStore(t, open, crmtest.Features{})
//		crmtest.TestConcurrency(t, open, crmtest.Features{})
//	}
//
// Each case gets a fresh and empty store from open, is a subtest with a name of
// its own, and states the rule that it holds, in the words of the comment of
// [crm.Store] or of whatever it is about. A case that fails prints what it found
// and that rule:
//
//	--- FAIL: TestStore/claim/swap
//	    Commit: crm: customer/a: phone: held by customer/b: taken, want it applied
//	    the store breaks a rule of package crm:
//	      Store: Commit: So two customers can swap their telephone numbers in one commit.
//
// go test -run 'TestStore/claim' repeats the cases of one subject; begin with
// version, commit, key and write. -short reduces sizes. A case that does not end is
// reported after Features.Patience: most often a lock or a connection is held while
// the body of a loop runs. TestConcurrency is of most use under -race.
//
// The cases that the stores of all domains have to pass are in internal/storetest,
// sorted by the first half of their names: key/receipt is in case_key.go, its rules
// above its steps. The cases of customers are here: case_*.go, and alongside_*.go, where
// a case goes on that all domains have.
//
// The zero [Features] demand everything. What your store lacks is said there, one
// field each: NoOutbox, NoPruner, ReadOnlyProfiles. Five functions let the suite
// see more than a crm.Store shows: Another opens a second store on the same data,
// as a second process would; Reopen closes the store and opens it again; Contains searches the whole database for a text that
// was erased; SeedProfile writes into the host's own table of customers, and
// RemoveProfile deletes from it.
//
// A [crm.PurchaseSource] has its own suite, [TestPurchaseSource], which also holds
// the sums of a [crm.Summarizer] against the rows, byte for byte.
//
// # Testing services
//
// [TestServices] runs the services of package crm over your store, through errors,
// conflicts and many orders of their calls, and holds that nothing is lost and
// nothing happens twice. The same parts test services of your own.
//
// [NewFaulty] stands in front of a store and fails as systems do: before a commit,
// after one that was applied, with stale reads, storms of conflicts and cancelled
// contexts. [NewClock] jumps. [Interleave] runs several tasks one at a time and
// switches between them at the calls of the store, in an order that a seed decides:
// thousands of orders in a second, and each can be repeated. All three take a seed
// and nothing else that is random, so a failure is reported by its seed.
//
// # Vocabulary
//
//	case        用例        one rule, shown on one store
//	rule        规则        a promise of package crm, in its own words
//	mutant      变异体      a store with one fault, which a case has to find
//	fault       故障        what a Faulty injects
//	stale read  陈旧读      an answer that was right some commits ago
//	conflict    冲突        a version moved since it was read
//	interleaving 交错执行   one order of the calls of several tasks
//
// # Sources
//
// The form follows testing/slogtest (a case explains the rule that it holds), dex's
// storage/conformance (a fresh store for each case, concurrency apart) and
// Watermill's pubsub/tests (Features). Mutants measure a suite: DeMillo, Lipton and
// Sayward, Hints on Test Data Selection, IEEE Computer 11(4), 1978. Write skew, which
// a requirement prevents: Berenson and others, A Critique of ANSI SQL Isolation
// Levels, SIGMOD 1995.
package crmtest
