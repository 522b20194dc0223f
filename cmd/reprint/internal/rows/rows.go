// Package rows carries rows of package batch in and out of a process as streams of
// Apache Arrow (IPC, uncompressed), whose columns are k and o, int64, and v, binary. That
// is what engines such as Apache Spark hand to a program and take from it.
//
// A stream ends with its mark. One that ends otherwise was broken off, as by a process
// that was killed, and is an error: nobody takes half of the rows for all.
package rows

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
)

// ErrStream is wrapped by errors about a stream that is not one of rows, or damaged.
var ErrStream = errors.New("no stream of rows")

var (
	fields = []arrow.Field{
		{Name: "k", Type: arrow.PrimitiveTypes.Int64},
		{Name: "o", Type: arrow.PrimitiveTypes.Int64},
		{Name: "v", Type: arrow.BinaryTypes.Binary},
	}
	schema = arrow.NewSchema(fields, nil)
)
