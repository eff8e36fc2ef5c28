package nudge

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Policy is what decides, frozen for an epoch.
type Policy struct {
	// Epoch counts the policies that the hub has sent; 0 is the one that came with
	// the program.
	Epoch int `json:"epoch"`
	// Seed is the experiment's. It stays the same from epoch to epoch, so that the
	// holdout is permanent.
	Seed string `json:"seed"`
	// Holdout is the share of sessions that are shown nothing, 0 to 0.5.
	Holdout float64 `json:"holdout"`
	// Floor is the least probability of an arm, 0 to 0.5.
	Floor float64 `json:"floor"`
	// Prior is the belief about an arm that Priors does not have.
	Prior Beta `json:"prior"`
	// Priors are the beliefs by bucket and then by arm, the wording's id.
	Priors map[string]map[string]Beta `json:"priors"`
}

// Bounds of a policy's file.
const (
	// MaxArms is the most arms of one suggestion; a decision record holds no more.
	MaxArms = 64
	// MaxBuckets is the most buckets of a policy.
	MaxBuckets = 4096
	// MaxPolicy is the longest file of a policy in bytes.
	MaxPolicy = 1 << 20
)

// DefaultPolicy is the one of a kiosk that no hub has told anything. Suggestions
// move few people (the trials of nudge units: 1.4 points), so it expects one in
// ten to accept, with the weight of ten sessions: a hub's first evidence soon
// counts for more.
func DefaultPolicy() Policy {
	return Policy{Epoch: 0, Seed: "chasqui-1", Holdout: 0.10, Floor: 0.05, Prior: Beta{Alpha: 1, Beta: 9}}
}

// Bucket returns the context of a decision: "service|language".
func Bucket(service, language string) string { return service + "|" + language }

// ParsePolicy reads a policy from JSON. Every error names the field and says
// what it may be.
func ParsePolicy(b []byte) (Policy, error) {
	if len(b) > MaxPolicy {
		return Policy{}, fmt.Errorf("policy: %d bytes, the limit is %d", len(b), MaxPolicy)
	}
	var p Policy
	decoder := json.NewDecoder(bytes.NewReader(b))
	// A field that this program does not know could change what it decides.
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Policy{}, errors.New("policy: something follows the closing brace")
	}
	if err := p.check(); err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	return p, nil
}

// check reports the first field that is out of its range.
func (p Policy) check() error {
	switch {
	case p.Epoch < 0:
		return fmt.Errorf("epoch: %d; it counts from 0", p.Epoch)
	case p.Seed == "":
		return errors.New("seed: it is missing; the holdout needs one that stays the same")
	case !(p.Holdout >= 0 && p.Holdout <= 0.5):
		return fmt.Errorf("holdout: %v; it is a share from 0 to 0.5", p.Holdout)
	case !(p.Floor >= 0 && p.Floor <= 0.5):
		return fmt.Errorf("floor: %v; it is a probability from 0 to 0.5", p.Floor)
	case !p.Prior.valid():
		return fmt.Errorf("prior: alpha %v, beta %v; each is from %v to %v", p.Prior.Alpha, p.Prior.Beta, MinBeta, MaxBeta)
	case len(p.Priors) > MaxBuckets:
		return fmt.Errorf("priors: %d buckets, the limit is %d", len(p.Priors), MaxBuckets)
	}
	for _, bucket := range slices.Sorted(maps.Keys(p.Priors)) {
		service, language, ok := strings.Cut(bucket, "|")
		if !ok || service == "" || language == "" || strings.Contains(language, "|") {
			return fmt.Errorf("priors: bucket %q; write service|language", bucket)
		}
		arms := p.Priors[bucket]
		if len(arms) > MaxArms {
			return fmt.Errorf("priors: bucket %q has %d arms, the limit is %d", bucket, len(arms), MaxArms)
		}
		for _, arm := range slices.Sorted(maps.Keys(arms)) {
			if arm == "" {
				return fmt.Errorf("priors: bucket %q has an arm without a name", bucket)
			}
			if b := arms[arm]; !b.valid() {
				return fmt.Errorf("priors: bucket %q, arm %q: alpha %v, beta %v; each is from %v to %v", bucket, arm, b.Alpha, b.Beta, MinBeta, MaxBeta)
			}
		}
	}
	return nil
}

// Digest returns the SHA-256 digest, in hex, of the policy as JSON: the name by
// which a decision record knows it. Two policies that decide alike to the last
// bit and have one epoch have one digest.
func (p Policy) Digest() string {
	// A policy of numbers and strings always encodes, but for NaN and infinities,
	// which no parsed policy has and which all share one digest.
	b, err := json.Marshal(p)
	if err != nil {
		b = []byte(err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Holds reports whether a session is in the permanent holdout of a suggestion.
// It depends on the seed, the suggestion and the session's id alone: not on the
// epoch, not on what was learnt, not on the draw of the arm.
func (p Policy) Holds(session, suggestion string) bool {
	h := sha256.New()
	h.Write([]byte("chasqui holdout v1"))
	for _, part := range []string{p.Seed, suggestion, session} {
		// The length before each part: "ab","c" and "a","bc" are two sessions.
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	u := float64(binary.BigEndian.Uint64(h.Sum(nil))>>11) / (1 << 53)
	return u < p.Holdout
}
