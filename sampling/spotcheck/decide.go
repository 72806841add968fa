package spotcheck

// pool is how many people of each sort a round finds: all that its numbers depend on.
// Draw, the report and the forecast decide by it alike.
type pool struct {
	kind          RoundKind
	n             int // all staff
	eligible      int // of these, who can be drawn
	seen          int // checked before, absent people included
	unseen        int // eligible, not checked before, not certain
	passed        int // eligible, checked before, not certain
	recheck       int // certain: outstanding
	owed          int // certain: drawn and absent the last time
	certainUnseen int // of recheck and owed, not checked before in this cycle
	catchUp       int // owed to missed rounds
	least         int // first checks that department minima take in this round
}

// decide returns the numbers of a round.
//
// What is hard comes first: everybody outstanding, the quota as a floor, the coverage
// goal in the year-end check. That nobody is drawn twice is soft and gives way as the
// cycle says (规定:「一般不重复」). The floor stands above the reserve.
func (c Cycle) decide(p pool) (Counts, error) {
	k := Counts{N: p.n, Eligible: p.eligible, Goal: c.Goal.Of(p.n), Seen: p.seen, Unseen: p.unseen,
		CatchUp: p.catchUp, Recheck: p.recheck, Owed: p.owed}
	k.Quota = c.RoutineRate.Of(p.n)
	if p.kind == YearEnd {
		k.Quota = c.YearEndRate.Of(p.n)
	}
	k.CatchUp = min(p.catchUp, p.n-k.Quota)
	floor := k.Quota + k.CatchUp
	goal := 0
	if p.kind == YearEnd && !c.NoTopUp {
		goal = max(0, k.Goal-p.seen-p.certainUnseen)
	}
	k.Target = max(floor, goal, p.least)
	wanted := floor
	if c.Recheck == Inside {
		wanted = max(0, floor-p.recheck)
	}
	available := p.unseen
	if c.Reserve && p.kind == Routine {
		available = max(0, p.unseen-c.YearEndRate.Of(p.n))
	}
	first := min(max(wanted, goal, p.least), available)
	lack := max(0, wanted-first)
	if c.Exhausted == RepeatOldest {
		k.Repeat = min(lack, p.passed)
		lack -= k.Repeat
	}
	fromReserve := min(lack, p.unseen-first)
	first, lack = first+fromReserve, lack-fromReserve
	k.Fresh = min(first, wanted)
	k.TopUp = first - k.Fresh
	certain := k.Recheck + k.Owed + first + k.Repeat
	k.Surprise = min(c.Surprise.Of(k.Quota), p.eligible-certain)
	k.Checked = certain + k.Surprise
	k.Shortfall = max(0, floor-certain)
	if c.Exhausted == Refuse && (lack > 0 && p.passed > 0 || k.Shortfall > 0) {
		return Counts{}, refuseCount(ErrInfeasible, "round", codeExhausted, wanted, first)
	}
	if c.Reserve && p.kind == Routine {
		k.Reserved = min(p.unseen-first, c.YearEndRate.Of(p.n))
	}
	if p.kind == YearEnd {
		k.CoverageShortfall = max(0, k.Goal-p.seen-p.certainUnseen-first)
	}
	return k, nil
}

// catchUp returns how many people a routine round takes over from missed ones: what
// they would have drawn by today's quota and nobody has drawn since, in equal parts
// over the routine rounds that are left.
func (c Cycle) catchUp(n, missed, caught, round int) int {
	if c.Missed != CatchUp || missed == 0 || c.Rounds[round-1].Kind != Routine {
		return 0
	}
	left := 0
	for _, r := range c.Rounds[round-1:] {
		if r.Kind == Routine {
			left++
		}
	}
	return (max(0, missed*c.RoutineRate.Of(n)-caught) + left - 1) / left
}

// later returns the sum of the quotas of the rounds behind a round.
func (c Cycle) later(n, round int) int {
	sum := 0
	for _, r := range c.Rounds[round:] {
		if r.Kind == YearEnd {
			sum += c.YearEndRate.Of(n)
		} else {
			sum += c.RoutineRate.Of(n)
		}
	}
	return sum
}
