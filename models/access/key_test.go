package access_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// key makes a key and returns its secret.
func (p *place) key(person string, scope access.Scope, r reach.Reach) (string, access.Key) {
	p.t.Helper()
	secret, key, err := p.MakeKey(ctx, person, access.NewKey{Name: "Poller", Scope: scope, Reach: r})
	if err != nil {
		p.t.Fatal(err)
	}
	return secret, key
}

// named puts two stores of Ana's and one of Ben's into the database.
func (p *place) named() {
	p.t.Helper()
	modelstest.Load(p.t, p.db, modelstest.NamesFile("1,One,Ana's,Town", "2,Two,Ana's,Town", "3,Three,Ben's,Town", "4,Four,,Town"))
}

func TestAKeyShowsWhatItIsForAndIsKeptAsAHash(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		for scope, format := range map[access.Scope]string{
			access.ReadScope: `^lo_r_[a-z2-9]{8}_[a-z2-9]{52}$`, access.ReportScope: `^lo_p_[a-z2-9]{8}_[a-z2-9]{52}$`,
			access.IngestScope: `^lo_i_[a-z2-9]{8}_[a-z2-9]{52}$`, access.AdminScope: `^lo_a_[a-z2-9]{8}_[a-z2-9]{52}$`,
		} {
			secret, key := p.key(op.ID, scope, reach.All())
			if !regexp.MustCompile(format).MatchString(secret) || key.Prefix != secret[:13] {
				t.Errorf("%s: %s with prefix %s", scope, secret, key.Prefix)
			}
			got, err := p.KeyPrincipal(ctx, secret)
			want := "Poller (" + key.Prefix + ") of op@example.com"
			if err != nil || got.Kind != access.IsKey || got.ID != key.ID || got.Scope != scope || got.PersonID != op.ID || !got.Reach.IsAll() || got.Name != want || got.Role != access.Operator {
				t.Errorf("%s: %+v, %v", scope, got, err)
			}
			if key.Hash == secret || p.text("SELECT count(*) FROM api_keys WHERE hash LIKE ?", "%"+secret[14:]+"%") != "0" {
				t.Error("the secret can be read from the table")
			}
		}
	})
}

