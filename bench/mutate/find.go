package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
)

// A mutation is a file with a constant changed.
type mutation struct {
	file           string // its path
	source         []byte // its content
	name, is, made string // of the constant
}

// A value is an expression that says what a constant is.
type value struct {
	name string
	expr ast.Expr
	is   constant.Value
}

// find returns the mutations of a file, in whose syntax look finds the constants.
func find(file string, look func(*token.FileSet, *ast.File) ([]value, error)) ([]mutation, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	values, err := look(set, parsed)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%s: no constant was found", file)
	}
	var out []mutation
	for _, v := range values {
		from, to := set.Position(v.expr.Pos()).Offset, set.Position(v.expr.End()).Offset
		for _, made := range changes(v.is) {
			out = append(out, mutation{
				file: file, name: v.name, is: string(source[from:to]), made: made,
				source: slices.Concat(source[:from], []byte(made), source[to:]),
			})
		}
	}
	return out, nil
}

// changes returns what a constant is changed to.
func changes(v constant.Value) []string {
	if v.Kind() == constant.Int {
		n, _ := constant.Int64Val(v)
		return []string{fmt.Sprint(n - 1), fmt.Sprint(n + 1)}
	}
	f, _ := constant.Float64Val(v)
	if f == 0 {
		return []string{".05"}
	}
	return []string{fmt.Sprintf("%.4g", .95*f), fmt.Sprintf("%.4g", 1.05*f)}
}

// constants finds the constants that a file declares, which must rest on nothing
// else.
func constants(set *token.FileSet, file *ast.File) (out []value, err error) {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	if _, err := new(types.Config).Check("rules", set, []*ast.File{file}, info); err != nil {
		return nil, err
	}
	for _, d := range file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			s := s.(*ast.ValueSpec)
			if len(s.Values) != len(s.Names) {
				return nil, fmt.Errorf("%s: want a value for each name", set.Position(s.Pos()))
			}
			for i, name := range s.Names {
				is := info.Defs[name].(*types.Const).Val()
				if k := is.Kind(); k != constant.Int && k != constant.Float {
					return nil, fmt.Errorf("%s: %s is no number", set.Position(s.Pos()), name.Name)
				}
				out = append(out, value{name.Name, s.Values[i], is})
			}
		}
	}
	return out, nil
}

// tableOfDefaults finds the numbers in rows such as {"Overlap", &o.Overlap, .6}. The
// default 0 of a whole number cannot be told from one that is not whole.
func tableOfDefaults(set *token.FileSet, file *ast.File) (out []value, err error) {
	ast.Inspect(file, func(n ast.Node) bool {
		row, ok := n.(*ast.CompositeLit)
		if !ok || row.Type != nil || len(row.Elts) < 3 || err != nil {
			return true
		}
		name, ok := row.Elts[0].(*ast.BasicLit)
		field, isAddress := row.Elts[1].(*ast.UnaryExpr)
		if !ok || !isAddress || name.Kind != token.STRING || field.Op != token.AND {
			return true
		}
		v, failed := types.Eval(set, nil, token.NoPos, types.ExprString(row.Elts[2]))
		if failed != nil || v.Value == nil {
			err = fmt.Errorf("%s: the default of %s is no constant", set.Position(row.Pos()), name.Value)
			return false
		}
		is := v.Value
		if constant.Sign(is) == 0 {
			is = constant.ToFloat(constant.MakeFloat64(0))
		}
		out = append(out, value{"Options." + name.Value[1:len(name.Value)-1], row.Elts[2], is})
		return true
	})
	return out, err
}
