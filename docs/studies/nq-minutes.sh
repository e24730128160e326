#!/usr/bin/env bash
# Runs the study of docs/studies/nq-minutes.md again: import, 60 trainings, 300 backtests, the table.
#
#   docs/studies/nq-minutes.sh DATA WORKSPACE [JOBS]
#
# DATA       folder with the NQ minutes of 2010-06-06 to 2023-12-29 (Databento CSV, every contract); it is only read
# WORKSPACE  folder for the imported set, models, runs, and results; what is there already is not made again
# JOBS       trainings at a time (default 2)
#
# QP names the program, where it is not the ./qp of this repository. A trial that fails stops the study: none may go missing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=${1:?"expected: nq-minutes.sh DATA WORKSPACE [JOBS]"}
QP_WORKSPACE=${2:?"expected: nq-minutes.sh DATA WORKSPACE [JOBS]"}
jobs=${3:-2}
QP=${QP:-$here/../../qp}
results=$QP_WORKSPACE/nq-minutes
export QP QP_WORKSPACE results
mkdir -p "$results"

fixed() { echo "--set trading.stop.kind=fixed --set trading.stop.ticks=$1 --set trading.target.kind=fixed --set trading.target.ticks=$2"; }

# One model on one span: trained, then traded on its test part in five ways.
trial() {
    local from=$1 to=$2 kind=$3 k=$4 seed=$5
    local name=$to-$kind-k$k-s$seed
    local out=$results/$name
    [ -f "$out.done" ] && return 0
    # An order is one bar late in the pessimistic envelope: with the default time-out of 5 s no entry would ever fill on minutes.
    local common="--data nq --as MNQ --set labels.thresholdTicks=$k --set trading.entryTimeoutSeconds=120"
    local every="--set strategies.model.gate=0 --set strategies.model.breakEven=off --set strategies.model.allowGateBelowBreakEven=true"

    $QP train $common $(fixed 20 40) --model "$kind" --name "$name" --seed "$seed" --from "$from" --to "$to" --split 75/12/13 --epochs 12 --device cpu --replace --json \
        > "$out.card.json" 2> "$out.log"
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

# Spans of four years: three to train, half a year to validate, half a year to test. Test parts never overlap.
for span in "2010-07-01 2014-06-30" "2013-01-01 2016-12-30" "2015-07-01 2019-06-28" "2018-01-01 2021-12-31" "2020-01-01 2023-12-29"; do
    for model in "feedforward 3 1" "feedforward 3 2" "feedforward 3 3" "feedforward 20 1" "feedforward 20 2" "feedforward 20 3" "feedforward 10 1" "feedforward 40 1" \
        "logistic 3 1" "logistic 10 1" "logistic 20 1" "logistic 40 1"; do
        echo "$span $model"
    done
done | xargs -P "$jobs" -L 1 bash -euo pipefail -c 'trial "$@" || exit 255' trial

dotnet run "$here/nq-minutes.cs" -- "$results" "$here/nq-minutes.md" "$here/nq-minutes.json"
