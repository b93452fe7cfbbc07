package polls

// MergeCounts says what became of the added marks. Each is exactly one of them.
type MergeCounts struct {
	Kept        int64 // its instant is new
	Duplicate   int64 // the same poll is known, or was added before
	Conflicting int64 // the other state of its instant is known, or was added too
}

// Merge merges added marks into the known ones of the same store and day and appends
// the result to dst. Both must be sorted; added may have repeats and both states of an
// instant. Inactive wins then, whichever came first, so that the result does not depend
// on the order or the number of imports. conflict is called with the mark that won, for
// each instant at which an added mark contradicts another. changed reports whether the
// result differs from known.
func Merge(dst, known, added []uint64, conflict func(mark uint64)) (merged []uint64, counts MergeCounts, changed bool) {
	merged = dst
	k := 0
	for i := 0; i < len(added); {
		micro := added[i] >> 1
		for k < len(known) && known[k]>>1 < micro {
			merged = append(merged, known[k])
			k++
		}
		// All added marks of this instant; active ones sort first.
		j := i + 1
		for j < len(added) && added[j]>>1 == micro {
			j++
		}
		rows, first, last := int64(j-i), added[i], added[j-1]
		i = j

		if k < len(known) && known[k]>>1 == micro {
			was := known[k]
			k++
			now := max(was, last)
			merged = append(merged, now)
			changed = changed || now != was
			if first != was || last != was {
				counts.Conflicting++
				rows--
				conflict(now)
			}
			counts.Duplicate += rows
			continue
		}
		merged = append(merged, last)
		changed = true
		counts.Kept++
		rows--
		if first != last {
			counts.Conflicting++
			rows--
			conflict(last)
		}
		counts.Duplicate += rows
	}
	return append(merged, known[k:]...), counts, changed
}
