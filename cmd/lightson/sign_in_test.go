package main

import (
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"lightson/web"
)

// parsed are the settings that flags give to the server.
func parsed(t *testing.T, flags ...string) serveSettings {
	t.Helper()
	var cli commandLine
	parser, err := kong.New(&cli)
	if err == nil {
		_, err = parser.Parse(append([]string{"serve"}, flags...))
	}
	if err != nil {
		t.Fatal(err)
	}
	return cli.Serve.serveSettings
}

var withOIDC = []string{"--url=https://status.example.com", "--oidc-issuer=https://id.example.com/realms/chain", "--oidc-client-id=lightson"}

func TestSlipsInTheSettingsOfSigningInAreSaid(t *testing.T) {
	const (
		ranges = "LIGHTSON_TRUSTED_PROXIES: expected addresses or ranges of proxies separated by commas, such as 127.0.0.1, 10.1.2.0/24 or fd00::/64, found "
		header = "LIGHTSON_PROXY_USER_HEADER: expected "
		issuer = "LIGHTSON_OIDC_ISSUER: expected "
	)
	from := []string{"--trusted-proxies=127.0.0.1"}
	for name, tt := range map[string]struct {
		flags []string
		want  string
	}{
		"a name for an address":      {[]string{"--trusted-proxies=127.0.0.1,proxy.lan"}, ranges + "proxy.lan"},
		"an address with a port":     {[]string{"--trusted-proxies=127.0.0.1:80"}, ranges + "127.0.0.1:80"},
		"a range too long":           {[]string{"--trusted-proxies=10.0.0.0/33"}, ranges + "10.0.0.0/33"},
		"spaces for commas":          {[]string{"--trusted-proxies=10.0.0.1 10.0.0.2"}, ranges + "10.0.0.1 10.0.0.2"},
		"an interface":               {[]string{"--trusted-proxies=fe80::1%eth0"}, ranges + "fe80::1%eth0"},
		"everybody":                  {[]string{"--trusted-proxies=0.0.0.0/0"}, "LIGHTSON_TRUSTED_PROXIES: expected the addresses of proxies alone, found 0.0.0.0/0: that trusts strangers, who could then claim any address and be any user"},
		"everybody, IPv6":            {[]string{"--trusted-proxies=127.0.0.1, ::/0"}, "LIGHTSON_TRUSTED_PROXIES: expected the addresses of proxies alone, found ::/0"},
		"everybody, IPv4 as IPv6":    {[]string{"--trusted-proxies=::ffff:0.0.0.0/96"}, "LIGHTSON_TRUSTED_PROXIES: expected the addresses of proxies alone, found ::ffff:0.0.0.0/96"},
		"half of the world":          {[]string{"--trusted-proxies=128.0.0.0/1"}, "LIGHTSON_TRUSTED_PROXIES: expected the addresses of proxies alone, found 128.0.0.0/1"},
		"all of IPv6 that is in use": {[]string{"--trusted-proxies=2000::/3"}, "LIGHTSON_TRUSTED_PROXIES: expected the addresses of proxies alone, found 2000::/3"},
		"no address":                 {[]string{"--trusted-proxies=0.0.0.0"}, "LIGHTSON_TRUSTED_PROXIES: expected the address from which a proxy connects, found 0.0.0.0, from which nothing does"},
		"a range or an address":      {[]string{"--trusted-proxies=10.1.2.3/24"}, "LIGHTSON_TRUSTED_PROXIES: expected 10.1.2.0/24 for the whole range or 10.1.2.3 for one address, found 10.1.2.3/24"},

		"a header from anybody":     {[]string{"--proxy-user-header=x-forwarded-user"}, header + "LIGHTSON_TRUSTED_PROXIES with it, since anybody can send the header X-Forwarded-User, found nothing"},
		"a header that is none":     {append(from, "--proxy-user-header=X Forwarded"), header + "the name of a header, such as X-Forwarded-User or Remote-Email, found X Forwarded"},
		"a header with a line":      {append(from, "--proxy-user-header=X-User\r\nX"), header + `the name of a header, such as X-Forwarded-User or Remote-Email, found X-User\r\nX`},
		"a header with a value":     {append(from, "--proxy-user-header=X-User: me"), header + "the name of a header"},
		"keys in the user's header": {append(from, "--proxy-user-header=authorization"), header + "a header without another meaning, such as X-Forwarded-User or Remote-Email, found Authorization"},
		"an address for a user":     {append(from, "--proxy-user-header=X-Forwarded-For"), header + "a header without another meaning"},
		"a word of browsers":        {append(from, "--proxy-user-header=sec-fetch-site"), header + "a header without another meaning"},

		"an issuer by http":         {append(withOIDC, "--oidc-issuer=http://id.example.com"), issuer + "the address of an identity provider by https, such as https://id.example.com/realms/chain, found http://id.example.com"},
		"an issuer without https":   {append(withOIDC, "--oidc-issuer=id.example.com"), issuer + "the address of an identity provider by https"},
		"an issuer with a query":    {append(withOIDC, "--oidc-issuer=https://id.example.com/?x"), issuer + "the address of an identity provider by https"},
		"an issuer with a password": {append(withOIDC, "--oidc-issuer=https://me:geheim@id.example.com"), issuer + "an address without a user and a password"},
		"an issuer without a URL":   {withOIDC[1:], "LIGHTSON_URL: expected the public address, to which the identity provider sends people back, because LIGHTSON_OIDC_ISSUER is set, found nothing"},
		"an issuer without an id":   {withOIDC[:2], "LIGHTSON_OIDC_CLIENT_ID: expected the name by which the identity provider knows this server, because LIGHTSON_OIDC_ISSUER is set, found nothing"},
		"an id without an issuer":   {withOIDC[2:], issuer + "the address of an identity provider, because LIGHTSON_OIDC_CLIENT_ID is set, found nothing"},
		"rules without an issuer":   {[]string{"--oidc-rules=ops=operator"}, issuer + "the address of an identity provider, because LIGHTSON_OIDC_RULES is set, found nothing"},
		"a secret without issuer":   {[]string{"--oidc-client-secret=geheim"}, issuer + "the address of an identity provider, because LIGHTSON_OIDC_CLIENT_SECRET is set, found nothing"},
		"no claim":                  {append(withOIDC, "--oidc-groups-claim="), "LIGHTSON_OIDC_GROUPS_CLAIM: expected the name of a claim, because LIGHTSON_OIDC_ISSUER is set, found nothing"},
		"a rule without a role":     {append(withOIDC, "--oidc-rules=ops"), "LIGHTSON_OIDC_RULES: expected VALUE=ROLE, such as ops=operator, with a role that is operator, owner or viewer, found ops"},
		"a long name":               {append(withOIDC, "--oidc-name="+strings.Repeat("ö", 41)), "LIGHTSON_OIDC_NAME: expected at most 40 characters of text, found "},
		"a name of lines":           {append(withOIDC, "--oidc-name=a\nb"), `LIGHTSON_OIDC_NAME: expected at most 40 characters of text, found "a\nb"`},

		"a short session":     {[]string{"--session-idle=4m59s"}, "LIGHTSON_SESSION_IDLE: expected at least 5m, found 4m59s"},
		"an idle month":       {[]string{"--session-idle=721h"}, "LIGHTSON_SESSION_IDLE: expected at most 720h, found 721h"},
		"a short life":        {[]string{"--session-lifetime=59m"}, "LIGHTSON_SESSION_LIFETIME: expected at least 1h, found 59m"},
		"a session for ever":  {[]string{"--session-lifetime=9601h"}, "LIGHTSON_SESSION_LIFETIME: expected at most 9600h, found 9601h"},
		"longer idle than on": {[]string{"--session-idle=3h", "--session-lifetime=2h"}, "LIGHTSON_SESSION_IDLE: expected at most LIGHTSON_SESSION_LIFETIME, which is 2h, found 3h"},
		"hardly a request":    {[]string{"--rate-limit=599"}, "LIGHTSON_RATE_LIMIT: expected 0, which is no limit, or at least 600, found 599"},
	} {
		// Slips are said before a database is opened: there is none in this folder.
		_, _, err := lightson(t, append([]string{"serve", "--database-url=postgres://127.0.0.1:1/none", "--data=" + t.TempDir()}, tt.flags...)...)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v\nwant %s", name, err, tt.want)
		}
	}
}

