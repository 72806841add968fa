package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// tenants returns a function that opens fresh and empty stores: each a tenant of its
// own in one database, which costs less than a database, and shows besides that
// tenants do not disturb each other.
func (e engine) tenants(t *testing.T) func(t *testing.T) loyalty.Store {
	dsn := e.dsn(t)
	var n atomic.Int64
	return func(t *testing.T) loyalty.Store {
		store, _ := e.points(t, dsn, loyaltysql.Options{Tenant: fmt.Sprint("租户 ", n.Add(1))})
		return store
	}
}

// TestLoyaltyScenarios plays the hard cases of a points programme on every engine.
func TestLoyaltyScenarios(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) { loyaltytest.TestScenarios(t, e.tenants(t)) })
}

// TestLoyaltyServices plays clients over a store that fails, on every engine.
func TestLoyaltyServices(t *testing.T) {
	runs := loyaltytest.Runs{Faults: 40}
	switch {
	case os.Getenv("GUANXI_FULL") != "":
		runs.Faults = 200
	case testing.Short():
		runs.Faults = 8
	}
	onEach(t, func(t *testing.T, e engine) { loyaltytest.TestServices(t, e.tenants(t), runs) })
}
