package web

import "testing"

func TestARoomTakesAsManyAsItMay(t *testing.T) {
	const a, b, c = "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"
	for _, tt := range []struct {
		reason     string
		most, each int
		before     []string
		comes      string
		want       error
	}{
		{"no bounds", 0, 0, []string{a, a, a}, a, nil},
		{"below both", 3, 2, []string{a, b}, a, nil},
		{"full", 2, 0, []string{a, b}, c, errFull},
		{"full, and full of one", 2, 2, []string{a, a}, a, errFull},
		{"as many as one address may", 0, 2, []string{a, b, "192.0.2.1:2"}, "192.0.2.1:3", errCrowded},
		{"another address", 0, 1, []string{a}, b, nil},
		{"a network of IPv6 is one", 0, 1, []string{"[2001:db8:0:1::1]:1"}, "[2001:db8:0:1:ffff::2]:1", errCrowded},
		{"another network of IPv6", 0, 1, []string{"[2001:db8:0:1::1]:1"}, "[2001:db8:0:2::1]:1", nil},
		{"IPv4 in IPv6", 0, 1, []string{a}, "[::ffff:192.0.2.1]:2", errCrowded},
		{"no address is one as well", 0, 1, []string{"@"}, "pipe", errCrowded},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			r := newRoom(tt.most, tt.each)
			for _, name := range tt.before {
				if err := r.enter(name); err != nil {
					t.Fatalf("%s may not come in: %v", name, err)
				}
			}
			if got := r.enter(tt.comes); got != tt.want {
				t.Fatalf("%s may come in: %v, want %v", tt.comes, got, tt.want)
			}
			if tt.want == nil {
				r.leave(tt.comes)
			}
			for _, name := range tt.before {
				r.leave(name)
			}
			if err := r.enter(tt.comes); err != nil || r.viewers != 1 || len(r.from) > 1 {
				t.Errorf("after all have left: %v; %d viewers are counted, from %d addresses", err, r.viewers, len(r.from))
			}
		})
	}
}

// TestNobodyEntersARoomThatCloses: one who came after the last had left would leave it empty a second time.
func TestNobodyEntersARoomThatCloses(t *testing.T) {
	r := newRoom(0, 0)
	if err := r.enter("192.0.2.1:1"); err != nil {
		t.Fatal(err)
	}
	r.close(0)
	r.close(0)
	if err := r.enter("192.0.2.1:2"); err != errClosing {
		t.Errorf("a viewer who comes while it closes gets %v, want %v", err, errClosing)
	}
	select {
	case <-r.empty:
		t.Error("it is empty while somebody is there")
	default:
	}
	r.leave("192.0.2.1:1")
	<-r.empty
	if err := r.enter("192.0.2.1:2"); err != errClosing {
		t.Errorf("a viewer who comes afterwards gets %v, want %v", err, errClosing)
	}
}
