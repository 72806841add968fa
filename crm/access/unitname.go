package access

import (
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/group"
)

// BareName returns the English and the Chinese name of a unit without the name of
// the unit above that it begins with: 客户关系部 for 华东区域客户关系部 in 华东区域.
// The nearest unit whose name stands there is stripped, as it is spelt in the tree,
// once; a name that begins with none is returned whole. False where there is no such
// unit.
func (o *Org) BareName(unit string) (name, zh string, ok bool) {
	n, ok := o.units.Node(unit)
	if !ok {
		return "", "", false
	}
	name = bare(n, func(g group.Group) string { return g.Name })
	zh = bare(n, func(g group.Group) string { return g.Zh })
	return name, zh, true
}

func bare(n group.Node, of func(group.Group) string) string {
	name := of(n.Group())
	for up := range n.Ancestors() {
		above := of(up.Group())
		if rest, found := strings.CutPrefix(name, above); found && above != "" {
			if rest = strings.TrimSpace(rest); rest != "" {
				return rest
			}
		}
	}
	return name
}

// Named returns the ids of the units that bear one of names, in English or Chinese,
// in the order of [Org.Units]: their own name, or what [Org.BareName] leaves of it,
// equals one exactly.
func (o *Org) Named(names ...string) (units []string) {
	for n := range o.units.All() {
		g := n.Group()
		name, zh, _ := o.BareName(g.ID)
		for _, candidate := range []string{g.Name, g.Zh, name, zh} {
			if candidate != "" && slices.Contains(names, candidate) {
				units = append(units, g.ID)
				break
			}
		}
	}
	return units
}
