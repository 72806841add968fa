package field

import (
	"cmp"
	"iter"
	"slices"
)

// MaxFailing is the number of records that a [DryRun] lists by id.
const MaxFailing = 100

// DryRun is what a migration would do to a set of records (试运行). It does not depend
// on the order in which they are read.
type DryRun struct {
	Records int          `json:"records"`
	Failed  int          `json:"failed"`            // records with at least one fault
	Fields  []FieldCount `json:"fields,omitempty"`  // by version, then code; fields that no record touches are not listed
	Failing []string     `json:"failing,omitempty"` // ids of the failed records, the first 100 in byte order
}

// FieldCount is what becomes of the values of one field, in records. A value that
// goes through several versions is counted in each, up to the one where its record
// fails.
type FieldCount struct {
	Version   int    `json:"version"`            // of the schema with the field; the new one for defaults and for what it refuses
	Field     string `json:"field"`              // code
	Carried   int    `json:"carried,omitzero"`   // as they were
	Converted int    `json:"converted,omitzero"` // to another value
	Defaulted int    `json:"defaulted,omitzero"` // absent, now the default
	Dropped   int    `json:"dropped,omitzero"`   // by a drop
	Failed    int    `json:"failed,omitzero"`    // not to be converted, or refused by the new version
}

// DryRun applies the migration to records by id without keeping what comes out, and
// counts.
func (m Migration) DryRun(records iter.Seq2[string, Values]) DryRun {
	type key struct {
		version int
		code    string
	}
	var run DryRun
	counts := map[key]*FieldCount{}
	for id, values := range records {
		_, _, events, err := m.run(values)
		run.Records++
		if err != nil {
			run.fail(id)
		}
		for _, e := range events {
			k := key{e.version, e.code}
			if counts[k] == nil {
				counts[k] = &FieldCount{Version: e.version, Field: e.code}
			}
			counts[k].add(e.what)
		}
	}
	for _, c := range counts {
		run.Fields = append(run.Fields, *c)
	}
	slices.SortFunc(run.Fields, func(a, b FieldCount) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), cmp.Compare(a.Field, b.Field))
	})
	return run
}

func (r *DryRun) fail(id string) {
	r.Failed++
	i, _ := slices.BinarySearch(r.Failing, id)
	if i < MaxFailing {
		r.Failing = slices.Insert(r.Failing, i, id)
		r.Failing = r.Failing[:min(len(r.Failing), MaxFailing)]
	}
}

func (c *FieldCount) add(what outcome) {
	switch what {
	case carried:
		c.Carried++
	case converted:
		c.Converted++
	case defaulted:
		c.Defaulted++
	case left:
		c.Dropped++
	case failed:
		c.Failed++
	}
}
