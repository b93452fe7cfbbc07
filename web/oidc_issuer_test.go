package web_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/web"
)

// claims are what a token says.
type claims = map[string]any

// A signingKey is a key of an issuer.
type signingKey struct {
	id, alg string
	private crypto.Signer
}

var (
	rsaKey   = sync.OnceValue(func() signingKey { return newRSAKey("rsa") })
	otherRSA = sync.OnceValue(func() signingKey { return newRSAKey("new") })
	ecKey    = sync.OnceValue(func() signingKey {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return signingKey{"ec", "ES256", private}
	})
)

func newRSAKey(id string) signingKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return signingKey{id, "RS256", private}
}

// public is the key as a JSON Web Key.
func (k signingKey) public() claims {
	jwk := claims{"kid": k.id, "alg": k.alg, "use": "sig"}
	switch public := k.private.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", raw64(public.N.Bytes()), raw64(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 4, x, y
		if err != nil {
			panic(err)
		}
		half := (len(point) - 1) / 2
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", raw64(point[1:1+half]), raw64(point[1+half:])
	}
	return jwk
}

// sign makes a token.
func (k signingKey) sign(about claims) string {
	signed := unsigned(claims{"alg": k.alg, "kid": k.id, "typ": "JWT"}, about)
	digest := sha256.Sum256([]byte(signed))
	if private, is := k.private.(*ecdsa.PrivateKey); is {
		r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
		if err != nil {
			panic(err)
		}
		return signed + "." + raw64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	signature, err := k.private.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return signed + "." + raw64(signature)
}

func unsigned(header, about claims) string {
	return raw64(inJSON(header)) + "." + raw64(inJSON(about))
}

// byHMAC signs with a secret that others know, too.
func byHMAC(secret []byte, kid string, about claims) string {
	signed := unsigned(claims{"alg": "HS256", "kid": kid}, about)
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(signed))
	return signed + "." + raw64(sum.Sum(nil))
}

func raw64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func inJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// An issuer is an identity provider at which everybody is signed in already. What it does
// wrong is for the tests to say.
type issuer struct {
	*httptest.Server
	t       *testing.T
	closing chan struct{} // has whoever makes the client wait stop
	stop    func()

	mu       sync.Mutex
	public   bool   // knows no secret of the client
	auth     string // the way in which the client must authenticate
	key      signingKey
	keys     []signingKey // that it shows; key alone where there are none
	metadata claims       // of its configuration, instead of the usual; nil leaves one out
	who      claims       // of whoever signs in
	userInfo claims       // what is only told there
	lacks    []string     // claims that the token has not
	token    func(claims) string
	instead  map[string]http.HandlerFunc // by path
	sendsIss string
	asked    map[string]int // by path
	scopes   []string       // of the last sign-in

	codes   map[string]grant
	secrets []string // all that nobody else may learn
}

// A grant is what a code stands for.
type grant struct {
	nonce, challenge, redirect string
	who                        claims
}

const clientID, clientSecret = "lights on", "geheim: 100% ä"

// newIssuer starts a provider where Ann is signed in.
func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{
		t: t, auth: "client_secret_basic", key: rsaKey(), metadata: claims{}, instead: map[string]http.HandlerFunc{}, asked: map[string]int{}, codes: map[string]grant{},
		who:     claims{"sub": "ann-1", "email": "Ann@Example.com", "email_verified": true, "name": "Ann <b>Kowalski</b>", "groups": []string{"staff", "kowalski"}},
		secrets: []string{clientSecret, url.QueryEscape(clientSecret)},
	}
	i.Server = httptest.NewServer(http.HandlerFunc(i.answer))
	i.closing = make(chan struct{})
	i.stop = sync.OnceFunc(func() {
		close(i.closing)
		i.Close()
	})
	t.Cleanup(i.stop)
	return i
}

// settings are those of a site where people of these rules may sign in.
func (i *issuer) settings(rules string) web.OIDC {
	i.t.Helper()
	parsed, err := access.ParseRules(rules)
	if err != nil {
		i.t.Fatal(err)
	}
	secret := web.Secret(clientSecret)
	if i.public {
		secret = ""
	}
	return web.OIDC{Issuer: i.URL, ClientID: clientID, ClientSecret: secret, Name: "Company Login", GroupsClaim: "groups", Rules: parsed}
}

const usualRules = "ops=operator; kowalski=owner:group/Kowalski; kowalski=owner:store/17; audit=viewer:all"

