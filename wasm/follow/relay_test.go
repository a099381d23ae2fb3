package follow

import (
	"reflect"
	"testing"
)

// Other tabs show every part of the status.
func TestStatusRoundTrip(t *testing.T) {
	var all Status
	for i := range reflect.TypeFor[Status]().NumField() {
		one := Status{}
		for _, s := range []*Status{&all, &one} {
			switch field := reflect.ValueOf(s).Elem().Field(i); field.Kind() {
			case reflect.Bool:
				field.SetBool(true)
			case reflect.Int64:
				field.SetInt(1_795_867_200)
			case reflect.String:
				field.SetString(reflect.TypeFor[Status]().Field(i).Name + "\nß")
			default:
				t.Fatalf("a field of kind %v is not encoded", field.Kind())
			}
		}
		if got := ParseStatus(one.Encode()); got != one {
			t.Errorf("%+v became %+v", one, got)
		}
	}
	if got := ParseStatus(all.Encode()); got != all {
		t.Errorf("%+v became %+v", all, got)
	}
	if ParseStatus("live") != (Status{}) {
		t.Error("any text is a status")
	}
}
