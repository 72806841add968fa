// Package samplingtest answers whether a store keeps the contract of package sampling,
// and whether a service keeps its word when the store fails (存储契约测试).
//
// # Running the suite on your adapter
//
// Your adapter implements [sampling.Store] over the database that you have. One test
// in its package runs every case of the contract:
//
//	func TestStore(t *testing.T) {
//		open := func(t *testing.T) sampling.Store {
//			db := openEmptyDatabase(t) // registers its clean-up with t.Cleanup
//			return myadapter.New(db)
//		}
//		samplingtest.TestStore(t, open, samplingtest.Features{})
//		samplingtest.TestConcurrency(t, open, samplingtest.Features{})
//	}
//
// Each case gets a fresh and empty store from open, is a subtest with a name of
// its own, and states the rule that it holds, in the words of the comment of
// [sampling.Store] or of whatever it is about. A case that fails prints what it found
// and that rule:
//
//	--- FAIL: TestStore/commit/stale-version
//	    Commit: <nil>, want conflict
//	    the store breaks a rule of package sampling:
//	      Store: Commit: ErrConflict: a subject of Require or Changes is not at the version expected.
//
// go test -run 'TestStore/key' repeats the cases of one subject; begin with version,
// commit, key and write. -short reduces sizes. A case that does
// not end is reported after Features.Patience: most often a lock or a connection is
// held while the body of a loop runs. TestConcurrency is of most use under -race.
//
// The cases are those that the stores of all domains have to pass. They are in
// internal/storetest, sorted by the first half of their names: key/receipt is in
// case_key.go, its rules above its steps. The file own.go has what they take from this
// domain.
//
// The zero [Features] demand everything. What your store lacks is said there, one
// field each: NoOutbox, NoPruner. Three functions let the suite see more
// than a sampling.Store shows: Another opens a second store on the same data, as a
// second process would; Reopen closes the store and opens it again; Contains
// searches the whole database for a text that was erased.
//
// # Testing services
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
//	rule        规则        a promise of package sampling, in its own words
//	mutant      变异体      a store with one fault, which a case has to find
//	fault       故障        what a Faulty injects
//	stale read  陈旧读      an answer that was right some commits ago
//	conflict    冲突        a version moved since it was read
//	interleaving 交错执行   one order of the calls of several tasks
//
// # Sources
//
// The form is that of package crm/crmtest, where testing/slogtest, dex's
// storage/conformance and Watermill's pubsub/tests are its models. Mutants measure a
// suite: DeMillo, Lipton and Sayward, Hints on Test Data Selection, IEEE Computer
// 11(4), 1978. The simulation under one seed follows FoundationDB's and TigerBeetle's.
package samplingtest
