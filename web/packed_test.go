package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"pgregory.net/rapid"
)

// unzip reads one gzip member, as browsers do, and wants nothing behind it.
func unzip(t rapid.TB, compressed []byte) string {
	from := bytes.NewReader(compressed)
	r, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	r.Multistream(false)
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if from.Len() > 0 {
		t.Fatalf("%d bytes follow the first member", from.Len())
	}
	return string(text)
}

func TestAPackedPageIsThePageWithItsKeyCompressedOrNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.String().Draw(t, "text"), rapid.IntRange(0, 2000).Draw(t, "times"))
		}), 1, 4).Draw(t, "texts")
		const key = "0f6ba946-27eb-7dcf-b494-01a217d0e14c"
		page, want := pack([]byte(strings.Join(texts, keySlot))), strings.Join(texts, key)
		if got := unzip(t, page.gzip(key)); got != want {
			t.Fatalf("compressed it is %.100q of %d bytes, want %.100q of %d", got, len(got), want, len(want))
		}
		got, err := page.plain(key)
		if err != nil || string(got) != want {
			t.Fatalf("it is %.100q of %d bytes (%v), want %.100q of %d", got, len(got), err, want, len(want))
		}
		if page.keyed() != (len(texts) > 1) {
			t.Fatalf("%d texts: keyed is %t", len(texts), page.keyed())
		}
	})
}

func TestAPackedPageHasItsPartsAndItsKeysInTheirPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []*part
		var body, want strings.Builder
		keys := 0
		const key = "0f6ba946-27eb-7dcf-b494-01a217d0e14c"
		for range rapid.IntRange(0, 8).Draw(t, "pieces") {
			text := rapid.StringN(0, 50, -1).Draw(t, "text")
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				body.WriteString(text)
				want.WriteString(text)
			case 1:
				p, err := newPart(context.Background(), templ.Raw(text))
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, p)
				body.WriteString(partSlot)
				want.WriteString(text)
			default:
				keys++
				body.WriteString(keySlot)
				want.WriteString(key)
			}
		}
		page := pack([]byte(body.String()), parts...)
		if got := unzip(t, page.gzip(key)); got != want.String() {
			t.Fatalf("compressed it is %q, want %q", got, want.String())
		}
		if got, err := page.plain(key); err != nil || string(got) != want.String() {
			t.Fatalf("it is %q (%v), want %q", got, err, want.String())
		}
		if page.keyed() != (keys > 0) {
			t.Fatalf("%d keys: keyed is %t", keys, page.keyed())
		}
		if got := strings.ReplaceAll(string(filled([]byte(body.String()), parts)), keySlot, key); got != want.String() {
			t.Fatalf("filled it is %q, want %q", got, want.String())
		}
	})
}

func TestPagesThatDifferInAPartAloneHaveDifferentTags(t *testing.T) {
	page := func(text string) *packed {
		p, err := newPart(t.Context(), templ.Raw(text))
		if err != nil {
			t.Fatal(err)
		}
		return pack([]byte("<main>"+partSlot+"</main>"), p)
	}
	one, again := page("one"), page("one")
	if one.sum == page("two").sum || one.sum != again.sum {
		t.Error("a browser would show the wrong page")
	}
}

func TestAPackedPageKeepsNothingOfTheMemoryItWasMadeOf(t *testing.T) {
	body := []byte("<p>the page</p>" + keySlot + "<p>its end</p>")
	page := pack(body)
	clear(body)
	if got := unzip(t, page.gzip("KEY")); got != "<p>the page</p>KEY<p>its end</p>" {
		t.Errorf("it is %q", got)
	}
}

func BenchmarkPack(b *testing.B) {
	body := []byte(strings.Repeat("<td>a store</td>", 8000))
	for b.Loop() {
		pack(body)
	}
}
