package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLicenceOf(t *testing.T) {
	for name, c := range map[string]struct{ file, text, licence, err string }{
		"mit":     {"LICENSE", "Permission is hereby granted, free of charge,\nto any person obtaining a copy of this software", "MIT", ""},
		"apache":  {"LICENSE.txt", "  Apache License\n  Version 2.0, January 2004", "Apache-2.0", ""},
		"bsd":     {"LICENCE.md", "Redistributions in binary form must reproduce the above\ncopyright notice", "BSD-2-Clause", ""},
		"strict":  {"COPYING", "GNU GENERAL PUBLIC LICENSE Version 3", "", "GNU GENERAL"},
		"quoted":  {"LICENSE.txt", "Under this:\n\n> Redistributions in binary form must reproduce\n> the above copyright notice", "BSD-2-Clause", ""},
		"unknown": {"LICENSE", "All rights reserved.", "", "no licence"},
		"none":    {"README", "MIT", "", "no licence"},
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600))
		licence, err := licenceOf(dir)
		require.Equal(t, c.licence, licence, name)
		if c.err != "" {
			require.ErrorContains(t, err, c.err, name)
		} else {
			require.NoError(t, err, name)
		}
	}
}
