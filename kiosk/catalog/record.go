package catalog

import (
	"fmt"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// record is a value with named fields, as a condition sees it. Every field of its
// type can be read; set tells which were given.
type record struct {
	typ    *types.Type
	fields map[string]ref.Val
	set    map[string]bool
}

// textRecord returns a record of one of the fixed types with texts in it.
func textRecord(name string, texts map[string]string) *record {
	r := &record{typ: types.NewObjectType(name), fields: map[string]ref.Val{}, set: map[string]bool{}}
	for field, typ := range fixedFields[name] {
		switch typ {
		case types.StringType:
			r.fields[field] = types.String(texts[field])
		case types.BoolType:
			r.fields[field] = types.False
		default:
			r.fields[field] = types.Int(0)
		}
		r.set[field] = texts[field] != ""
	}
	return r
}

// Get implements traits.Indexer.
func (r *record) Get(index ref.Val) ref.Val {
	name, ok := index.Value().(string)
	if v, found := r.fields[name]; ok && found {
		return v
	}
	return types.WrapErr(fmt.Errorf("%w: %v", errNoField, index.Value()))
}

// IsSet implements traits.FieldTester.
func (r *record) IsSet(field ref.Val) ref.Val {
	name, _ := field.Value().(string)
	return types.Bool(r.set[name])
}

// Type implements ref.Val.
func (r *record) Type() ref.Type { return r.typ }

// Value implements ref.Val.
func (r *record) Value() any { return r.fields }

// Equal implements ref.Val: two records are equal when all their fields are.
func (r *record) Equal(other ref.Val) ref.Val {
	o, ok := other.(*record)
	if !ok || o.typ.TypeName() != r.typ.TypeName() {
		return types.False
	}
	for name, v := range r.fields {
		if v.Equal(o.fields[name]) != types.True {
			return types.False
		}
	}
	return types.True
}

// ConvertToNative implements ref.Val.
func (r *record) ConvertToNative(to reflect.Type) (any, error) {
	return nil, fmt.Errorf("catalog: a %s cannot become a %v", r.typ, to)
}

// ConvertToType implements ref.Val.
func (r *record) ConvertToType(to ref.Type) ref.Val {
	if to.TypeName() == r.typ.TypeName() {
		return r
	}
	return types.NewErr("a %s cannot become a %s", r.typ, to)
}

// recordTypes tells CEL's checker which fields a record has.
type recordTypes struct {
	types.Provider
	// records are the answers of one service and the entries of its groups.
	records map[string]map[string]*types.Type
}

func (p *recordTypes) fields(name string) (map[string]*types.Type, bool) {
	if fields, ok := p.records[name]; ok {
		return fields, true
	}
	fields, ok := fixedFields[name]
	return fields, ok
}

// FindStructType implements types.Provider.
func (p *recordTypes) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.fields(name); ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p *recordTypes) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := p.fields(name); ok {
		names := sortedKeys(fields)
		return slices.Clip(names), true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType implements types.Provider.
func (p *recordTypes) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if fields, ok := p.fields(name); ok {
		typ, ok := fields[field]
		return &types.FieldType{Type: typ}, ok
	}
	return p.Provider.FindStructFieldType(name, field)
}
