package main

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A setting that is added later must have a range, too, and say its variable.
func TestEveryNumberAmongTheSettingsHasARange(t *testing.T) {
	shared := &settings{Data: t.TempDir()}
	usual := func() serveSettings {
		var cli commandLine
		parser, err := kong.New(&cli)
		if err == nil {
			_, err = parser.Parse([]string{"serve"})
		}
		if err != nil {
			t.Fatal(err)
		}
		return cli.Serve.serveSettings
	}
	numbers := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[serveSettings]()) {
		if kind := field.Type.Kind(); kind != reflect.Int && kind != reflect.Int64 {
			continue
		}
		numbers++
		for _, value := range []int64{math.MinInt64, -1, math.MaxInt64} {
			changed := usual()
			reflect.ValueOf(&changed).Elem().FieldByIndex(field.Index).SetInt(value)
			_, err := shared.jobSettings(changed)
			if err == nil || !strings.HasPrefix(err.Error(), field.Tag.Get("env")+": expected ") {
				t.Errorf("%s of %d: %v", field.Name, value, err)
			}
		}
	}
	if numbers < 10 {
		t.Errorf("found %d numbers", numbers)
	}
}
