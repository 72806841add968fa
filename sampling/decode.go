package sampling

import (
	"bytes"
	"encoding"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/members"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// A year has a line for every check, and every line of a roster is read when a round is
// drawn. What a store returns is known to be JSON, so it is read here without
// encoding/json, which checks it first and then asks for the type of every value.

// decode reads what append wrote into the data of an entry.
func (d *lineData) decode(text []byte) error {
	return members.Each(text, func(name, value []byte) (err error) {
		switch string(name) {
		case "round":
			d.Round, err = strconv.Atoi(string(value))
		case "code":
			d.Code, err = stringOf(value)
		case "pages":
			d.Pages, err = strconv.Atoi(string(value))
		case "result":
			d.Result = &spotcheck.Result{}
			err = decodeResult(value, d.Result)
		case "roster":
			err = decodeText(value, &d.Roster)
		}
		return err
	})
}

func decodeResult(text []byte, x *spotcheck.Result) error {
	return members.Each(text, func(name, value []byte) (err error) {
		switch string(name) {
		case "person":
			x.Person, err = stringOf(value)
		case "understanding":
			x.Understanding, err = strconv.Atoi(string(value))
		case "practice":
			x.Practice, err = strconv.Atoi(string(value))
		case "absence":
			x.Absence, err = stringOf(value)
		case "remedial":
			x.Remedial, err = strconv.ParseBool(string(value))
		case "inspector":
			x.Inspector, err = stringOf(value)
		case "on":
			err = decodeText(value, &x.On)
		}
		return err
	})
}

// decodePeople reads the lines of a roster. A department and a reason are in memory once.
func decodePeople(text []byte) ([]spotcheck.Person, error) {
	people := make([]spotcheck.Person, 0, bytes.Count(text, []byte{'{'}))
	once := map[string]string{}
	shared := func(value []byte) (string, error) {
		code, err := members.Text(value)
		if kept, known := once[string(code)]; known {
			return kept, err
		}
		kept := string(code)
		once[kept] = kept
		return kept, err
	}
	err := members.Elements(text, func(line []byte) error {
		var p spotcheck.Person
		err := members.Each(line, func(name, value []byte) (err error) {
			switch string(name) {
			case "id":
				p.ID, err = stringOf(value)
			case "department":
				p.Department, err = shared(value)
			case "absent":
				p.Absent, err = shared(value)
			}
			return err
		})
		people = append(people, p)
		return err
	})
	return people, err
}

func stringOf(value []byte) (string, error) {
	text, err := members.Text(value)
	return string(text), err
}

func decodeText(value []byte, into encoding.TextUnmarshaler) error {
	text, err := members.Text(value)
	if err != nil {
		return err
	}
	return into.UnmarshalText(text)
}