func TestKeysThatDoNotWorkAnswerAlike(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		secret, key := p.key(ana.ID, access.ReadScope, ana.Reach)
		refused := func(why, secret string) {
			t.Helper()
			if got, err := p.KeyPrincipal(ctx, secret); err == nil || err.Error() != access.ErrKey.Error() || got.ID != "" {
				t.Errorf("%s: %+v, %v", why, got, err)
			}
		}
		works := func(why string) {
			t.Helper()
			if _, err := p.KeyPrincipal(ctx, secret); err != nil {
				t.Errorf("%s: %v", why, err)
			}
		}
		works("new")
		for why, secret := range map[string]string{
			"empty": "", "prefix": key.Prefix, "hash": key.Hash, "id": key.ID, "one less": secret[:len(secret)-1],
			"one more": secret + "x", "long": string(make([]byte, 1_000_000)), "blank": secret + " ", "no UTF-8": "\xff",
		} {
			refused(why, secret)
		}
		if _, err := p.DisablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		refused("disabled", secret)
		if _, err := p.EnablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		works("enabled again")

		op, err := p.PersonByEmail(ctx, "op@example.com")
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.RevokeKey(ctx, op.ID, key.ID)
		p.wantErr(err, models.ErrNotFound)
		works("revoked by somebody else")
		for range 2 {
			if got, err := p.RevokeKey(ctx, ana.ID, key.ID); err != nil || !got.RevokedAt.Known || got.Live(uptime.At(p.clock.Now())) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		refused("revoked", secret)

		secret, _, err = p.MakeKey(ctx, ana.ID, access.NewKey{Name: "Short", Scope: access.ReadScope, Reach: ana.Reach,
			Expires: models.InstantAt(uptime.At(p.clock.Now().Add(time.Hour)))})
		if err != nil {
			t.Fatal(err)
		}
		works("not expired")
		p.wait(time.Hour)
		refused("expired", secret)
		if list, err := p.Keys(ctx, ana.ID); err != nil || len(list) != 2 || list[0].Name != "Short" {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := p.Keys(ctx, op.ID); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := p.AllKeys(ctx); err != nil || len(list) != 2 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestAKeyMayNoMoreThanItsPersonMayNow(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.named()
		ana := p.owner()
		secret, _ := p.key(ana.ID, access.ReportScope, reach.Of(nil, []string{"1", "2"}))
		is := func(role access.Role, text string) access.Principal {
			t.Helper()
			got, err := p.KeyPrincipal(ctx, secret)
			if err != nil || got.Role != role || got.Reach.String() != text {
				t.Errorf("%+v of %s, %v; want %s of %s", got.Role, got.Reach, err, role, text)
			}
			return got
		}
		// Single stores of the key are in a group of the person.
		if got := is(access.Owner, `{"stores":["1","2"]}`); !got.May(access.MakeReports) || got.May(access.KeepSales) {
			t.Errorf("%+v may something else", got)
		}
		modelstest.Load(t, p.db, modelstest.NamesFile("2,Two,Ben's,Town"))
		is(access.Owner, `{"stores":["1"]}`)
		change := func(role access.Role, r reach.Reach) {
			t.Helper()
			if _, err := p.ChangePerson(ctx, ana.ID, access.Change{Role: &role, Reach: &r}); err != nil {
				t.Fatal(err)
			}
		}
		change(access.Viewer, reach.Of([]string{"Ben's"}, nil))
		if got := is(access.Viewer, `{"stores":["2"]}`); got.May(access.MakeReports) || !got.May(access.ReadFigures) {
			t.Errorf("%+v may something else", got)
		}
		change(access.Viewer, reach.Of(nil, []string{"9"}))
		is(access.Viewer, `{}`)
		change(access.Operator, reach.All())
		is(access.Operator, `{"stores":["1","2"]}`)

		// The other way round: a key for a group, of a person with single stores.
		change(access.Owner, reach.Of([]string{"Ana's", "Ben's"}, nil))
		secret, _ = p.key(ana.ID, access.ReadScope, reach.Of([]string{"Ana's", "Ben's"}, nil))
		is(access.Owner, `{"groups":["Ana's","Ben's"]}`)
		change(access.Owner, reach.Of([]string{"Ben's"}, []string{"1", "4"}))
		is(access.Owner, `{"groups":["Ben's"],"stores":["1"]}`)
		change(access.Owner, reach.All())
		is(access.Owner, `{"groups":["Ana's","Ben's"]}`)
	})
}

func TestAKeyIsMadeForWhatItsPersonMayAndSeesOnly(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.named()
		op := p.operator()
		some := reach.Of([]string{"Ana's"}, []string{"4"})
		owner, viewer := p.add("ana@example.com", access.Owner, some), p.add("v@example.com", access.Viewer, reach.All())
		for _, c := range []struct {
			person access.Person
			scope  access.Scope
			reach  reach.Reach
			ok     bool
		}{
			{op, access.AdminScope, reach.All(), true},
			{op, access.IngestScope, reach.Of(nil, []string{"7"}), true}, // of a store to come: it may push
			{op, access.AdminScope, some, false},
			{op, access.ReadScope, reach.Reach{}, false},
			{op, "root", reach.All(), false},
			{owner, access.ReadScope, some, true},
			{owner, access.ReportScope, reach.Of(nil, []string{"1"}), true},
			{owner, access.ReadScope, reach.All(), false},
			{owner, access.ReadScope, reach.Of([]string{"Ben's"}, nil), false},
			{owner, access.ReadScope, reach.Of(nil, []string{"3"}), false},
			{owner, access.ReadScope, reach.Of(nil, []string{"absent"}), false}, // foreign and absent alike
			{owner, access.IngestScope, some, false},
			{owner, access.AdminScope, some, true},
			{owner, access.AdminScope, reach.Of([]string{"Ana's"}, nil), false}, // it would have its person told of the rest
			{owner, access.AdminScope, reach.All(), false},
			{viewer, access.AdminScope, reach.All(), true},
			{viewer, access.ReadScope, reach.All(), true},
			{viewer, access.ReportScope, reach.All(), false},
			{viewer, access.IngestScope, reach.All(), false},
		} {
			_, _, err := p.MakeKey(ctx, c.person.ID, access.NewKey{Name: "Key", Scope: c.scope, Reach: c.reach})
			if (err == nil) != c.ok {
				t.Errorf("%s, %s, %s: %v", c.person.Email, c.scope, c.reach, err)
			}
			if err != nil {
				p.wantInput(err)
			}
		}
		foreign := func(store string) string {
			_, _, err := p.MakeKey(ctx, owner.ID, access.NewKey{Name: "Key", Scope: access.ReadScope, Reach: reach.Of(nil, []string{store})})
			return err.Error()
		}
		if foreign("3") != foreign("absent") {
			t.Error("a foreign store can be told from an absent one")
		}
		for _, n := range []access.NewKey{
			{Scope: access.ReadScope, Reach: reach.All()},
			{Name: "\u200b", Scope: access.ReadScope, Reach: reach.All()},
			{Name: "Past", Scope: access.ReadScope, Reach: reach.All(), Expires: models.InstantAt(uptime.At(p.clock.Now()))},
		} {
			_, _, err := p.MakeKey(ctx, op.ID, n)
			p.wantInput(err)
		}
		for n := 2; n < 100; n++ { // two were made
			if _, _, err := p.MakeKey(ctx, op.ID, access.NewKey{Name: "Key", Scope: access.ReadScope, Reach: reach.All()}); err != nil {
				t.Fatal(n, err)
			}
		}
		_, _, err := p.MakeKey(ctx, op.ID, access.NewKey{Name: "Key", Scope: access.ReadScope, Reach: reach.All()})
		p.wantInput(err)
	})
}

