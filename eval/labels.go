package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrLabels is wrapped by [ReadLabels] when a line does not say what it must.
var ErrLabels = errors.New("eval: bad labels")

// ReadLabels reads JSON lines {"id", "cluster"} and returns the cluster of
// each id. The names are matched to the letter; other fields are ignored, and
// so are lines without a cluster (or with null) and blank ones. A line may
// have any length. An id may come again with the same cluster, not with
// another one.
func ReadLabels(r io.Reader) (map[string]string, error) {
	labels := make(map[string]string)
	err := eachLine(r, ErrLabels, func(line []byte) error {
		id, cluster, ok, err := label(line)
		if err != nil || !ok {
			return err
		}
		if before, again := labels[id]; again && before != cluster {
			return fmt.Errorf("%q is in cluster %q, and in %q before", id, cluster, before)
		}
		labels[id] = cluster
		return nil
	})
	if err != nil {
		return nil, err
	}
	return labels, nil
}

// label reads one line; ok says that it has a cluster. A struct would be
// shorter, but encoding/json would then take "ID" and "Cluster" as well.
func label(line []byte) (id, cluster string, ok bool, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return "", "", false, err
	}
	if fields == nil {
		return "", "", false, errors.New("null, wanted an object")
	}
	if c, has := fields["cluster"]; !has || string(c) == "null" {
		return "", "", false, nil
	}
	if err := json.Unmarshal(fields["cluster"], &cluster); err != nil {
		return "", "", false, fmt.Errorf("cluster: %w", err)
	}
	if len(fields["id"]) == 0 {
		return "", "", false, errors.New("a cluster without an id")
	}
	if err := json.Unmarshal(fields["id"], &id); err != nil {
		return "", "", false, fmt.Errorf("id: %w", err)
	}
	if id == "" {
		return "", "", false, errors.New("an empty id")
	}
	return id, cluster, true, nil
}
