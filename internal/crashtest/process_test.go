package crashtest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// signingKey is that of every process here, so that tokens and idempotency keys hold across restarts.
const signingKey = "bGF0dGljZSBjcmFzaCB0ZXN0cyBzaWduaW5nIGtleSE="

// settings are what a process finds in its environment, beside what every program does.
type settings map[string]string

// process is one run of the binary.
type process struct {
	command *exec.Cmd
	address string // empty when it ended before it had one
	log     *output
	ended   chan struct{}
	endedAt time.Time // read it after ended
}

var addressPattern = regexp.MustCompile(`^ *URL +(http://\S+)$`)

// start starts the binary and waits until it says where it answers, or ends.
func start(ctx context.Context, dir string, with settings, command string) (*process, error) {
	path, err := binary()
	if err != nil {
		return nil, err
	}
	p := &process{command: exec.Command(path, command), log: &output{}, ended: make(chan struct{})}
	p.command.Dir = dir
	p.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}
	for name, value := range with {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	p.command.SysProcAttr = withUs()
	p.command.Stderr = p.log
	p.command.WaitDelay = patience
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	started, address := make(chan error, 1), make(chan string, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the child lives as long as its thread
		err := p.command.Start()
		started <- err
		if err != nil {
			return
		}
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if match := addressPattern.FindStringSubmatch(lines.Text()); match != nil {
				address <- match[1]
			}
		}
		_ = p.command.Wait() // how it ended stands in ProcessState
		p.endedAt = time.Now()
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	select {
	case p.address = <-address:
		return p, nil
	case <-p.ended:
		return p, nil
	case <-ctx.Done():
		p.discard()
		return nil, fmt.Errorf("the process does not start: %w\n%s", ctx.Err(), p.log)
	}
}

// discard ends a process that is of no use any more, if it still runs.
func (p *process) discard() {
	_ = p.command.Process.Kill()
	<-p.ended
}

func (p *process) terminate() { _ = p.command.Process.Signal(syscall.SIGTERM) }

var (
	errLives   = errors.New("the process does not end")
	errNoCrash = errors.New("the process ended otherwise than by its own SIGKILL")
)

func (p *process) notReached() error {
	return fmt.Errorf("%w: the mark is not reached\n%s", errLives, p.log)
}

// diedAtMark tells whether the process, which has ended, has killed itself.
func (p *process) diedAtMark() error {
	status, _ := p.command.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGKILL {
		return fmt.Errorf("%w: %s\n%s", errNoCrash, p.command.ProcessState, p.log)
	}
	return nil
}

// end ends the process in order. What went wrong in it is in its log.
func (p *process) end(ctx context.Context) error {
	p.terminate()
	select {
	case <-p.ended:
	case <-ctx.Done():
		return fmt.Errorf("%w on SIGTERM\n%s", errLives, p.log)
	}
	if !p.command.ProcessState.Success() || strings.Contains(p.log.String(), "level=ERROR") {
		return fmt.Errorf("the process ended with trouble: %s\n%s", p.command.ProcessState, p.log)
	}
	return nil
}

// output keeps what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
