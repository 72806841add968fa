package hosttables_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Users of the host's are assigned, moved and recorded about as other customers
// are, and nobody has to register them first. Registering and editing is the
// host's: what would change a profile is refused, and changes nothing. The services
// go on when the host's code has changed a row.
//
// There is no crmtest.TestServices here: its scenes register customers.
func TestServicesOverTheHostsUsers(t *testing.T) {
	h, ctx := shop(t), t.Context()
	h.exec("INSERT INTO users (id, name, mobile, is_company) VALUES (1, '李雷', '13800138000', 0), (2, '韩梅梅', NULL, 0), (3, '华信', NULL, 1)")
	services, err := crm.New(h.Store, crm.Options{})
	require.NoError(t, err)
	boss := crm.Actor{ID: "boss", Sees: access.Everything()}
	ann, bob := owner.Staff{ID: "ann", Path: "sales/", Active: true}, owner.Staff{ID: "bob", Path: "sales/", Active: true}
	_, err = services.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{{Code: "shop", En: "shop", Zh: "门店"}}, 0, crm.Call{})
	require.NoError(t, err)

	for round := range 3 {
		for _, id := range []string{"1", "2", "3"} {
			call := crm.Call{Key: fmt.Sprint(round, id)}
			if round == 0 {
				_, err = services.Owners.Assign(ctx, boss, id, ann, crm.Terms{})
				require.NoError(t, err)
				_, err = services.Stages.Relationship.Move(ctx, boss, id, crm.Move[stage.Relationship]{To: stage.Awareness})
				require.NoError(t, err)
			}
			for range 2 { // sent again under its key, it happens once
				_, err = services.Timeline.Record(ctx, boss, id, timeline.Activity{Kind: timeline.KindContact, Touchpoint: "shop",
					Channel: timeline.Phone, Direction: timeline.Inbound, Text: "asks"}, call)
				require.NoError(t, err)
				h.exec("UPDATE users SET name = name || '!' WHERE id = $1", id)
			}
		}
	}
	_, err = services.Stages.Relationship.Move(ctx, boss, "1", crm.Move[stage.Relationship]{To: stage.Exploration})
	require.NoError(t, err)
	left, err := services.Owners.TransferAll(ctx, boss, "ann", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "left"}}, Takers: []owner.Staff{bob}})
	require.NoError(t, err, left)

	for id, at := range map[string]stage.Relationship{"1": stage.Exploration, "2": stage.Awareness, "3": stage.Awareness} {
		c := h.customer(id)
		require.Equal(t, "bob", c.Standing.Holding.Owner)
		require.Equal(t, at, c.Standing.Relationship.State)
		require.False(t, c.Standing.LastContact.IsZero())
		recorded := 0
		for e, err := range h.Entries(ctx, crm.EntryFilter{Subject: person(id), Journal: crm.JournalTimeline}) {
			require.NoError(t, err)
			require.Equal(t, "asks", e.Text)
			recorded++
		}
		require.Equal(t, 3, recorded)
		require.Contains(t, c.Profile.Name, "!!!!!!")
	}
	// The host's number is nobody's claim until the host commits it.
	_, found, err := services.Verify(ctx)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, person("1"), found[0].Subject)
	before := h.customer("1")
	require.NoError(t, h.change("1", before.Head.Version, crm.Claim{Space: crm.SpaceIdentifier, Key: before.Profile.Identifiers[0].ClaimKey()}))
	_, found, err = services.Verify(ctx)
	require.NoError(t, err)
	require.Empty(t, found)

	before = h.customer("1")
	_, err = services.Customers.Register(ctx, boss, crm.Registration{ID: "4", Profile: party.Profile{Type: party.Person, Name: "x"}})
	require.ErrorIs(t, err, crm.ErrUnsupported)
	err = services.Customers.Edit(ctx, boss, []string{"1"}, crm.Call{}, func(p []*party.Profile) error { p[0].Name = "x"; return nil })
	require.ErrorIs(t, err, crm.ErrUnsupported)
	require.Equal(t, before, h.customer("1"))
	_, err = h.Customer(ctx, "4")
	require.ErrorIs(t, err, crm.ErrNotFound)
}
