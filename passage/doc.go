// Package passage finds what two texts share, as ranges of bytes in both.
package passage
