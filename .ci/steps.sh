# What .ci/run and .ci/long share; sourced by both from the module's root.

export GUANXI_REFERENCE="$PWD/../shared"
[ -f "$GUANXI_REFERENCE/requirements.md" ] || { echo "no reference data in $GUANXI_REFERENCE" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

step() { printf '\n== %s (after %d s)\n' "$*" "$SECONDS"; }

# in_each_module COMMAND...: run it in the folder of every module of go.work.
in_each_module() {
    local dir
    while read -r dir; do
        (cd "$dir" && "$@" </dev/null)
    done < <(go list -m -f '{{.Dir}}')
}

# test_without_skips FLAGS...: go test -v of the workspace; prints the closing
# line of each package, the failures, and what was skipped. A test that found
# no reference data although the variable is set is a failure.
test_without_skips() {
    local log=$scratch/test.log
    if ! go test -v -count=1 "$@" work >"$log" 2>&1; then
        grep -E -v '^(=== |--- PASS|    --- PASS|PASS)' "$log" | tail -n 300
        return 1
    fi
    grep -E '^(ok|\?)[[:space:]]' "$log"
    grep -E -B1 '^ *--- SKIP' "$log" || echo 'no test was skipped'
    if grep -E '_test\.go:[0-9]+: .*GUANXI_REFERENCE' "$log"; then
        echo 'a reference test was skipped' >&2
        return 1
    fi
}

# fuzz DURATION: every fuzz target of the workspace, one after the other.
fuzz() {
    local log=$scratch/fuzz.log name package
    go test -list '^Fuzz' work | awk '/^Fuzz/ {names[n++] = $1} /^ok/ {for (i = 0; i < n; i++) print names[i], $2; n = 0}' >"$scratch/targets"
    while read -r name package; do
        echo "-- $package $name"
        if go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" "$package" >"$log" 2>&1 </dev/null; then
            tail -n 2 "$log"
        elif grep -q '^    context deadline exceeded$' "$log" && ! grep -q 'Failing input written' "$log"; then
            # Go before 1.27 may report its own deadline as a failure:
            # go.dev/issue/75804. A real finding always writes its input.
            tail -n 4 "$log"
            echo 'no failing input: the deadline of the fuzzer itself, go.dev/issue/75804'
        else
            cat "$log"
            return 1
        fi
    done <"$scratch/targets"
}
