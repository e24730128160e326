#!/usr/bin/env bash
# Runs the study of docs/studies/crash.md again: the paper program killed KILLS times (default 525).
#
#   docs/studies/crash.sh [KILLS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dotnet build Quarterpoint.slnx -c Release --nologo -v quiet
QP_CRASHES=${1:-525} dotnet test --project tests/Quarterpoint.Shell.Tests -c Release --no-build --no-progress --no-ansi --explicit only \
    --filter-class '*KilledAnywhere' --output Detailed
