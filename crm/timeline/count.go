package timeline

// Counts says how many activities there are, in all and by code. A code that does
// not occur is not in the map; the zero value of a channel or direction stands for
// activities that state none.
type Counts struct {
	Total        int               `json:"total"`
	ByKind       map[Kind]int      `json:"by_kind"`
	ByChannel    map[Channel]int   `json:"by_channel"`
	ByDirection  map[Direction]int `json:"by_direction"`
	ByOutcome    map[Outcome]int   `json:"by_outcome"`
	ByTouchpoint map[string]int    `json:"by_touchpoint"`
	ByActor      map[string]int    `json:"by_actor"`
}

// Count counts the activities of t; [Timeline.Between] cuts the period. Each of
// the maps adds up to Total.
func (t *Timeline) Count() Counts {
	c := Counts{
		Total: len(t.all), ByKind: map[Kind]int{}, ByChannel: map[Channel]int{}, ByDirection: map[Direction]int{},
		ByOutcome: map[Outcome]int{}, ByTouchpoint: map[string]int{}, ByActor: map[string]int{},
	}
	for _, a := range t.all {
		c.ByKind[a.Kind]++
		c.ByChannel[a.Channel]++
		c.ByDirection[a.Direction]++
		c.ByOutcome[a.Outcome]++
		c.ByTouchpoint[a.Touchpoint]++
		c.ByActor[a.Actor]++
	}
	return c
}
