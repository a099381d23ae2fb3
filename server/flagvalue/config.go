package flagvalue

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strings"
)

// Config sets flags from a file, unless they have been set before: the command line comes first. Each line has a flag,
// as on the command line but without quotes: -log /var/lib/board. The hyphen may be missing. Empty lines and those that
// begin with # are ignored. The error names the file's line.
func Config(flags *flag.FlagSet, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	given := make(map[string]bool)
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if number == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		key, value := cutFlag(line)
		f := flags.Lookup(key)
		isSwitch := false
		if f != nil {
			b, ok := f.Value.(interface{ IsBoolFlag() bool })
			isSwitch = ok && b.IsBoolFlag()
		}
		switch {
		case f == nil:
			err = fmt.Errorf("there is no flag -%.40s; see -h", key)
		case key == "config":
			err = fmt.Errorf("a file cannot name another one")
		case value == "" && isSwitch:
			value = "true"
		case value == "":
			err = fmt.Errorf("-%s has no value", key)
		}
		if err == nil && !given[key] {
			if err = flags.Set(key, value); err != nil {
				err = fmt.Errorf("-%s %s: %w", key, value, err)
			}
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// cutFlag divides a line into the name of a flag and its value, which is after blanks or an equals sign.
func cutFlag(line string) (name, value string) {
	line = strings.TrimPrefix(strings.TrimPrefix(line, "-"), "-")
	i := strings.IndexAny(line, " \t=")
	if i < 0 {
		return line, ""
	}
	value = strings.TrimSpace(line[i:])
	return line[:i], strings.TrimSpace(strings.TrimPrefix(value, "="))
}
