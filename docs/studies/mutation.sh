#!/usr/bin/env bash
# Runs the study of docs/studies/mutation.md again: every mutant of Risk, Orders, and Accounting, the table, and the canaries.
#
#   docs/studies/mutation.sh [JOBS] [WORK]
#   docs/studies/mutation.sh --small [WORK]
#
# JOBS     test processes at a time (default 2)
# WORK     folder to work in (default a temporary one, which goes away at the end); Stryker's own reports stay in WORK/output
# --small  the mutants of one small file and its own tests, to see that the study still runs: CI does that. Its canary must be killed;
#          the study's own files stay as they are.
#
# It works on a copy of this repository, and installs Stryker.NET 5.1.0 there and nowhere else. It fails where a canary fails, or where
# the score is below 90 %.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
jobs=${1:-2}
small=
[ "$jobs" = --small ] && small=--small && jobs=2
if [ $# -ge 2 ]; then
    mkdir -p "$2"
    work=$(cd "$2" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

copy=$work/copy
rm -rf "$copy" "$work/output"
mkdir -p "$copy"
tar -C "$root" --exclude=./artifacts --exclude=./.git -cf - . | tar -C "$copy" -xf -

# Stryker rewrites every file of a project, ignored or not, and what it would do to the rest of Core only costs time.
find "$copy/src/Quarterpoint.Core" -name '*.cs' -not -path '*/Risk/*' -not -path '*/Orders/*' -not -path '*/Accounting/*' \
    -exec sed -i '1i // Stryker disable all' {} +

# Left out: runs of thousands of accounts or days, that find what a table forgets, and would be run again for every mutant.
tests='(FullyQualifiedName~Tests.Risk.|FullyQualifiedName~Tests.Orders.|FullyQualifiedName~Tests.Accounting.'
tests="$tests|FullyQualifiedName~Tests.Trading.|FullyQualifiedName~Tests.Backtesting.)"
for slow in EngineProperties FaultSwarm FlatAtTheDeadline RiskSequences; do tests="$tests&FullyQualifiedName!~$slow"; done
mutate='"**/Risk/**/*.cs", "**/Orders/**/*.cs", "**/Accounting/**/*.cs"'
results=$here/mutation.json
if [ -n "$small" ]; then
    tests='(FullyQualifiedName~Tests.Risk.EntrySize|FullyQualifiedName~Tests.Risk.LimitRoomTests)'
    mutate='"**/Risk/AccountLevels.cs"'
    results=$work/mutation.json
fi
cat > "$copy/tests/Quarterpoint.Core.Tests/stryker-config.json" <<END
{
  "stryker-config": {
    "test-runner": "mtp",
    "project": "Quarterpoint.Core.csproj",
    "mutate": [ $mutate ],
    "coverage-analysis": "perTest",
    "disable-mix-mutants": true,
    "additional-timeout": 8000,
    "concurrency": $jobs,
    "reporters": [ "json", "cleartext" ],
    "test-case-filter": "$tests",
    "thresholds": { "high": 90, "low": 70, "break": 0 }
  }
}
END

cd "$copy/tests/Quarterpoint.Core.Tests"
dotnet new tool-manifest > /dev/null
dotnet tool install dotnet-stryker --version 5.1.0
dotnet stryker --output "$work/output"
cd "$root"
dotnet run "$here/mutation.cs" -- $small "$results" "$work/output/reports/mutation-report.json"
