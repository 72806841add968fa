package stage

// LadderMachine returns the customer ladder as a machine (顾客梯级状态机):
//
//	up 升级      to any higher rung, for a customer is looked at from time to time
//	             and may have bought several times in between
//	down 降级    from intent to target, from loyal to repeat, and from seed to loyal
//	             or repeat, each with a reason
//
// Nothing leads below one-time again: what was bought stays bought. A customer may
// begin as target, intent or, where the first contact is a purchase, one-time; any
// other rung is a matter of [Command].Imported. The table allows every step that
// crm/segment's LadderPolicy can suggest as purchases, silence, score and
// referrals go on; it suggests, this machine records what somebody decided.
func LadderMachine() *Machine[Rung] {
	d := Definition[Rung]{Name: "ladder", States: statesOf(rungs), Initial: []Rung{RungTarget, RungIntent, RungOneTime}}
	for _, r := range Rungs() {
		for up := r + 1; up <= RungSeed; up++ {
			d.Transitions = append(d.Transitions, Transition[Rung]{From: r, To: up})
		}
	}
	for _, down := range [][2]Rung{{RungIntent, RungTarget}, {RungLoyal, RungRepeat}, {RungSeed, RungLoyal}, {RungSeed, RungRepeat}} {
		d.Transitions = append(d.Transitions, Transition[Rung]{From: down[0], To: down[1], Reason: true})
	}
	return ready(d)
}
