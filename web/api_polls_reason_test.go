package web

import (
	"encoding/json"
	"testing"
)

func TestTheReasonOfAPushedPollIsTextWhateverWasSent(t *testing.T) {
	for sent, want := range map[string]string{
		`"power cut"`: "power cut", `""`: "", `null`: "", ``: "", `503`: "503", `{"code": 503}`: `{"code": 503}`, `["a"]`: `["a"]`, `false`: "false",
		`"a\u0000b"`: "a b", `"a\ud800b"`: "a\ufffdb", "\"a\xffb\"": "a\ufffdb", `"\ufffd"`: "\ufffd", `"K\u00fcche"`: "Küche",
	} {
		if got := reasonOf(json.RawMessage(sent)); got != want {
			t.Errorf("%s: %q, want %q", sent, got, want)
		}
	}
}
