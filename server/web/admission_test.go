package web

import (
	"testing"

	"flightboard/server/web/fanout"
)

func TestAdmissionLimitsTheViewers(t *testing.T) {
	const first, second, third = "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"
	for _, tt := range []struct {
		reason     string
		most, each int
		before     []string
		comes      string
		want       error
	}{
		{"no bounds", 0, 0, []string{first, first, first}, first, nil},
		{"below both", 3, 2, []string{first, second}, first, nil},
		{"full", 2, 0, []string{first, second}, third, errFull},
		{"full, and full of one", 2, 2, []string{first, first}, first, errFull},
		{"as many as one address may", 0, 2, []string{first, second, "192.0.2.1:2"}, "192.0.2.1:3", errFullEach},
		{"another address", 0, 1, []string{first}, second, nil},
		{"a network of IPv6 is one", 0, 1, []string{"[2001:db8:0:1::1]:1"}, "[2001:db8:0:1:ffff::2]:1", errFullEach},
		{"another network of IPv6", 0, 1, []string{"[2001:db8:0:1::1]:1"}, "[2001:db8:0:2::1]:1", nil},
		{"IPv4 in IPv6", 0, 1, []string{first}, "[::ffff:192.0.2.1]:2", errFullEach},
		{"this machine is nobody", 0, 1, []string{"127.0.0.1:1"}, "127.0.0.1:2", nil},
		{"nor is it in IPv6", 0, 1, []string{"[::1]:1"}, "[::1]:2", nil},
		{"another loopback address is one", 0, 1, []string{"127.0.0.2:1"}, "127.0.0.2:2", errFullEach},
		{"no address is one as well", 0, 1, []string{"@"}, "pipe", errFullEach},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			a := newAdmission(tt.most, tt.each)
			for _, name := range tt.before {
				if err := a.admit(name); err != nil {
					t.Fatalf("%s may not come in: %v", name, err)
				}
			}
			if got := a.admit(tt.comes); got != tt.want {
				t.Fatalf("%s may come in: %v, want %v", tt.comes, got, tt.want)
			}
			if tt.want == nil {
				a.release(tt.comes)
			}
			for _, name := range tt.before {
				a.release(name)
			}
			if err := a.admit(tt.comes); err != nil || a.viewers != 1 || len(a.from) > 1 {
				t.Errorf("after all have left: %v; %d viewers are counted, from %d addresses", err, a.viewers, len(a.from))
			}
		})
	}
}

// TestAClosedAdmissionRejectsAllViewers: a viewer that came after the last release would close empty a second time.
func TestAClosedAdmissionRejectsAllViewers(t *testing.T) {
	a := newAdmission(0, 0)
	if err := a.admit("192.0.2.1:1"); err != nil {
		t.Fatal(err)
	}
	a.close(0)
	a.close(0)
	if err := a.admit("192.0.2.1:2"); err != fanout.ErrClosing {
		t.Errorf("a viewer who comes while it closes gets %v, want %v", err, fanout.ErrClosing)
	}
	select {
	case <-a.empty:
		t.Error("it is empty while somebody is there")
	default:
	}
	a.release("192.0.2.1:1")
	<-a.empty
	if err := a.admit("192.0.2.1:2"); err != fanout.ErrClosing {
		t.Errorf("a viewer who comes afterwards gets %v, want %v", err, fanout.ErrClosing)
	}
}
