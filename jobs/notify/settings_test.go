package notify_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"lightson/jobs/notify"
)

func TestTheAddressOfAMailServerIsReadAndItsPasswordNeverRepeated(t *testing.T) {
	for text, want := range map[string]string{
		"smtp://mail.example.com": "smtp://mail.example.com:587", "smtps://mail.example.com": "smtps://mail.example.com:465",
		"smtps://a:geheim@mail.example.com:2465/": "smtps://mail.example.com:2465", "": "",
	} {
		m, err := notify.ParseMail(text, "lights@example.com")
		if shown := fmt.Sprintf("%v %+v %#v", m, m, m); err != nil || m.String() != want || strings.Contains(shown, "geheim") {
			t.Errorf("%q: %s, %v", text, shown, err)
		}
	}
	for _, text := range []string{
		"mail.example.com", "http://a:geheim@mail.example.com", "smtp://a:geheim@", "smtp://a:geheim@mail.example.com/geheim", "smtp://a:geheim@m:99999",
		"smtp://a:ge heim%zz@mail.example.com", "smtp://a:geheim@mail.example.com?geheim=1",
	} {
		if _, err := notify.ParseMail(text, "lights@example.com"); err == nil || !strings.Contains(err.Error(), "expected") || strings.Contains(err.Error(), "heim") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if m, err := notify.ParseMail("smtp://lights%40example.com:x@mail.example.com", ""); err != nil || m.From.Address != "lights@example.com" {
		t.Errorf("%v, %v", m.From, err)
	}
	for _, from := range []string{"", "nobody", "a@b\r\nBcc: c@d"} {
		if _, err := notify.ParseMail("smtp://mail.example.com", from); err == nil {
			t.Errorf("%q is taken for an address", from)
		}
	}
}

func TestNetworksAreAddressesAndRanges(t *testing.T) {
	list, err := notify.ParseNetworks(" 10.1.2.3/24, ::1,192.168.1.5 , ::ffff:10.9.0.0/112")
	want := notify.Networks{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("192.168.1.5/32"), netip.MustParsePrefix("10.9.0.0/16")}
	if err != nil || fmt.Sprint(list) != fmt.Sprint(want) {
		t.Errorf("%v, %v", list, err)
	}
	for _, text := range []string{"10.1.2.0/33", "internal", "10.0.0.1-10.0.0.9"} {
		if _, err := notify.ParseNetworks(text); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
