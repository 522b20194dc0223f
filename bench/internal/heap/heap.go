// Package heap measures the memory of what a program holds.
package heap

import "runtime"

// InUse returns the bytes in use.
func InUse() float64 {
	runtime.GC()
	runtime.GC() // what pools hold goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
