package group

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Receiver is a customer in the sense of the source documents: who receives an
// output (产品及服务的接受者), whether it pays or not.
type Receiver struct {
	Recipient Recipient `json:"recipient"` // a customer, department or colleague; never a group
	Outputs   []string  `json:"outputs"`   // ids of what it receives, in byte order
	// Internal and External say on which side it stands: a department or colleague
	// inside; a customer where its groups do, which may be both, or neither where no
	// group says so.
	Internal bool `json:"internal"`
	External bool `json:"external"`
}

// Receivers returns who is a customer of the company at an instant because it
// receives an output, by kind and id. A group stands for the customers placed in it
// and below it. Errors are those of [CheckOutputs] and of [Tree.Count], and
// ErrNotFound for a receiving group that t does not have.
func (t *Tree) Receivers(outputs []Output, placements []Placement, at time.Time) ([]Receiver, error) {
	if err := validOutputs(outputs); err != nil {
		return nil, err
	}
	list, err := t.placedAt(placements, at)
	if err != nil {
		return nil, err
	}
	members := make([][]string, t.Len()) // by group, with those below it
	for k, i := range t.reached(list) {
		members[i] = append(members[i], list[k].customer)
	}
	received := map[Recipient]*Receiver{}
	receive := func(to Recipient, output string) {
		if received[to] == nil {
			inside := to.Kind == ToDepartment || to.Kind == ToColleague
			received[to] = &Receiver{Recipient: to, Internal: inside}
		}
		received[to].Outputs = append(received[to].Outputs, output)
	}
	for _, o := range outputs {
		for _, to := range o.Recipients {
			switch n, ok := t.Node(to.ID); {
			case to == Recipient{ToDepartment, o.Department}: // is not a customer of itself
			case to.Kind != ToGroup:
				receive(to, o.ID)
			case !ok:
				return nil, unknownGroup(to.ID)
			default:
				for _, customer := range members[n.i] {
					receive(Recipient{ToCustomer, customer}, o.ID)
				}
			}
		}
	}
	for _, p := range list {
		if r := received[Recipient{ToCustomer, p.customer}]; r != nil {
			kind := t.nodes[p.at].kind
			r.Internal, r.External = r.Internal || kind == Internal, r.External || kind.External()
		}
	}
	return sortedReceivers(received), nil
}

func sortedReceivers(received map[Recipient]*Receiver) []Receiver {
	var receivers []Receiver
	for r := range maps.Values(received) {
		slices.Sort(r.Outputs)
		r.Outputs = slices.Compact(r.Outputs)
		receivers = append(receivers, *r)
	}
	slices.SortFunc(receivers, func(a, b Receiver) int {
		return cmp.Or(cmp.Compare(a.Recipient.Kind, b.Recipient.Kind), strings.Compare(a.Recipient.ID, b.Recipient.ID))
	})
	return receivers
}
