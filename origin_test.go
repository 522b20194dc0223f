package reprint_test

import (
	"testing"
	"time"

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
		a, err := d.Add(t.Context(), reprint.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site})
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

// The origin of a cluster changes when its source comes in, and when it goes.
func TestOriginChanges(t *testing.T) {
	const story = "The old swing bridge over the Marrow was closed on Tuesday evening after a barge struck its middle pier. " +
		"Nobody was hurt. Divers will look at the pier in the morning, and the town asks drivers to use the ferry until Friday."
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	var origins reprint.Origins
	var changes reprint.OriginChanges
	after := func(events []reprint.Event) (out []string) {
		all, err := changes.After(events, d.Cluster, func(id string) (origin.Answer, error) { return d.Origin(id, &origins) })
		require.NoError(t, err)
		for _, c := range all {
			require.GreaterOrEqual(t, c.Probability, origin.Threshold)
			out = append(out, c.Cluster+" "+c.From.String()+" > "+c.To.String())
		}
		return out
	}
	day := time.Date(2024, 5, 7, 0, 0, 0, 0, time.UTC)
	add := func(id, site, text string, hour int) []string {
		doc := reprint.Document{ID: id, Site: site, Text: text, Published: day.Add(time.Duration(hour) * time.Hour), Clock: origin.Crawl}
		a, err := d.Add(t.Context(), doc)
		require.NoError(t, err)
		origins.Add(doc.OriginDocument(), a.Size > 1)
		return after(a.Events)
	}
	require.Empty(t, add("gazette", "marrow-gazette.example", "OSLO (AP) — "+story, 3))
	require.Equal(t, []string{"gazette unknown > hidden:AP"}, add("harbour", "harbour.example", "OSLO (AP) — "+story+" The ferry is free.", 4))
	require.Empty(t, add("courier", "courier.example", "OSLO (AP) — "+story+" More news.", 5), "nothing changes")
	// The agency's page is the canonical one of the cluster, which gets its name.
	require.Equal(t, []string{"agency hidden:AP > member:agency"}, add("agency", "apnews.com", story, 1))
	events, ok, _ := d.Remove(t.Context(), "agency")
	require.True(t, ok)
	origins.Remove("agency")
	require.Equal(t, []string{"gazette member:agency > hidden:AP"}, after(events))
}
