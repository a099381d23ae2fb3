package mapping

// evaluate returns the texts that an expression yields. Raw texts also are false, and words for nothing.
func (r *reader) evaluate(e *expr, row uint32, raw bool) []string {
	r.tried[e.id] = true
	for _, terms := range e.any {
		var texts []string
		for _, text := range r.join(e, terms, row, raw) {
			if !raw {
				text = something(text)
			}
			if text != "" {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			return texts
		}
	}
	return nil
}

// join returns the texts of terms, joined. If one of them is empty, so is the whole. Terms that yield several texts,
// as in an array of objects, are joined one by one.
func (r *reader) join(e *expr, terms []term, row uint32, raw bool) []string {
	var joined []string
	for i := range terms {
		texts := []string{terms[i].literal}
		if terms[i].path != nil {
			texts = r.follow(e, terms[i].path, row, raw)
		}
		if i == 0 {
			joined = texts
			continue
		}
		joined = pairwise(joined, texts)
	}
	return joined
}

func pairwise(left, right []string) []string {
	if len(left) == 0 || len(right) == 0 {
		return nil
	}
	count := max(len(left), len(right))
	if len(left) > 1 && len(right) > 1 {
		count = min(len(left), len(right))
	}
	joined := make([]string, count)
	for i := range joined {
		a, b := left[min(i, len(left)-1)], right[min(i, len(right)-1)]
		if a != "" && b != "" {
			joined[i] = a + b
		}
	}
	return joined
}

// follow returns the texts to which a path leads, and remembers that it leads somewhere.
func (r *reader) follow(e *expr, p path, row uint32, raw bool) []string {
	found := p.find(r.tree, []uint32{row})
	var texts []string
	for _, top := range found {
		for _, n := range r.tree.flat(top, nil) {
			text := ""
			switch r.tree.node(n).kind {
			case kindFalse:
				if raw {
					text = "false"
				}
			case kindObject:
				continue // which has no text: the complaint about paths names its keys
			default:
				text = tidy(r.tree.text(n))
			}
			texts = append(texts, text)
			r.matched[e.id] = true
		}
	}
	r.matched[e.id] = r.matched[e.id] || len(found) > 0 && r.tree.node(found[0]).kind == kindArray
	return texts
}
