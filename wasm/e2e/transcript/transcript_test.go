package transcript

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

var address = regexp.MustCompile(`listening on (\S+)\n`)

func TestFindWaitsForTheWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		output := New()
		go func() {
			for _, part := range []string{"hello\nlist", "ening on :50", "00\nbye\n"} {
				synctest.Wait()
				io.WriteString(output, part)
			}
		}()
		if got, err := output.Find(t.Context(), nil, address); got != ":5000" || err != nil {
			t.Errorf("Find = %q, %v, want :5000", got, err)
		}
	})
}

func TestFindGivesUpWithWhatWasSaid(t *testing.T) {
	output, ended := New(), make(chan struct{})
	io.WriteString(output, "no display")
	close(ended)
	if _, err := output.Find(t.Context(), ended, address); err == nil || !strings.Contains(err.Error(), "no display") {
		t.Errorf("Find after the end = %v, want an error with the output", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := output.Find(ctx, nil, address); !errors.Is(err, context.Canceled) ||
		!strings.Contains(err.Error(), "no display") {
		t.Errorf("Find without time = %v, want %v with the output", err, context.Canceled)
	}
}
