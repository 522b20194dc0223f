package main

import (
	"github.com/cbb30ed1/reprint"
)

// An originTeller says whose the article of a cluster is, once for each cluster.
type originTeller struct {
	origins reprint.Origins
	told    map[string]string
	texts   map[string]string
}

// reader returns what readAll calls for each document, nothing if it is not wanted.
func (k *originTeller) reader(wanted bool) []func(reprint.Document) {
	if !wanted {
		return nil
	}
	k.told, k.texts = map[string]string{}, map[string]string{}
	return []func(reprint.Document){func(doc reprint.Document) {
		k.origins.Add(doc.OriginDocument(), false)
		k.texts[doc.ID] = doc.Text
	}}
}

// of returns the origin of a cluster, "" if it has one document.
func (k *originTeller) of(d *reprint.Detector, cluster string) (string, error) {
	if o, ok := k.told[cluster]; ok {
		return o, nil
	}
	c, err := d.Cluster(cluster)
	if err != nil {
		return "", err
	}
	o := ""
	if len(c.Members) > 1 {
		ids := make([]string, len(c.Members))
		for i, m := range c.Members {
			ids[i] = m.ID
		}
		o = k.origins.OfTexts(ids, func(id string) string { return k.texts[id] }).Origin.String()
	}
	k.told[cluster] = o
	return o, nil
}
