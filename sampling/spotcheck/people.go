package spotcheck

import "maps"

// people are the records of those who were drawn or carried, by id. Copies share what
// none of them has changed since: what belongs to another owner is copied before it is
// written, a page of records and the checks of one person at a time. So a copy costs a
// pointer for every page.
type people struct {
	place map[string]int32 // of a record
	pages []*page
	count int
	owner *owner // of what is written in place; nil where all is shared
	named *owner // of place
}

const pageLen = 64

type page struct {
	owner   *owner
	records [pageLen]record
}

// owner is told from others by its address.
type owner struct{ _ byte }

// clone returns a copy; from now on both share what they have.
func (p *people) clone() people {
	if p.owner != nil {
		p.owner = nil
	}
	c := *p
	c.pages = append(make([]*page, 0, len(p.pages)+1), p.pages...)
	return c
}

// find returns the record of a person, nil where there is none. It is not to be written.
func (p *people) find(id string) *record {
	at, ok := p.place[id]
	if !ok {
		return nil
	}
	return &p.pages[at/pageLen].records[at%pageLen]
}

// write returns the record of a person as one that may be written, and makes it where
// there is none.
func (p *people) write(id string) *record {
	if p.owner == nil {
		p.owner = &owner{}
	}
	at, ok := p.place[id]
	if !ok {
		at = p.add(id)
	}
	own := p.pages[at/pageLen]
	if own.owner != p.owner {
		copied := *own
		copied.owner = p.owner
		own = &copied
		p.pages[at/pageLen] = own
	}
	h := &own.records[at%pageLen]
	if h.owner != p.owner {
		h.owner, h.checks = p.owner, append(make([]Check, 0, len(h.checks)+1), h.checks...)
	}
	return h
}

// add makes room for a person who has no record.
func (p *people) add(id string) int32 {
	switch {
	case p.place == nil:
		p.place = map[string]int32{}
	case p.named != p.owner:
		p.place = maps.Clone(p.place)
	}
	p.named = p.owner
	at := int32(p.count)
	if p.count%pageLen == 0 {
		p.pages = append(p.pages, &page{owner: p.owner})
	}
	p.place[id] = at
	p.count++
	return at
}
