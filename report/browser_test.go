package report_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A browser is a headless Chromium with one page, spoken to in the DevTools
// protocol over a pair of pipes: JSON, each message with a NUL behind it.
type browser struct {
	t       testing.TB
	in      *os.File
	out     *bufio.Reader
	n       int
	session string
	log     []string // errors and messages of the console since the page was opened
}

// startBrowser starts one, or skips the test where there is none.
func startBrowser(t testing.TB) *browser {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a process on Windows inherits no pipes: the page is not looked at")
	}
	var path string
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); name != "" && err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium: the page is not looked at (name one by the variable CHROMIUM)")
	}
	theirIn, in, err := os.Pipe()
	require.NoError(t, err)
	out, theirOut, err := os.Pipe()
	require.NoError(t, err)
	profile, err := os.MkdirTemp("", "reprint-chromium-*")
	require.NoError(t, err)
	// Its helpers write into it for a moment after it has ended.
	t.Cleanup(func() {
		for range 20 {
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
		"--disable-dev-shm-usage", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4, as the flag says
	cmd.WaitDelay = time.Second
	require.NoError(t, cmd.Start())
	theirIn.Close()
	theirOut.Close()
	require.NoError(t, out.SetReadDeadline(time.Now().Add(2*time.Minute)))
	b := &browser{t: t, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		in.Close() // at which it ends
		kill := time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait()
		kill.Stop()
		out.Close()
	})
	target := b.call("Target.createTarget", object{"url": "about:blank"})["targetId"]
	b.session = b.call("Target.attachToTarget", object{"targetId": target, "flatten": true})["sessionId"].(string)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil)
	}
	return b
}

type object = map[string]any

func (b *browser) call(method string, params object) object {
	b.t.Helper()
	b.n++
	if params == nil {
		params = object{}
	}
	message := object{"id": b.n, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	encoded, err := json.Marshal(message)
	require.NoError(b.t, err)
	_, err = b.in.Write(append(encoded, 0))
	require.NoError(b.t, err)
	for {
		m := b.next()
		if id, ok := m["id"].(float64); ok && int(id) == b.n {
			require.Nil(b.t, m["error"], "%s", method)
			return m["result"].(object)
		}
	}
}

// next reads a message, and keeps what is worth to know of events.
func (b *browser) next() object {
	raw, err := b.out.ReadBytes(0)
	require.NoError(b.t, err, "the browser does not answer")
	var m object
	require.NoError(b.t, json.Unmarshal(raw[:len(raw)-1], &m))
	switch m["method"] {
	case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening":
		b.log = append(b.log, string(raw[:len(raw)-1]))
	case "Network.requestWillBeSent":
		to := m["params"].(object)["request"].(object)["url"].(string)
		if !strings.HasPrefix(to, "file:") && !strings.HasPrefix(to, "blob:") && to != "about:blank" {
			b.log = append(b.log, "request for "+to[:min(len(to), 100)])
		}
	}
	return m
}

// open opens a file at a place in it, anew, and waits until it has settled.
func (b *browser) open(file, hash string) {
	b.t.Helper()
	b.log = nil
	path, err := filepath.Abs(file)
	require.NoError(b.t, err)
	b.call("Page.navigate", object{"url": "about:blank"})
	b.call("Page.navigate", object{"url": (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String() + "#" + hash})
	b.until(`document.readyState === "complete" && location.protocol === "file:"`)
	b.settle()
}

// settle waits until nothing is being unpacked and two frames have been drawn.
func (b *browser) settle() {
	b.t.Helper()
	b.until(`!document.querySelector(".wait")`)
	b.eval(`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))`)
}

// until waits for a condition.
func (b *browser) until(condition string) {
	b.t.Helper()
	for start := time.Now(); time.Since(start) < 30*time.Second; {
		if b.eval("!!("+condition+")") == true {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	require.Fail(b.t, "waited in vain", "%s; %v", condition, b.log)
}

// see waits until one of the elements that a selector finds holds a text.
func (b *browser) see(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("[...document.querySelectorAll(%q)].some(e => e.textContent.includes(%q))", selector, text))
}

// eval returns the value of an expression in the page.
func (b *browser) eval(expression string) any {
	b.t.Helper()
	r := b.call("Runtime.evaluate", object{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true})
	require.Nil(b.t, r["exceptionDetails"], "%s", expression)
	return r["result"].(object)["value"]
}

// texts returns the text of all elements that a selector finds.
func (b *browser) texts(selector string) []string {
	b.t.Helper()
	var all []string
	for _, v := range b.eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent)`, selector)).([]any) {
		all = append(all, v.(string))
	}
	return all
}

// follow goes to another place in the page that is open.
func (b *browser) follow(hash string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`(location.hash = %q, new Promise(r => setTimeout(r, 50)))`, hash))
	b.settle()
}

// click clicks in the middle of the first element that a selector finds.
func (b *browser) click(selector string) {
	b.t.Helper()
	at := b.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector)).([]any)
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		b.call("Input.dispatchMouseEvent", object{"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	}
	b.settle()
}

// press presses a key, as "n", "Tab" or "Enter".
func (b *browser) press(key string) {
	b.t.Helper()
	press := object{"key": key}
	switch key {
	case "Enter":
		press["text"], press["windowsVirtualKeyCode"] = "\r", 13
	case "Tab":
		press["windowsVirtualKeyCode"] = 9
	default:
		press["text"] = key
	}
	for _, kind := range []string{"keyDown", "keyUp"} {
		press["type"] = kind
		b.call("Input.dispatchKeyEvent", press)
	}
	b.settle()
}

// write types a text where the focus is.
func (b *browser) write(text string) { b.call("Input.insertText", object{"text": text}) }

// size sets the size of the window, and whether it is a phone's.
func (b *browser) size(width, height int, phone bool) {
	b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone})
}

func (b *browser) prefer(scheme string) {
	b.call("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}})
}

// picture stores what is seen, in the folder that the variable REPRINT_PICTURES
// names, for people to look at.
func (b *browser) picture(name string) {
	folder := os.Getenv("REPRINT_PICTURES")
	if folder == "" {
		return
	}
	data, err := base64.StdEncoding.DecodeString(b.call("Page.captureScreenshot", nil)["data"].(string))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(folder, name+".png"), data, 0o666))
}
