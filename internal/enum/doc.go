// Package enum answers how a typed constant is written and read in English and in
// Chinese, so that every enumeration of the library does it in one way:
//
//	var colours = enum.New[Colour]("colour", unknown, enum.Names{{}, {"red", "红"}, {"deep-blue", "深蓝"}})
//
//	func (c Colour) Valid() bool                        { return colours.Valid(c) }
//	func (c Colour) String() string                     { return colours.Code(c) }
//	func (c Colour) Zh() string                         { return colours.Zh(c) }
//	func (c Colour) MarshalText() ([]byte, error)       { return colours.Marshal(c) }
//	func (c *Colour) UnmarshalText(text []byte) error   { return colours.Unmarshal(c, text) }
//
// The methods stay the enumeration's own, with comments of its own, for embedded they
// would be missing in its documentation.
//
// There are two kinds of enumerations. Where the zero value is a constant, it has a name
// like the others. Where it says nothing (none), its name is empty: it is written as the
// empty text and read from it, and is not valid. A number that is neither is called ?, in
// both languages, and refused where it would be written.
package enum
