package jobs

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"lightson/models"
)

// promiseFiles is the folder of promised reports: one file for each, ID.json.
type promiseFiles string

func (d promiseFiles) path(id string) string { return filepath.Join(string(d), id+".json") }

// write makes a promise durable, whole or not at all.
func (d promiseFiles) write(r models.Report) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	partial := d.path(r.ID) + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(partial, d.path(r.ID))
	}
	if err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	return d.sync()
}

// sync makes the names in the folder durable.
func (d promiseFiles) sync() error {
	f, err := os.Open(string(d))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// remove removes a promise; that it is gone already is no error.
func (d promiseFiles) remove(id string) error { return ignoreGone(os.Remove(d.path(id))) }

// left are the promises that were not kept. It removes what was cut short: nobody was
// given the id of that. The error tells of files that could not be read or removed;
// found are the others. One of before there were accounts is of all stores, for nobody
// in particular.
func (d promiseFiles) left() (found []models.Report, err error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		path := filepath.Join(string(d), entry.Name())
		content, readErr := os.ReadFile(path)
		if readErr != nil {
			err = errors.Join(err, readErr)
			continue
		}
		var r models.Report
		if json.Unmarshal(content, &r) == nil && d.path(r.ID) == path {
			if r.ReachText == "" {
				r.For(models.Anonymous())
			}
			found = append(found, r)
		} else {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return found, err
}
