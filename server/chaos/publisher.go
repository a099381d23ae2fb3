package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// A publisher posts change after change, each at a random node and again until it is acknowledged. The number of the
// change is the state of a flight.
type publisher struct {
	nodes []*node
	count atomic.Int64
}

const flights = 20

// run publishes until ctx is done, and the last change is acknowledged.
func (p *publisher) run(ctx context.Context) {
	for number := 1; ctx.Err() == nil; number++ {
		body := fmt.Sprintf(`{"flight":"LH%d","origin":"Frankfurt","state":"%d"}`, number%flights, number)
		for !p.post(body) { // at the end all nodes live, so that it is acknowledged
			sleep(ctx, 20*time.Millisecond)
		}
		p.count.Add(1)
		sleep(ctx, rand.N(10*time.Millisecond))
	}
}

func (p *publisher) acknowledged() int { return int(p.count.Load()) }

func (p *publisher) post(body string) bool {
	n := p.nodes[rand.IntN(len(p.nodes))]
	// It ends with its answer, so that it is known which number comes next.
	request, _ := http.NewRequest(http.MethodPost, n.url+"/flights", strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}

// settle waits until all nodes and viewers have the last change, and compares the boards.
func settle(ctx context.Context, nodes []*node, viewers []*viewer, p *publisher) error {
	deadline := time.Now().Add(30 * time.Second)
	for ctx.Err() == nil {
		boards := make(map[string]string)
		for _, n := range nodes {
			boards[board(n)] = n.name
		}
		late := ""
		if len(boards) > 1 {
			late = fmt.Sprintf("the nodes have %d different boards: %v", len(boards), boards)
		}
		for _, v := range viewers {
			last, wrong := v.state()
			if wrong != nil {
				return wrong
			}
			if last < p.acknowledged() {
				late = fmt.Sprintf("viewer %d has change %d, and %d were acknowledged", v.number, last, p.acknowledged())
			}
		}
		if late == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("30 s after the last kill %s", late)
		}
		sleep(ctx, 100*time.Millisecond)
	}
	return context.Cause(ctx)
}

// board returns a node's board with its position.
func board(n *node) string {
	answer, err := client.Get(n.url + "/flights")
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.Header.Get("ETag"), err, string(text))
}
