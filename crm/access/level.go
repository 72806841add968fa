package access

import "github.com/guanxi-go/guanxi/internal/enum"

// Level is how far a grant reaches; each includes those before it. The zero value
// reaches nothing.
type Level uint8

const (
	LevelNone    Level = iota // no row 无
	LevelOwn                  // rows that the actor owns, wherever they stand 本人
	LevelTeam                 // and rows of the units in which he works 本部门
	LevelSubtree              // and rows of all units below these 本部门及下级
	LevelAll                  // every row 全部
)

var levels = enum.New[Level]("level", unknown, enum.Names{
	{"none", "无"}, {"own", "本人"}, {"team", "本部门"}, {"subtree", "本部门及下级"}, {"all", "全部"},
})

// Valid reports whether l is one of the five.
func (l Level) Valid() bool { return levels.Valid(l) }

// String returns the English name, and ? for a number that is no level.
func (l Level) String() string { return levels.Code(l) }

// Zh returns the Chinese name, and ? for a number that is no level.
func (l Level) Zh() string { return levels.Zh(l) }

// MarshalText writes the form of String; a number that is no level is ErrInvalid.
func (l Level) MarshalText() ([]byte, error) { return levels.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *Level) UnmarshalText(text []byte) error { return levels.Unmarshal(l, text) }

// scope returns what somebody sees at a level, and the level that it was cut to: a
// partner's ends at his units.
func (o *Org) scope(s Staff, l Level) (Scope, Level) {
	if l == LevelAll && s.Partner {
		l = LevelSubtree
	}
	switch l {
	case LevelNone:
		return Scope{}, l
	case LevelAll:
		return Everything(), l
	}
	reach := Scope{Owner: s.ID}
	for _, unit := range s.Units {
		switch l {
		case LevelTeam:
			r, _ := o.Team(unit)
			reach.Units = append(reach.Units, r)
		case LevelSubtree:
			r, _ := o.Subtree(unit)
			reach.Units = append(reach.Units, r)
		}
	}
	reach.Units = MergeRanges(reach.Units...)
	return reach, l
}
