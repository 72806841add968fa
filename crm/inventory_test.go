package crm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// What is on the inventory is what goes to others, and then nothing is.
func TestInventory(t *testing.T) {
	s, clock := busy(t)
	has := func(staff string) map[owner.Matter][]string {
		list, err := s.Handovers.Inventory(s.ctx, boss, staff)
		require.NoError(t, err)
		var matters []owner.Matter
		things := map[owner.Matter][]string{}
		for _, of := range list {
			matters = append(matters, of.Matter)
			for _, b := range of.Things {
				text := b.Subject.String()
				if b.Amount.Minor > 0 {
					text += " " + b.Amount.String()
				}
				things[of.Matter] = append(things[of.Matter], text)
			}
		}
		require.Equal(t, owner.Matters(), matters)
		return things
	}
	require.Equal(t, map[owner.Matter][]string{
		owner.Customers:     {"customer/acme", "customer/c1"},
		owner.Leads:         {"lead/l1"},
		owner.Opportunities: {"opportunity/o-new", "opportunity/o-old"},
		owner.Receivables:   {"instalment/SO-1/1 3000.00 CNY"},
		owner.Tasks:         {"appointment/v1", "reminder/r1"},
	}, has("li"))
	require.Empty(t, has("nobody"))

	_, err := s.Handovers.Inventory(s.ctx, boss, "")
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Handovers.Inventory(s.ctx, crm.Actor{ID: "far", Sees: access.Scope{Owner: "far"}}, "li")
	require.ErrorIs(t, err, crm.ErrForbidden)
	own := crm.Actor{ID: "li", Sees: access.Scope{Owner: "li"}}
	list, err := s.Handovers.Inventory(s.ctx, own, "li")
	require.NoError(t, err)
	require.Len(t, list[0].Things, 2)

	// An appointment that is over stays with who was there.
	clock.to(date("2026-11-20"), 18*60)
	require.NoError(t, s.Agenda.Finish(s.ctx, boss, "v1", "", crm.Call{}))
	_, err = s.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Code: "left"}, Takers: []owner.Staff{zhao}})
	require.NoError(t, err)
	require.Empty(t, has("li"))
	require.Equal(t, []string{"reminder/r1"}, has("zhao")[owner.Tasks])
}

// Approvals in which a colleague has a seat, also one whose turn is to come, are on the
// inventory until a successor has them.
func TestInventoryOfSeats(t *testing.T) {
	s, _ := desk(t)
	serial := everyone("row", 3)
	serial.Mode = approval.Serial
	s.start(as("ann"), crm.Proposal{ID: "b", Flow: flow(approval.Fixed, serial), Request: spend(1)})
	s.start(as("ann"), crm.Proposal{ID: "a", Flow: flow(approval.Fixed, everyone("all", 3)), Request: spend(1)})
	sits := func(who string) (list []string) {
		has, err := s.Handovers.Inventory(s.ctx, boss, who)
		require.NoError(t, err)
		for _, of := range has {
			for _, b := range of.Things {
				require.Equal(t, owner.Approvals, of.Matter)
				list = append(list, b.Subject.String())
			}
		}
		return list
	}
	require.Equal(t, []string{"approval/a", "approval/b"}, sits("v3"))
	require.NoError(t, s.Owners.Close(s.ctx, boss, "v3", crm.Call{}))
	_, err := s.Approvals.Succeed(s.ctx, boss, "v3", "v4", crm.Call{})
	require.NoError(t, err)
	require.Empty(t, sits("v3"))
	require.Equal(t, []string{"approval/a", "approval/b"}, sits("v4"))
}
