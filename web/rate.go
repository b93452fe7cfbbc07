package web

import (
	"errors"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"lightson/models/access"
	"lightson/models/words"
)

// A rateClass is a kind of requests that are counted together. It is the part of
// LIGHTSON_RATE_LIMIT that it gets.
type rateClass int

const (
	unlimited rateClass = 0
	reading   rateClass = 1
	changing  rateClass = 10
	signingIn rateClass = 100 // whatever takes a password, a code or a token from a stranger
)

// requests are a number of requests of a class, in a sentence.
func (c rateClass) requests() words.Plural {
	switch c {
	case changing:
		return words.Plural{One: "{n} request that changes something", Other: "{n} requests that change something"}
	case signingIn:
		return words.Plural{One: "{n} request to sign in", Other: "{n} requests to sign in"}
	default:
		return words.Plural{One: "{n} request", Other: "{n} requests"}
	}
}

// classOf is the class of a request, by its route.
func classOf(c echo.Context) rateClass {
	path, method := c.Path(), c.Request().Method
	reads := method == http.MethodGet || method == http.MethodHead
	switch {
	case isStatic(path), slices.Contains(probes, path):
		return unlimited
	case strings.HasPrefix(path, "/invitation/"), strings.HasPrefix(path, "/sign-in/oidc"), !reads && (path == "/sign-in" || strings.HasPrefix(path, "/sign-in/")):
		return signingIn
	case reads, path == mcpPath:
		return reading
	default:
		return changing
	}
}

// rates are how often addresses and principals may ask: each has a bucket for every
// class, which holds the requests of a minute and fills within one. The buckets that were
// not used for longest are forgotten, full as they mostly are.
type rates struct {
	perMinute int // of the class reading; 0 = any number
	mu        sync.Mutex
	buckets   *lru.Cache[bucketKey, *rate.Limiter]
}

type bucketKey struct {
	who   string
	class rateClass
}

// bucketsAtOnce takes about six megabytes.
const bucketsAtOnce = 20_000

func newRates(perMinute int) *rates {
	buckets, err := lru.New[bucketKey, *rate.Limiter](bucketsAtOnce)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &rates{perMinute: perMinute, buckets: buckets}
}

// An allowance is what remains in a bucket.
type allowance struct {
	limit, remaining int           // requests
	full             time.Duration // until nothing is missing any more
	wait             time.Duration // until the next request is allowed; 0 = this one is
}

// take takes a request out of a bucket, if there is one.
func (r *rates) take(who string, class rateClass, now time.Time) allowance {
	limit := max(r.perMinute/int(class), 1)
	perSecond := float64(limit) / 60
	r.mu.Lock()
	key := bucketKey{who, class}
	bucket, known := r.buckets.Get(key)
	if !known {
		bucket = rate.NewLimiter(rate.Limit(perSecond), limit)
		r.buckets.Add(key, bucket)
	}
	r.mu.Unlock()
	allowed := bucket.AllowN(now, 1)
	tokens := max(bucket.TokensAt(now), 0)
	a := allowance{limit: limit, remaining: int(tokens), full: seconds((float64(limit) - tokens) / perSecond)}
	if !allowed {
		a.wait = max(seconds((1-tokens)/perSecond), time.Second)
	}
	return a
}

// seconds are rounded up, as headers have them.
func seconds(s float64) time.Duration { return time.Duration(math.Ceil(s)) * time.Second }

// limitAddresses bounds how often an address may ask, before anything is looked up for
// it. The machine itself may ask as often as it likes, except to sign in: measurements,
// scripts and probes of its operator run there. A proxy is not the machine, whatever it
// leaves out.
func (s *Server) limitAddresses(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		class, address := classOf(c), clientAddress(c)
		if class == unlimited || class != signingIn && isLoopback(address) && !clientOf(c).proxied {
			return next(c)
		}
		if err := s.limit(c, "address "+access.NetworkOf(address), class, "This address sent more than {requests} in a minute. Please try again in {seconds}."); err != nil {
			return err
		}
		return next(c)
	}
}

// limitPrincipals bounds how often a person, a key or a share link may ask, from
// wherever.
func (s *Server) limitPrincipals(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		class, key := classOf(c), limitKey(c)
		if class == unlimited || key == "" {
			return next(c)
		}
		if err := s.limit(c, key, class, "This account sent more than {requests} in a minute. Please try again in {seconds}."); err != nil {
			return err
		}
		return next(c)
	}
}

// limitKey is by what requests of a principal are counted; empty where nobody in
// particular asks, who is counted by address alone.
func limitKey(c echo.Context) string {
	p, err := access.Of(c.Request().Context())
	if err != nil || p.ID == "" {
		return ""
	}
	return p.Key()
}

// limit takes a request out of a bucket, and tells in headers what remains. Of several
// buckets, the emptiest is told.
func (s *Server) limit(c echo.Context, who string, class rateClass, tooMany words.Text) error {
	if s.rates.perMinute == 0 {
		return nil
	}
	a := s.rates.take(who, class, s.now())
	h := c.Response().Header()
	if told, err := strconv.Atoi(h.Get(rateRemaining)); err != nil || a.remaining < told {
		h.Set(rateLimit, strconv.Itoa(a.limit))
		h.Set(rateRemaining, strconv.Itoa(a.remaining))
		h.Set(rateReset, inSeconds(a.full))
	}
	if a.wait == 0 {
		return nil
	}
	h.Set(echo.HeaderRetryAfter, inSeconds(a.wait))
	s.tell(&s.doubts.hurried, "somebody asks too often", "who", who, "limit", a.limit, "setting", "LIGHTSON_RATE_LIMIT")
	return problem{http.StatusTooManyRequests, words.Later("Too many requests"),
		words.Later(tooMany, "requests", words.CountLater(int64(a.limit), class.requests()), "seconds", words.CountLater(int64(a.wait/time.Second), words.Plural{One: "{n} second", Other: "{n} seconds"})), errTooOften}
}

// errTooOften is the cause of a request that was one too many.
var errTooOften = errors.New("too many requests in a minute")

// The headers of draft-ietf-httpapi-ratelimit-headers, in the form that clients know.
const (
	rateLimit     = "RateLimit-Limit"
	rateRemaining = "RateLimit-Remaining"
	rateReset     = "RateLimit-Reset"
)

func inSeconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

func isLoopback(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.IsLoopback()
}
