package main

import (
	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// logIn is the morning: these people log in. The host says so to the library.
type logIn struct {
	event
	People []string `json:"people"`
}

func (a *logIn) play(r *replay) error {
	for _, id := range a.People {
		if err := r.Cadence.Login(r.ctx, crm.Actor{ID: id, Sees: access.Scope{Owner: id}}, crm.Call{}); err != nil {
			return err
		}
	}
	return nil
}

// trip is somebody's travel, as the attendance system has it: from a day through
// another.
type trip struct {
	event
	From    calendar.Day `json:"from"`
	Through calendar.Day `json:"through"`
}

func (a *trip) play(r *replay) error {
	r.house.trips[a.Who] = append(r.house.trips[a.Who], cadence.Absence{Kind: cadence.Travel,
		From: a.From.Start(shanghai).UTC(), To: (a.Through + 1).Start(shanghai).UTC()})
	return r.say("DID-TRIP", finding.Day("from", a.From), finding.Day("through", a.Through))
}
