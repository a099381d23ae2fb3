package flagvalue

import (
	"fmt"
	"net/netip"
	"strings"
)

// Prefixes is a flag for a list of networks or single addresses, separated by commas, as in 10.0.0.0/8,::1.
type Prefixes []netip.Prefix

func (p *Prefixes) String() string {
	var texts []string
	for _, prefix := range *p {
		texts = append(texts, prefix.String())
	}
	return strings.Join(texts, ",")
}

func (p *Prefixes) Set(text string) error {
	var all Prefixes
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		prefix, err := netip.ParsePrefix(one)
		if a, single := netip.ParseAddr(one); single == nil {
			prefix, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("%q is neither an address nor a network, such as 10.0.0.0/8", one)
		}
		all = append(all, prefix.Masked())
	}
	*p = all
	return nil
}
