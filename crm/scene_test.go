package crm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// scene is a CRM over a fresh store, with the colleagues and tables that the tests
// below share.
type scene struct {
	*crm.CRM
	t     *testing.T
	ctx   context.Context
	store crm.Store
	clock *ticking
}

var (
	boss = crm.Actor{ID: "wang", Sees: access.Everything()}
	li   = owner.Staff{ID: "li", Path: "sales/east/", Active: true}
	zhao = owner.Staff{ID: "zhao", Path: "sales/west/", Active: true}
	sun  = owner.Staff{ID: "sun", Path: "sales/west/", Active: true}
)

var secret = []byte("0123456789abcdef0123456789abcdef")

func newScene(t *testing.T, opts crm.Options) *scene {
	t.Helper()
	return newSceneOn(t, new(crm.Memory), opts)
}

func newSceneOn(t *testing.T, store crm.Store, opts crm.Options) *scene {
	t.Helper()
	s := &scene{t: t, ctx: t.Context(), store: store, clock: newYear()}
	if opts.Clock == nil {
		opts.Clock = s.clock
	}
	if opts.ErasureKey == nil {
		opts.ErasureKey = secret
	}
	c, err := crm.New(store, opts)
	require.NoError(t, err)
	s.CRM = c
	_, err = c.Registries.Touchpoints.Put(s.ctx, boss, []timeline.Touchpoint{
		{Code: "hotline", En: "hotline", Zh: "热线电话", Channel: timeline.Phone}, {Code: "office", En: "office", Zh: "办公室"}}, 0, crm.Call{})
	require.NoError(t, err)
	return s
}

// person returns the profile of a person with a mobile number.
func person(t *testing.T, name, mobile string) party.Profile {
	t.Helper()
	p := party.Profile{Type: party.Person, Kind: party.KindConsumer, Name: name}
	if mobile != "" {
		i, err := party.NewIdentifier(party.Phone, "", mobile)
		require.NoError(t, err)
		p.Identifiers = []party.Identifier{i}
	}
	return p
}

func organisation(name string) party.Profile {
	return party.Profile{Type: party.Organisation, Kind: party.KindConsumer, Name: name}
}

func (s *scene) register(id string, p party.Profile, to owner.Staff) {
	s.t.Helper()
	_, err := s.Customers.Register(s.ctx, boss, crm.Registration{ID: id, Profile: p, Owner: to})
	require.NoError(s.t, err)
}

func (s *scene) get(id string) crm.Customer {
	s.t.Helper()
	c, err := s.Customers.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	return c
}

// followUp records an action that counts, at the zero time as of now.
func (s *scene) followUp(who string, target crm.Subject, at time.Time) {
	s.t.Helper()
	done, err := s.Actions.Record(s.ctx, crm.Actor{ID: who, Sees: boss.Sees}, target, cadence.Action{NoChange: true}, crm.Call{At: at})
	require.NoError(s.t, err)
	require.True(s.t, done.Counted)
}

// verified holds that the journals come to what the records say.
func (s *scene) verified() {
	s.t.Helper()
	_, found, err := s.Verify(s.ctx)
	require.NoError(s.t, err)
	require.Empty(s.t, found)
}

func ids(t *testing.T, rows func(func(crm.Customer, error) bool)) (list []string) {
	t.Helper()
	for c, err := range rows {
		require.NoError(t, err)
		list = append(list, c.ID)
	}
	return list
}

// call is an activity of the hotline.
func call(text string) timeline.Activity {
	return timeline.Activity{Kind: timeline.KindContact, Touchpoint: "hotline", Channel: timeline.Phone,
		Direction: timeline.Outbound, Outcome: timeline.Reached, Text: text}
}

func day(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// answered sends a command to a store that fails until it is answered.
func answered(t *testing.T, do func() error, as ...any) {
	t.Helper()
	var err error
	for range 200 {
		if err = do(); err == nil {
			return
		}
	}
	require.NoError(t, err, as...)
}

// refusedAt holds that an error is of a kind and names a field, be it an error of the pure
// package below or of crm itself.
func refusedAt[P error](t *testing.T, err, of error, field string, fieldOf func(P) string) {
	t.Helper()
	require.ErrorIs(t, err, of)
	var typed *crm.Error
	var pure P
	switch {
	case errors.As(err, &pure):
		require.Equal(t, field, fieldOf(pure))
	case errors.As(err, &typed):
		require.Equal(t, field, typed.Field)
	default:
		require.Fail(t, "is not typed", "%T", err)
	}
}
