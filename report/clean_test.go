package report

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"as it is\tand\nso on é":               "as it is\tand\nso on é",
		"a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh": "a\nb\nc\nd\ne\nf\ng\nh",
		"\xffa\xc3":                            "\ufffda\ufffd",
		"\x00\x1b\x7f\u009b":                   "\ufffd\ufffd\ufffd\ufffd",
		"\ufeffa\u202eb\u2066c\u2069d":         "abcd",
		"\u200fא\u200e\u061c":                  "\u200fא\u200e\u061c",
		"stays \U0001F600\u00ad\u200d ok":      "stays \U0001F600\u00ad\u200d ok",
	} {
		require.Equal(t, want, clean(text), "%q", text)
		require.Equal(t, want, clean(want), "%q", text)
	}
	require.Equal(t, "a b c", line(" a\n\tb\u2028c "))
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\nb\xff\u202e\U0001F600")
	f.Fuzz(func(t *testing.T, text string) {
		c := clean(text)
		require.True(t, utf8.ValidString(c))
		require.Equal(t, c, clean(c))
		require.False(t, strings.ContainsFunc(c, unclean))
		var u units
		u = u.of(c)
		require.Len(t, u, len(c)+1)
		for i := range c {
			require.Equal(t, len(utf16.Encode([]rune(c[:i]))), int(u[i]))
		}
		require.Equal(t, len(utf16.Encode([]rune(c))), int(u[len(c)]))
	})
}

func TestHeadline(t *testing.T) {
	require.Equal(t, "", headline(" \n\n"))
	require.Equal(t, "One two", headline("\n  One   two \nThree"))
	long := headline(strings.Repeat("ö", 300))
	require.Equal(t, 161, utf8.RuneCountInString(long))
	require.True(t, utf8.ValidString(long))
}

// Ids that look alike are told apart, since links go by them.
func TestNames(t *testing.T) {
	taken := map[string]bool{}
	require.Equal(t, "a", name("a", taken))
	require.Equal(t, "a (2)", name("a\u202e", taken))
	require.Equal(t, "a (3)", name("a ", taken))
	require.Equal(t, "", name("\u202e", taken))
	require.Equal(t, " (2)", name("\u2066", taken))
}

// A relation that this package does not know is shown by its name.
func TestUnknownRelation(t *testing.T) {
	f := &finding{overview: overview{relations: map[reprint.Relation]int{"template": 2, "excerpt": 1, "derived": 3, "revision": 0}}}
	require.Equal(t, []reprint.Relation{"excerpt", "derived", "template"}, f.relations())
	var names []string
	for _, x := range f.figures() {
		names = append(names, x.Name)
	}
	require.Subset(t, names, []string{"Excerpts", "derived", "template"})
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		require.Equal(t, want, number(n))
	}
}