func TestSettingsOfSigningInAreHandedOn(t *testing.T) {
	flags := append([]string{"--trusted-proxies= 127.0.0.1 , ::ffff:10.0.0.0/104,fd00::/8,", "--proxy-user-header=x-forwarded-USER", "--oidc-client-secret=geheim",
		"--oidc-rules=ops=operator;a=owner:group/A", "--session-idle=5m", "--session-lifetime=9600h"}, withOIDC...)
	s := parsed(t, flags...)
	_, public, err := s.reach()
	if err != nil {
		t.Fatal(err)
	}
	in, proxies, err := s.signIn(public)
	if err != nil {
		t.Fatal(err)
	}
	o := in.OIDC
	if len(proxies) != 3 || proxies[1].String() != "10.0.0.0/8" || in.ProxyUser != "X-Forwarded-User" || in.SessionIdle != 5*time.Minute || in.SessionLifetime != 9600*time.Hour ||
		o.Issuer != "https://id.example.com/realms/chain" || o.ClientID != "lightson" || o.ClientSecret.Reveal() != "geheim" || o.Name != "id.example.com" || o.GroupsClaim != "groups" || len(o.Rules) != 2 {
		t.Errorf("%v, %+v", proxies, in)
	}
	if usual, none, err := parsed(t).signIn(nil); err != nil || len(none) > 0 || usual.OIDC.On() || usual.ProxyUser != "" || usual.SessionIdle != 24*time.Hour || usual.SessionLifetime != 720*time.Hour {
		t.Errorf("without settings: %+v, %v", usual, err)
	}
	if _, err := web.ParseIssuer("http://127.0.0.1:5556/dex"); err != nil {
		t.Errorf("an issuer on this machine: %v", err)
	}
}

func TestTheSecretOfTheIdentityProviderIsNeverShown(t *testing.T) {
	t.Setenv("LIGHTSON_OIDC_CLIENT_SECRET", "geheim")
	if help := mustRun(t, "serve", "--help"); strings.Contains(help, "geheim") {
		t.Error("help shows the secret")
	}
	for _, flags := range [][]string{{"--oidc-name=a\nb"}, {"--oidc-rules=geheim"}, {"--unknown"}, {"--session-idle=geheim"}} {
		_, stderr, err := lightson(t, append(append([]string{"serve", "--data=" + t.TempDir()}, withOIDC...), flags...)...)
		if err == nil || strings.Contains(err.Error()+stderr, "geheim") && !strings.Contains(strings.Join(flags, ""), "session-idle=geheim") {
			t.Errorf("%v: %v %s", flags, err, stderr)
		}
	}
}
