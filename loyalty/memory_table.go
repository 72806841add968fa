package loyalty

import "hash/maphash"

// memoryTable finds accounts by their ids: open addressing, in which a short id stands
// in its slot, and two slots in a line of the cache. So to find one of a million costs
// one miss, where a map has to look at a group of slots, at the header of a text, and
// at the text. The zero value is empty.
type memoryTable struct {
	seed  maphash.Seed
	slots []memorySlot              // a power of two, at most three quarters of them taken
	short int                       // accounts in slots
	long  map[string]*memoryAccount // those whose ids are too long for one
}

// memorySlot has an account, and its id in the first size bytes; nil is free.
type memorySlot struct {
	account *memoryAccount
	size    uint8
	id      [shortID]byte
}

// shortID is how many bytes of an id leave a slot at 32.
const shortID = 23

// get returns the account with an id, and nil for none.
func (t *memoryTable) get(id string) *memoryAccount {
	if len(id) > shortID {
		return t.long[id]
	}
	if t.short == 0 {
		return nil
	}
	return t.slots[t.find(id)].account
}

// add adds an account with an id that is not there. The id is kept.
func (t *memoryTable) add(id string, a *memoryAccount) {
	if len(id) > shortID {
		if t.long == nil {
			t.long = map[string]*memoryAccount{}
		}
		t.long[id] = a
		return
	}
	if t.short++; 4*t.short > 3*len(t.slots) {
		t.grow()
	}
	slot := &t.slots[t.find(id)]
	slot.account, slot.size = a, uint8(copy(slot.id[:], id))
}

// find returns the place of a short id, or the free one where it belongs.
func (t *memoryTable) find(id string) int {
	last := len(t.slots) - 1
	i := int(maphash.String(t.seed, id)) & last
	for {
		slot := &t.slots[i]
		if slot.account == nil || string(slot.id[:slot.size]) == id {
			return i
		}
		i = (i + 1) & last
	}
}

// grow doubles the slots.
func (t *memoryTable) grow() {
	if t.slots == nil {
		t.seed = maphash.MakeSeed()
	}
	old := t.slots
	t.slots = make([]memorySlot, max(2*len(old), 64))
	for i := range old {
		if slot := &old[i]; slot.account != nil {
			t.slots[t.find(string(slot.id[:slot.size]))] = *slot
		}
	}
}
