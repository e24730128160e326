#!/usr/bin/env bash
# Runs the study of docs/studies/nq-minutes.md again: import, 60 trainings, 300 backtests, the table.
#
#   docs/studies/nq-minutes.sh DATA WORKSPACE [JOBS]
#   docs/studies/nq-minutes.sh --small WORKSPACE
#
# DATA       folder with the NQ minutes of 2010-06-06 to 2023-12-29 (Databento CSV, every contract); it is only read
# WORKSPACE  folder for the imported set, models, runs, and results; what is there already is not made again
# JOBS       trainings at a time (default 2)
# --small    the same steps on eight made-up months, with one training and its five backtests, to see that they still run: CI does
#            that. The table goes to WORKSPACE, and the study's own files stay as they are.
#
# QP names the program, where it is not the ./qp of this repository. A trial that fails stops the study: none may go missing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=${1:?"expected: nq-minutes.sh DATA WORKSPACE [JOBS]"}
mkdir -p "${2:?"expected: nq-minutes.sh DATA WORKSPACE [JOBS]"}"
QP_WORKSPACE=$(cd "$2" && pwd)
jobs=${3:-2}
QP=${QP:-$here/../../qp}
results=$QP_WORKSPACE/nq-minutes
document=$here/nq-minutes.md
raw=$here/nq-minutes.json

# Spans of four years: three to train, half a year to validate, half a year to test. Test parts never overlap.
spans=("2010-07-01 2014-06-30" "2013-01-01 2016-12-30" "2015-07-01 2019-06-28" "2018-01-01 2021-12-31" "2020-01-01 2023-12-29")
models=(
    "feedforward 3 1" "feedforward 3 2" "feedforward 3 3" "feedforward 20 1" "feedforward 20 2" "feedforward 20 3"
    "feedforward 10 1" "feedforward 40 1" "logistic 3 1" "logistic 10 1" "logistic 20 1" "logistic 40 1"
)
epochs=12
small=

# A random walk of minutes in the hours of RTH: nothing can be learnt from it, and nobody asks for that.
made_up_months() {
    awk 'BEGIN {
        srand(1)
        print "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol"
        price = 48000
        split("31 28 31 30 31 30 31 31", days, " ")
        weekday = 0 # 2023-01-01 is a Sunday
        for (month = 1; month <= 8; month++)
            for (day = 1; day <= days[month]; day++) {
                if (weekday % 7 != 0 && weekday % 7 != 6)
                    for (minute = 780; minute < 1260; minute++) {
                        open = price
                        price += int(rand() * 41) - 20
                        high = (open > price ? open : price) + int(rand() * 8)
                        low = (open < price ? open : price) - int(rand() * 8)
                        printf "2023-%02d-%02dT%02d:%02d:00.000000000Z,33,1,1,%.2f,%.2f,%.2f,%.2f,%d,NQZ3\n", month, day,
                            int(minute / 60), minute % 60, open / 4, high / 4, low / 4, price / 4, 100 + int(rand() * 400)
                    }
                weekday++
            }
    }'
}

if [ "$data" = --small ]; then
    small=1
    rm -rf "$results" "$QP_WORKSPACE/data/nq"
    data=$QP_WORKSPACE/made-up
    mkdir -p "$data"
    made_up_months >"$data/nq.csv"
    spans=("2023-01-03 2023-08-31")
    models=("feedforward 3 1")
    epochs=1
fi
export QP QP_WORKSPACE results epochs
mkdir -p "$results"
if [ -n "$small" ]; then
    cp "$document" "$results/nq-minutes.md"
    document=$results/nq-minutes.md
    raw=$results/nq-minutes.json
fi

fixed() { echo "--set trading.stop.kind=fixed --set trading.stop.ticks=$1 --set trading.target.kind=fixed --set trading.target.ticks=$2"; }

# One model on one span: trained, then traded on its test part in five ways.
trial() {
    local from=$1 to=$2 kind=$3 k=$4 seed=$5
    local name=$to-$kind-k$k-s$seed
    local out=$results/$name
    [ -f "$out.done" ] && return 0
    # An order is one bar late in the pessimistic envelope: with the default time-out of 5 s no entry would ever fill on minutes.
    local common="--data nq --as MNQ --set labels.thresholdTicks=$k --set trading.entryTimeoutSeconds=120"
    # With the limits on, R10 refuses every entry below 60 %.
    local every="--set strategies.model.gate=0 --set strategies.model.breakEven=off --set strategies.model.allowGateBelowBreakEven=true"
    every="$every --set risk.rails=off"

    $QP train $common $(fixed 20 40) --model "$kind" --name "$name" --seed "$seed" --from "$from" --to "$to" --split 75/12/13 \
        --epochs "$epochs" --device cpu --replace --json > "$out.card.json" 2> "$out.log"
    local first last
    first=$(sed -n '/"test": {/,/}/s/.*"first": "\(.*\)".*/\1/p' "$out.card.json" | head -n 1)
    last=$(sed -n '/"test": {/,/}/s/.*"last": "\(.*\)".*/\1/p' "$out.card.json" | head -n 1)

    : > "$out.runs"
    local way settings
    for way in "gated 20/40" "every 20/40" "every 40/40" "every ATR" "every 5 min"; do
        case $way in
            "gated 20/40") settings=$(fixed 20 40) ;;
            "every 20/40") settings="$(fixed 20 40) $every" ;;
            "every 40/40") settings="$(fixed 40 40) $every" ;;
            "every ATR") settings=$every ;;
            # Added after the first look: the forecast alone, without a target that bars must guess about.
            "every 5 min") settings="$(fixed 40 40) --set trading.target.kind=none --set trading.maxHoldingSeconds=300 $every" ;;
        esac
        $QP backtest $common $settings --model "$name" --from "$first" --to "$last" > "$out.text" 2>> "$out.log"
        printf '%s\t%s\n' "$way" "$(dirname "$(sed -n 's/^report: //p' "$out.text")")" >> "$out.runs"
    done
    mv "$out.text" "$out.done"
}
export -f trial fixed

[ -d "$QP_WORKSPACE/data/nq" ] || $QP data import "$data" --instrument NQ --name nq

for span in "${spans[@]}"; do
    for model in "${models[@]}"; do
        echo "$span $model"
    done
done | xargs -P "$jobs" -L 1 bash -Eeuo pipefail -c 'trap "exit 255" ERR; trial "$@"' trial

dotnet run "$here/nq-minutes.cs" -- "$results" "$document" "$raw" "${#models[@]}" "${#spans[@]}"
