package reward

// The symbols are Crockford's base 32: digits and upper-case letters without I, L,
// O and U, which people confuse with 1, 0 and V or read as words.
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const noSymbol = 0xff

// symbolOf returns the value of a symbol as people write it: in either case, half or
// full width (全角), I and L for 1, O for 0. skip is what may stand between symbols.
func symbolOf(r rune) (value byte, skip bool) {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch {
	case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '-' || r == '_' || r == '.',
		r == '\u00a0' || r == '\u3000' || r >= '\u2010' && r <= '\u2015':
		return 0, true
	case r >= '0' && r <= '9':
		return byte(r - '0'), false
	case r >= 'a' && r <= 'z':
		r -= 'a' - 'A'
	}
	switch {
	case r == 'I' || r == 'L':
		return 1, false
	case r == 'O':
		return 0, false
	case r < 'A' || r > 'Z' || r == 'U':
		return noSymbol, false
	}
	value = byte(r-'A') + 10
	for _, missing := range "ILO" { // U is the fourth
		if r > missing {
			value--
		}
	}
	if r > 'U' {
		value--
	}
	return value, false
}

// pack appends bytes as symbols of five bits, the last one filled with zeros.
func pack(dst, data []byte) []byte {
	var bits, n uint
	for _, b := range data {
		bits, n = bits<<8|uint(b), n+8
		for n >= 5 {
			n -= 5
			dst = append(dst, byte(bits>>n)&31)
		}
		bits &= 1<<n - 1
	}
	if n > 0 {
		dst = append(dst, byte(bits<<(5-n))&31)
	}
	return dst
}

// unpack is the inverse of pack; ok is false for symbols that pack does not make.
func unpack(values []byte) (data []byte, ok bool) {
	var bits, n uint
	for _, v := range values {
		bits, n = bits<<5|uint(v), n+5
		if n >= 8 {
			n -= 8
			data = append(data, byte(bits>>n))
			bits &= 1<<n - 1
		}
	}
	return data, n < 5 && bits == 0
}

// checkSymbol returns the symbol that, put after the values, makes their weighted
// sum zero: the weights, from the right, are the powers 1, a, a^2 ... of a generator
// a of the field of 32 elements. All differ within 31 symbols, so one wrong symbol
// is always found, and so are two that have changed places, unless a multiple of 31
// apart.
func checkSymbol(values []byte) byte {
	var sum byte
	for _, v := range values {
		sum = timesA(sum ^ v)
	}
	return sum
}

// timesA multiplies by the generator x of GF(2)[x]/(x^5+x^2+1).
func timesA(v byte) byte {
	v <<= 1
	if v >= 32 {
		v ^= 0b100101
	}
	return v
}
