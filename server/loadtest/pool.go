package main

import (
	"errors"
	"fmt"
	"time"
)

// A pool holds all viewers of a run. It belongs to one goroutine.
type pool struct {
	ledger  *ledger
	hosts   []string // of the servers, with the port, which all have the same log
	rounds  int      // how often the viewers have connected
	form    form
	viewers []*viewer
	up      int       // viewers who have their start
	starts  latencies // how long that took, from dialing
	network network
}

// newPool returns a pool of n viewers that are not connected yet.
func newPool(l *ledger, hosts []string, n int, f form) (*pool, error) {
	c := &pool{ledger: l, hosts: hosts, form: f}
	for range n {
		c.viewers = append(c.viewers, newViewer(l))
	}
	var err error
	c.network, err = newNetwork(c)
	return c, err
}

// host returns the server of a viewer. When the viewers come back, each goes to the next one.
func (c *pool) host(viewer int) string { return c.hosts[(viewer+c.rounds)%len(c.hosts)] }

// A network holds the connections of a pool. It hands what comes to [pool.receive].
type network interface {
	// dial connects a viewer and sends its request.
	dial(viewer int, request string) error
	// poll receives what is there, 64 pieces at most, or waits for something about as long as given.
	poll(wait time.Duration) error
	// send sends on a viewer's connection. It does not wait.
	send(viewer int, text []byte) error
	// cut ends all connections as a network that goes away does, without a farewell. cutOne ends a viewer's.
	cut()
	cutOne(viewer int)
	// close cuts and ends.
	close()
}

// dialAhead is how many viewers may be without their start at a time. It keeps the accept queue from running over,
// which would delay each dropped connection by a second. On HTTP/2 it is less, because Go's server closes a connection
// whose first frames it has not read within 2 s, and a new connection costs it more.
func (f form) dialAhead() int {
	if f.over == overHTTP2 {
		return 100
	}
	return 1000
}

// connect connects the viewers, as fast as the server can answer them, and returns when each has its start.
func (c *pool) connect(patience time.Duration) error {
	c.up, c.starts, c.rounds = 0, latencies{}, c.rounds+1
	end := time.Now().Add(patience)
	for dialed := 0; c.up < len(c.viewers); {
		ahead := c.form.dialAhead()
		if s, ok := c.ledger.sequence.(script); ok && s.flights > 10_000 && c.ledger.opening.block == nil {
			ahead = 1 // until it is known what all get, what comes has to be kept
		}
		for ; dialed < len(c.viewers) && dialed-c.up < ahead; dialed++ {
			group := c.sharing(dialed)
			if len(group) == 0 {
				continue
			}
			request := group[0].request(c.host(dialed), c.form, time.Now(), group[1:]...)
			if err := c.network.dial(dialed, request); err != nil {
				return fmt.Errorf("viewer %d of %d: %w", dialed+1, len(c.viewers), err)
			}
			if dialed%16 == 15 { // connected viewers do not wait for the others
				if err := c.network.poll(0); err != nil {
					return err
				}
			}
		}
		if err := c.network.poll(20 * time.Millisecond); err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("after %v only %d of %d viewers have their start", patience, c.up, len(c.viewers))
		}
	}
	return nil
}

var errPatience = errors.New("patience is over")

// watch receives until ask says that it is over. It asks at least every 20 ms, after 64 pieces at the latest, and when
// there is nothing to receive for as long as ask has said that it can wait.
func (c *pool) watch(ask func(now time.Time) (wait time.Duration, over bool), patience time.Duration) error {
	end := time.Now().Add(patience)
	for {
		now := time.Now()
		wait, over := ask(now)
		if over {
			return nil
		}
		if now.After(end) {
			return errPatience
		}
		if err := c.network.poll(min(wait, 20*time.Millisecond)); err != nil {
			return err
		}
	}
}

// receive hands what has come to a viewer.
func (c *pool) receive(i int, piece []byte, now time.Time) error {
	v := c.viewers[i]
	if err := v.receive(piece, now); err != nil {
		return fmt.Errorf("viewer %d: %w", i+1, err)
	}
	if len(v.reply) > 0 {
		if err := c.network.send(i, v.reply); err != nil {
			return fmt.Errorf("viewer %d: %w", i+1, err)
		}
	}
	if c.up == len(c.viewers) {
		return nil
	}
	for _, v := range c.sharing(i) {
		if !v.up && v.started() {
			v.up = true
			c.up++
			c.starts.add(now.Sub(v.dialed))
		}
	}
	return nil
}

// sharing returns the viewers who share the connection of viewer i; none: it is another's.
func (c *pool) sharing(i int) []*viewer {
	n := max(c.form.streams, 1)
	if i%n > 0 {
		return nil
	}
	return c.viewers[i:min(i+n, len(c.viewers))]
}

// cut ends all connections as a network that goes away does.
func (c *pool) cut() {
	c.network.cut()
	for _, v := range c.viewers {
		v.close()
	}
}

// cutOne ends a viewer's connection as a network that goes away does. No other viewer may share it.
func (c *pool) cutOne(viewer int) {
	c.network.cutOne(viewer)
	c.viewers[viewer].close()
}

// comeBack connects a viewer that was cut. It does not wait for its start.
func (c *pool) comeBack(viewer int, now time.Time) error {
	return c.network.dial(viewer, c.viewers[viewer].request(c.host(viewer), c.form, now))
}

// close ends all connections and the pool.
func (c *pool) close() {
	c.cut()
	c.network.close()
}