func TestTheLastUseOfAKeyIsWrittenOnceInFiveMinutes(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		secret, key := p.key(op.ID, access.ReadScope, reach.All())
		used := func() models.OptionalInstant {
			t.Helper()
			if _, err := p.KeyPrincipal(ctx, secret); err != nil {
				t.Fatal(err)
			}
			if err := p.FlushMarks(); err != nil {
				t.Fatal(err)
			}
			list, err := p.Keys(ctx, op.ID)
			if err != nil || list[0].ID != key.ID {
				t.Fatal(list, err)
			}
			return list[0].LastUsedAt
		}
		first := used()
		if first != models.InstantAt(uptime.At(p.clock.Now())) {
			t.Errorf("first used at %v", first)
		}
		p.wait(4 * time.Minute)
		if got := used(); got != first {
			t.Errorf("used at %v after four minutes", got)
		}
		p.wait(time.Minute)
		if got := used(); got != models.InstantAt(uptime.At(p.clock.Now())) {
			t.Errorf("used at %v after five minutes", got)
		}
	})
}

func TestWhatTwoReachesHaveInCommonIsWhatBothHave(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.named()
		stores := map[string]string{"1": "Ana's", "2": "Ana's", "3": "Ben's", "4": "", "absent": ""}
		draw := rapid.Custom(func(t *rapid.T) reach.Reach {
			if rapid.IntRange(0, 5).Draw(t, "all") == 0 {
				return reach.All()
			}
			return reach.Of(rapid.SliceOfN(rapid.SampledFrom([]string{"Ana's", "Ben's", "Cem's"}), 0, 2).Draw(t, "groups"),
				rapid.SliceOfN(rapid.SampledFrom(slices.Sorted(maps.Keys(stores))), 0, 3).Draw(t, "stores"))
		})
		rapid.Check(t, func(t *rapid.T) {
			x, y := draw.Draw(t, "x"), draw.Draw(t, "y")
			common, err := p.CommonReach(ctx, x, y)
			if err != nil {
				t.Fatal(err)
			}
			for store, group := range stores {
				if got, want := common.Has(store, group), x.Has(store, group) && y.Has(store, group); got != want && store != "absent" {
					t.Errorf("store %s is in common: %v, want %v", store, got, want)
				}
			}
			for _, group := range []string{"Ana's", "Ben's", "Cem's"} {
				if got, want := common.HasGroup(group), x.HasGroup(group) && y.HasGroup(group); got != want {
					t.Errorf("group %s is in common: %v, want %v", group, got, want)
				}
			}
			for _, other := range []reach.Reach{x, y} {
				if within, err := p.WithinReach(ctx, common, other); err != nil || !within {
					t.Errorf("%s is within %s: %v, %v", common, other, within, err)
				}
			}
			within, err := p.WithinReach(ctx, x, y)
			if err != nil {
				t.Fatal(err)
			}
			for store, group := range stores {
				if within && x.Has(store, group) && !y.Has(store, group) {
					t.Errorf("%s is said to be within %s, which has no store %s", x, y, store)
				}
			}
		})
	})
}
