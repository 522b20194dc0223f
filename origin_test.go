package reprint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
)

func TestDetectorOrigin(t *testing.T) {
	const story = "The old swing bridge over the Marrow was closed on Tuesday evening after a barge struck its middle pier. " +
		"Nobody was hurt. Divers will look at the pier in the morning, and the town asks drivers to use the ferry until Friday."
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	var origins reprint.Origins
	for _, doc := range []origin.Document{
		{ID: "gazette", Site: "marrow-gazette.example", Text: "OSLO (AP) — " + story},
		{ID: "harbour", Site: "harbour.example", Text: story, Byline: "Associated Press"},
		{ID: "alone", Site: "harbour.example", Text: "The town council voted on Monday to plant four hundred lime trees along the old canal before winter."},
	} {
		a, err := d.Add(reprint.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site})
		require.NoError(t, err)
		origins.Add(doc, a.Size > 1)
	}
	a, err := d.Origin("harbour", &origins)
	require.NoError(t, err)
	require.Equal(t, "hidden:AP", a.Origin.String())
	_, err = d.Origin("none", &origins)
	require.ErrorIs(t, err, reprint.ErrUnknown)

	origins.Add(origin.Document{ID: "agency", Site: "apnews.com", Text: story}, true)
	require.Equal(t, "member:agency", origins.OfIDs([]string{"agency", "gazette", "harbour"}).Origin.String())
	origins.Remove("agency")
	require.Equal(t, "hidden:AP", origins.OfIDs([]string{"agency", "gazette", "harbour"}).Origin.String())
}
