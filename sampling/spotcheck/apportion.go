package spotcheck

import "container/heap"

// Claim is what one department brings to [Apportion].
type Claim struct {
	ID     string `json:"id"`             // unique
	Weight int    `json:"weight"`         // its people, 0 to 1e9
	Have   int    `json:"have,omitzero"`  // seats that it has already, 0 to 1e9
	Least  int    `json:"least,omitzero"` // seats to have afterwards at least, 0 to Most
	Most   int    `json:"most"`           // seats to have afterwards at most, not below Have
}

// Apportion gives so many further seats to departments (名额分配) and returns, in the
// order of claims, how many each gets. Each seat goes where Weight/(2 Have + 1) is the
// largest, seats below Least first; equal claims go to the smaller id. This is
// Webster's (Sainte-Laguë's) method on what has been given so far: in the long run
// every department gets its share, while rounding each round by itself gives a small
// one nothing for ever; and more seats never take one away, which the largest
// remainders do (Balinski and Young 1982).
//
// ErrInfeasible: the seats do not reach for Least, or are more than Most allows.
// ErrInvalid: a claim outside its ranges, or an id given twice.
func Apportion(claims []Claim, seats int) ([]int, error) {
	once := make(map[string]bool, len(claims))
	deficit, room := 0, 0
	for i, c := range claims {
		ok := validID(c.ID) && !once[c.ID] && c.Weight >= 0 && c.Weight <= maxPeople && c.Have >= 0 &&
			c.Least >= 0 && c.Least <= c.Most && c.Have <= c.Most && c.Most <= maxPeople
		if !ok {
			return nil, refuseItem(ErrInvalid, "claims", i, codeClaim)
		}
		once[c.ID] = true
		deficit = min(maxPeople+1, deficit+max(0, c.Least-c.Have)) // fits 32 bits
		room = min(maxPeople, room+c.Most-c.Have)
	}
	if seats < deficit {
		return nil, refuseCount(ErrInfeasible, "seats", codeSeats, deficit, seats)
	}
	if seats > room {
		return nil, refuseCount(ErrInfeasible, "seats", codeSeats, room, seats)
	}
	return apportion(claims, seats, deficit), nil
}

// apportion gives the first so many seats only where a minimum is not reached, while
// there are such.
func apportion(claims []Claim, seats, forced int) []int {
	given := make([]int, len(claims))
	give := func(n int, limit func(Claim) int) int {
		q := &queue{}
		for i, c := range claims {
			c.Have += given[i]
			if c.Have < limit(c) {
				*q = append(*q, turn{c, i, limit(c)})
			}
		}
		heap.Init(q)
		for ; n > 0 && len(*q) > 0; n-- {
			top := &(*q)[0]
			given[top.at]++
			if top.Have++; top.Have == top.limit {
				heap.Pop(q)
			} else {
				heap.Fix(q, 0)
			}
		}
		return n
	}
	left := give(min(forced, seats), func(c Claim) int { return c.Least })
	give(seats-min(forced, seats)+left, func(c Claim) int { return c.Most })
	return given
}

// turn is a claim that waits for its next seat, up to a limit.
type turn struct {
	Claim
	at, limit int
}

type queue []turn

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(turn)) }

// Less compares Weight/(2 Have + 1) crosswise, below 2^63.
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	left, right := int64(a.Weight)*(2*int64(b.Have)+1), int64(b.Weight)*(2*int64(a.Have)+1)
	if left != right {
		return left > right
	}
	return a.ID < b.ID
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
