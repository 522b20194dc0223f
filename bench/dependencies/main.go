// Command dependencies lists the modules that are built into the library, the store and
// the command: with their version, its date, and the licence. Tests and tools are not
// among them. It is run in the root of the repository. It fails if a licence is unknown, or asks for more than to be named.
//
//	go run ./bench/dependencies
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dependencies:", err)
		os.Exit(1)
	}
}

// ours are what is released.
var ours = []struct{ name, packages string }{
	{"library", "./..."},
	{"store", "./store"},
	{"command", "./cmd/reprint"},
}

// A module is one that others made.
type module struct {
	Path, Version, Dir string
	Time               *time.Time
	Main               bool
	Replace            *module
	in                 []string // of ours
	licence            string
}

func run(w io.Writer) error {
	all := map[string]*module{}
	for _, o := range ours {
		if err := modulesOf(o.name, o.packages, all); err != nil {
			return err
		}
	}
	var wrong []error
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "module\tversion\tdate\tlicence\tin")
	for _, path := range slices.Sorted(maps.Keys(all)) {
		m := all[path]
		var err error
		if m.licence, err = licenceOf(m.Dir); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", path, err))
		}
		date := "unknown"
		if m.Time != nil {
			date = m.Time.Format(time.DateOnly)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.Path, m.Version, date, cmp.Or(m.licence, "?"), strings.Join(m.in, ", "))
	}
	return errors.Join(table.Flush(), errors.Join(wrong...))
}

// modulesOf notes the modules of the packages that others need.
func modulesOf(name, packages string, all map[string]*module) error {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", packages)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		m := p.Module
		if m == nil || m.Main || m.Replace != nil && m.Replace.Version == "" { // of Go, or ours
			continue
		}
		if all[m.Path] == nil {
			all[m.Path] = m
		}
		if known := all[m.Path]; !slices.Contains(known.in, name) {
			known.in = append(known.in, name)
		}
	}
}

// Licences that ask for no more than to be named, by words that only they have.
var licences = []struct{ name, words string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"ISC", "Permission to use, copy, modify, and distribute this software for any purpose"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
	{"Unlicense", "This is free and unencumbered software released into the public domain"},
	{"CC0-1.0", "CC0 1.0 Universal"},
}

// strict are words of licences that ask for more.
var strict = []string{"GNU GENERAL PUBLIC LICENSE", "GNU AFFERO", "GNU LESSER", "Server Side Public License", "Business Source License", "Elastic License", "Commons Clause"}

// licenceOf returns the licences in the folder of a module.
func licenceOf(dir string) (string, error) {
	var found []string
	for _, pattern := range []string{"LICEN[CS]E*", "licen[cs]e*", "Licen[cs]e*", "COPYING*", "UNLICENSE*"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			quoted := func(word string) bool { return word == ">" } // in Markdown
			words := strings.Join(slices.DeleteFunc(strings.Fields(string(text)), quoted), " ")
			for _, s := range strict {
				if strings.Contains(words, s) && !strings.Contains(words, "Mozilla Public License") {
					return "", fmt.Errorf("%s: %s", filepath.Base(file), s)
				}
			}
			for _, l := range licences {
				if strings.Contains(strings.ToLower(words), strings.ToLower(l.words)) {
					if !slices.Contains(found, l.name) {
						found = append(found, l.name)
					}
					break
				}
			}
		}
	}
	if len(found) == 0 {
		return "", errors.New("no licence that is known")
	}
	return strings.Join(found, ", "), nil
}
