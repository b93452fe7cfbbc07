package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"lightson/models/modelstest"
)

// patience is how long a condition in a browser may take to come true on a busy
// machine. Nothing waits that long that works.
const patience = 30 * time.Second

// startBrowser starts a Chromium that lives as long as the test. Without one it
// skips the test, or fails it where all tests are asked for.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		modelstest.Skip(t, "the browser is left out with -short")
	}
	path := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		modelstest.Skip(t, "no Chromium: run make test, or .ci/with-services go test, or set CHROMIUM")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), flags...)
	t.Cleanup(cancel)
	browser, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(browser); err != nil {
			t.Log("close browser:", err)
		}
		cancel()
	})
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// A tab is a window of a visitor of its own, at a site.
type tab struct {
	t    *testing.T
	ctx  context.Context
	site string // its address

	mu         sync.Mutex
	complaints []string // of the browser: errors in the console, what the policy refused
	expected   []string // words of complaints that are part of the test
}

// newTab opens a tab at a site that is served for as long as the test.
func newTab(t *testing.T, browser context.Context, handler http.Handler) *tab {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	v := &tab{t: t, ctx: ctx, site: server.URL}
	if err := chromedp.Listen(ctx, v.listen); err != nil {
		t.Fatal(err)
	}
	call(v, log.Enable, cdp.Empty{})
	v.width(1280)
	t.Cleanup(v.wantNoComplaints)
	return v
}

func (v *tab) listen(event any) {
	complaint := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		complaint = (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			for _, arg := range e.Args {
				complaint += fmt.Sprint(arg.Value, arg.Description) + " "
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning || e.Entry.Source == log.EntrySourceSecurity {
			complaint = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if complaint != "" {
		v.mu.Lock()
		v.complaints = append(v.complaints, complaint)
		v.mu.Unlock()
	}
}

// expect names words of complaints that are part of the test, such as that of a
// status 422.
func (v *tab) expect(words string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.expected = append(v.expected, words)
}

func (v *tab) wantNoComplaints() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, complaint := range v.complaints {
		known := false
		for _, words := range v.expected {
			known = known || strings.Contains(complaint, words)
		}
		if !known {
			v.t.Errorf("the browser complains: %s", complaint)
		}
	}
	v.complaints = nil
}

// do carries actions out, which must not take for ever.
func (v *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v; at %s", what, err, v.where())
	}
}

// call gives the browser a command.
func call[P, R any](v *tab, command cdp.Command[P, R], params P) R {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		v.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// where is what the tab shows, for a message.
func (v *tab) where() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + " " + document.querySelector("main")?.innerText.slice(0, 600)`))
	if err != nil {
		return err.Error()
	}
	return shown
}

// open loads a page.
func (v *tab) open(path string) {
	v.t.Helper()
	v.do("open "+path, chromedp.Navigate(v.site+path))
}

// click presses and releases the mouse on what a selector finds, which must be
// in sight and not covered.
// back goes to the page before. A page that comes from the browser's memory is not loaded, so
// there is no loading to wait for.
func (v *tab) back() {
	v.t.Helper()
	v.do("go back", chromedp.Evaluate[chromedp.Void](`setTimeout(() => history.back()); undefined`))
}

func (v *tab) click(selector string) {
	v.t.Helper()
	v.until(selector+" can be clicked", fmt.Sprintf(`document.querySelector(%q)?.getClientRects().length > 0`, selector))
	v.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// follow clicks on what leads to another page, or to the same one anew.
func (v *tab) follow(selector string) {
	v.t.Helper()
	v.do("mark the page", chromedp.Evaluate[chromedp.Void]("window.isLeft = true"))
	v.click(selector)
	v.until("the next page is there", `!window.isLeft && document.readyState === "complete"`)
}

func (v *tab) doubleClick(selector string) {
	v.t.Helper()
	v.do("double click "+selector, chromedp.DoubleClick(chromedp.CSS(selector)))
}

// instant fills a field for a date and a time, or empties it. How one types into it depends on the
// language of the browser.
func (v *tab) instant(selector, value string) {
	v.t.Helper()
	v.do("fill "+selector, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = %q; void 0`, selector, value)))
}

// write types into a field, after what is in it.
func (v *tab) write(selector, text string) {
	v.t.Helper()
	v.do("write into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// press presses keys wherever the focus is.
func (v *tab) press(keys string) {
	v.t.Helper()
	v.do("press a key", chromedp.KeyEvent(keys))
}

// ask evaluates an expression of JavaScript.
func ask[T any](v *tab, expression string) T {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("evaluate %.200s: %v; at %s", expression, err, v.where())
	}
	return answer
}

// until waits for a condition in the page.
func (v *tab) until(what, condition string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	for {
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")"))
		if err == nil && met {
			return
		}
		if ctx.Err() != nil { // an error before may be the page's change for another
			v.t.Fatalf("waited in vain until %s (%v); at %s", what, err, v.where())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// shows waits until the text of an element is something.
func (v *tab) shows(selector, text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("%s shows %q", selector, text),
		fmt.Sprintf(`document.querySelector(%q)?.textContent.trim().includes(%q)`, selector, text))
}

// loaded waits until the page is there to its end.
func (v *tab) loaded() {
	v.t.Helper()
	v.until("the page is loaded", `document.readyState === "complete"`)
}

// path is the address of the page without the site.
func (v *tab) path() string {
	v.t.Helper()
	return strings.TrimPrefix(ask[string](v, "location.href"), v.site)
}

// width makes the window as wide.
func (v *tab) width(pixels int64) {
	v.t.Helper()
	v.do("resize", chromedp.EmulateViewport(pixels, 900))
}

// scheme makes the system light or dark.
func (v *tab) scheme(name string) {
	v.t.Helper()
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
}

// withoutScripts switches JavaScript off, as a visitor can.
func (v *tab) withoutScripts() {
	v.t.Helper()
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}
