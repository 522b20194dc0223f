package output

import (
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/parquet-go/parquet-go"
)

// parquetWriter writes a Parquet file, whose columns are those of the lines, in their
// order. What is no number, time or truth value is a string.
type parquetWriter struct {
	out     io.Writer
	w       *parquet.GenericWriter[any]
	of      reflect.Type // of the lines
	columns []column
	row     reflect.Type // with the same in fields that can be empty
	err     error
}

func newParquet(w io.Writer) *parquetWriter { return &parquetWriter{out: w} }

func (p *parquetWriter) Write(line any) {
	if p.err != nil {
		return
	}
	v := reflect.Indirect(reflect.ValueOf(line))
	if p.of != nil && p.of != v.Type() {
		p.err = errKinds
		return
	}
	if p.w == nil {
		p.of = v.Type()
		p.columns = columnsOf(v.Type())
		var fields []reflect.StructField
		for i, c := range p.columns {
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("F%d", i), Type: parquetType(c.of), Tag: reflect.StructTag(fmt.Sprintf(`parquet:"%s,optional"`, c.name)),
			})
		}
		p.row = reflect.StructOf(fields)
		p.w = parquet.NewGenericWriter[any](p.out, parquet.SchemaOf(reflect.New(p.row).Interface()), parquet.Compression(&parquet.Zstd))
	}
	row := reflect.New(p.row)
	for i, c := range p.columns {
		p.set(row.Elem().Field(i), c.in(v))
	}
	_, p.err = p.w.Write([]any{row.Interface()})
}

func parquetType(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return reflect.TypeFor[*time.Time]()
	case t.Kind() == reflect.Bool:
		return reflect.TypeFor[*bool]()
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		return reflect.TypeFor[*int64]()
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32:
		return reflect.TypeFor[*float64]()
	}
	return reflect.TypeFor[*string]()
}

// set sets an optional value; what is empty, but for numbers, is null.
func (p *parquetWriter) set(to, from reflect.Value) {
	if from.Kind() == reflect.Pointer {
		if from.IsNil() {
			return
		}
		from = from.Elem()
	}
	of := to.Type().Elem()
	value := reflect.New(of)
	switch {
	case of == reflect.TypeFor[string]():
		text, _ := cell(from)
		if text == "" {
			return
		}
		value.Elem().SetString(text)
	case of == reflect.TypeFor[time.Time]():
		if from.Interface().(time.Time).IsZero() {
			return
		}
		value.Elem().Set(from)
	case from.CanUint():
		value.Elem().SetInt(int64(from.Uint()))
	default:
		value.Elem().Set(from.Convert(of))
	}
	to.Set(value)
}

func (p *parquetWriter) Flush() error { return p.err }

func (p *parquetWriter) Close() error {
	if p.w == nil && p.err == nil { // no line came: a file without columns
		p.w = parquet.NewGenericWriter[any](p.out, parquet.NewSchema("lines", parquet.Group{"id": parquet.Optional(parquet.String())}))
	}
	if p.w != nil {
		if err := p.w.Close(); p.err == nil {
			p.err = err
		}
	}
	return p.err
}
