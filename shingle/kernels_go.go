package shingle

func findMasks(ms []masks, data []byte) int                            { return findMasksGo(ms, data) }
func findEdges(edges *[chunk*window + unrolled]uint16, ms []masks) int { return findEdgesGo(edges, ms) }
func hashAll(values []uint64)                                          { hashAllGo(values) }
