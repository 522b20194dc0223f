package minhash

// golden is 2⁶⁴ divided by the golden ratio, the increment of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, with
// the constants of Stafford's variant 13): a bijection of the 64-bit values in
// which each input bit flips each output bit with probability close to 1/2.
// Being a bijection it loses nothing: equal images mean equal shingles.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// key is the i-th key that hash version 1 derives from a seed. The seed is mixed
// first, lest the keys of two seeds be one sequence, shifted. Round i of a
// signature has key 1+i.
func key(seed uint64, i int) uint64 {
	return mix(mix(seed+golden) + uint64(i)*golden)
}