// signingInAt is the site with a provider. Everything that it logs is kept.
func (s *site) signingInAt(i *issuer, rules string) *site {
	s.t.Helper()
	s.server.SetLog(slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	s.server.SignInAt(i.settings(rules))
	s.handler = s.server.Handler()
	return s
}

func (i *issuer) answer(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked[r.URL.Path]++
	instead := i.instead[r.URL.Path]
	i.mu.Unlock()
	switch {
	case instead != nil:
		instead(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		i.sendJSON(w, http.StatusOK, i.configuration())
	case r.URL.Path == "/keys":
		var list []claims
		for _, key := range i.shown() {
			list = append(list, key.public())
		}
		i.sendJSON(w, http.StatusOK, claims{"keys": list})
	case r.URL.Path == "/authorize" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="en"><title>Company Login</title><h1>Company Login</h1><form method="post"><button>Continue</button></form></html>`)
	case r.URL.Path == "/authorize":
		i.authorize(w, r)
	case r.URL.Path == "/token":
		i.sendTokens(w, r)
	case r.URL.Path == "/userinfo":
		if token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !bearer || !slices.Contains(i.secrets, token) {
			i.t.Errorf("userinfo: Authorization %q", r.Header.Get("Authorization"))
		}
		i.sendJSON(w, http.StatusOK, i.userInfo)
	default:
		http.NotFound(w, r)
	}
}

func (i *issuer) sendJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(inJSON(v))
}

func (i *issuer) configuration() claims {
	about := claims{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize?realm=chain", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"userinfo_endpoint": i.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"none", "HS256", "RS256", "ES256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt", i.auth}, "scopes_supported": []string{"openid", "groups"},
	}
	for name, value := range i.metadata {
		if about[name] = value; value == nil {
			delete(about, name)
		}
	}
	return about
}

func (i *issuer) shown() []signingKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.keys != nil {
		return i.keys
	}
	return []signingKey{i.key}
}

// authorize sends somebody who agreed back with a code.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	i.scopes = strings.Fields(q.Get("scope"))
	if q.Get("client_id") != clientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("realm") != "chain" ||
		len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 || !slices.Contains(i.scopes, "openid") {
		i.t.Errorf("authorize: %v", q)
	}
	back := i.back(q.Get("redirect_uri"), claims{"code": i.newCode(grant{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"), i.who}), "state": q.Get("state"), "iss": i.sendsIss})
	http.Redirect(w, r, back, http.StatusFound)
}

// back is an address of the client with parameters. Empty ones are left out.
func (i *issuer) back(redirect string, params claims) string {
	u, err := url.Parse(redirect)
	if err != nil {
		i.t.Fatal(err)
	}
	q := u.Query()
	for name, value := range params {
		if value != "" {
			q.Set(name, value.(string))
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func (i *issuer) newCode(g grant) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	code := "code-" + rand.Text()
	i.codes[code] = g
	i.secrets = append(i.secrets, code)
	return code
}

// sendTokens checks a code, its client and its PKCE verifier.
func (i *issuer) sendTokens(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code string) {
		// As a careless provider does, it echoes what it was sent.
		i.sendJSON(w, status, claims{"error": code, "error_description": r.FormValue("code") + " " + clientSecret})
	}
	if r.Method != http.MethodPost || r.URL.RawQuery != "" || r.FormValue("grant_type") != "authorization_code" {
		i.t.Errorf("token: %s %s %v", r.Method, r.URL, r.Form)
	}
	if !i.isClient(r) {
		refuse(http.StatusUnauthorized, "invalid_client")
		return
	}
	i.mu.Lock()
	code := r.PostFormValue("code")
	g, known := i.codes[code]
	delete(i.codes, code) // one use
	i.secrets = append(i.secrets, r.PostFormValue("code_verifier"))
	i.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || g.redirect != r.PostFormValue("redirect_uri") || raw64(challenge[:]) != g.challenge {
		refuse(http.StatusBadRequest, "invalid_grant")
		return
	}
	accessToken := "access-" + rand.Text()
	about := maps.Clone(g.who)
	maps.Copy(about, claims{"iss": i.URL, "aud": clientID, "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "nonce": g.nonce})
	half := sha256.Sum256([]byte(accessToken))
	about["at_hash"] = raw64(half[:16])
	for _, name := range i.lacks {
		delete(about, name)
	}
	i.mu.Lock()
	sign := i.token
	i.mu.Unlock()
	if sign == nil {
		sign = i.key.sign
	}
	token := sign(about)
	i.mu.Lock()
	i.secrets = append(i.secrets, accessToken, token)
	i.mu.Unlock()
	i.sendJSON(w, http.StatusOK, claims{"access_token": accessToken, "token_type": "Bearer", "expires_in": 60, "id_token": token})
}

// isClient reports whether a request proves that it is the client's, in the one way that
// the issuer takes.
func (i *issuer) isClient(r *http.Request) bool {
	name, secret, basic := r.BasicAuth()
	posted := r.PostFormValue("client_secret")
	switch {
	case i.public:
		return !basic && posted == "" && r.PostFormValue("client_id") == clientID
	case i.auth == "client_secret_basic":
		return basic && posted == "" && name == url.QueryEscape(clientID) && secret == url.QueryEscape(clientSecret)
	default:
		return !basic && posted == clientSecret && r.PostFormValue("client_id") == clientID
	}
}

// agree is somebody who goes where they are sent, agrees, and is sent back. It returns the
// path of the callback.
func (i *issuer) agree(start answer) (callback string) {
	i.t.Helper()
	to := start.Header.Get("Location")
	if start.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, i.URL+"/authorize?realm=chain&") {
		i.t.Fatalf("status %d to %q, want the provider: %q", start.StatusCode, to, text(start.page(i.t).Find("main")))
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.PostForm(to, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	defer r.Body.Close()
	return pathIn(i.t, r.Header.Get("Location"))
}

func pathIn(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Host != "example.com" {
		t.Fatalf("sent to %q: %v", address, err)
	}
	return u.RequestURI()
}

// signInAt goes to the provider and comes back.
func (v *visitor) signInAt(i *issuer) answer {
	v.site.t.Helper()
	return v.get(i.agree(v.get("/sign-in/oidc")))
}

// keepsSecrets checks that the site told nobody what the provider and it know.
func (i *issuer) keepsSecrets(s *site, answers ...answer) {
	i.t.Helper()
	told := s.log.String() + s.auditText()
	for _, a := range answers {
		var sent bytes.Buffer
		if err := a.Header.Write(&sent); err != nil {
			i.t.Fatal(err)
		}
		told += sent.String() + a.body
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, secret := range i.secrets {
		if len(secret) > 10 && strings.Contains(told, secret) { // what is shorter is no token
			i.t.Errorf("%.20s… is in the log, the audit log or an answer: %s", secret, told)
		}
	}
}
