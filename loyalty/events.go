package loyalty

import (
	"strconv"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// pointEvents are the kinds of event that entries of an account make known.
var pointEvents = [...]string{
	points.KindEarn: "points.earned", points.KindOpening: "points.opened", points.KindConfirm: "points.confirmed",
	points.KindBurn: "points.burned", points.KindHold: "points.held", points.KindCapture: "points.captured",
	points.KindRelease: "points.released", points.KindRefund: "points.refunded", points.KindClawback: "points.clawed-back",
	points.KindWriteOff: "points.written-off", points.KindSettle: "points.settled", points.KindAdjust: "points.adjusted",
	points.KindExpire: "points.expired", points.KindTransferOut: "points.transferred-out", points.KindTransferIn: "points.transferred-in",
}

// events appends an event for each entry of an account to the writes that post it:
// what time does is made known like what somebody does. The rest is in the journal,
// under the number.
func (c *core) events(writes []Write, entries []points.Entry) []Write {
	if !c.opts.Events {
		return writes
	}
	for i := range entries {
		e := &entries[i]
		data := make([]byte, 0, 48)
		data = strconv.AppendUint(append(data, `{"seq":`...), e.Seq, 10)
		data = strconv.AppendInt(append(data, `,"amount":`...), e.Amount, 10)
		writes = append(writes, Emit{Event{Kind: pointEvents[e.Kind], At: e.Recorded, Data: append(data, '}')}})
	}
	return writes
}
