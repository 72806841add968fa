package samplingtest_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

var counter = sampling.Subject{Kind: "counter", ID: "c"}

func TestFaulty(t *testing.T) { samplingtest.Kit.TestFaulty(t) }

func TestInterleave(t *testing.T) { samplingtest.Kit.TestInterleave(t) }

// Without faults a Faulty hands everything on.
func TestFaultyWithoutFaults(t *testing.T) {
	open := func(*testing.T) sampling.Store {
		return samplingtest.NewFaulty(new(sampling.Memory), 1, samplingtest.Rates{})
	}
	features := samplingtest.Features{NoOutbox: true, NoPruner: true, Parallel: true}
	samplingtest.TestStore(t, open, features)
	samplingtest.TestConcurrency(t, open, features)
}

func TestClock(t *testing.T) { samplingtest.Kit.TestClock(t) }
