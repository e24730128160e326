"""The network of `training` in the benchmarks, in PyTorch, one thread: rows a second of the bare step and with loading.

Needs nothing but PyTorch and NumPy, for example Debian's python3-torch:  python3 bench/pytorch_mlp.py
"""
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import torch
from torch import nn

WIDTH, BATCH_ROWS, BATCHES, ROUNDS = 64, 1024, 300, 5


def median_rate(work):
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        rates.append(BATCHES * BATCH_ROWS / (time.perf_counter() - started))
    return statistics.median(rates)


def run(dropout):
    torch.manual_seed(1)
    layers = [nn.Linear(WIDTH, 128), nn.ReLU(), nn.Dropout(dropout), nn.Linear(128, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 3)]
    model = nn.Sequential(*(layer for layer in layers if dropout > 0 or not isinstance(layer, nn.Dropout)))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    loss_of = nn.CrossEntropyLoss()
    rows = BATCHES * BATCH_ROWS
    features = torch.rand(rows, WIDTH) * 2 - 1
    classes = torch.randint(0, 3, (rows,))

    def step(x, y):
        optimiser.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        return loss.item()

    def same_batch():
        x, y = features[:BATCH_ROWS], classes[:BATCH_ROWS]
        for _ in range(BATCHES):
            step(x, y)

    def epoch():
        order = torch.randperm(rows)
        for start in range(0, rows, BATCH_ROWS):
            chosen = order[start:start + BATCH_ROWS]
            step(features[chosen], classes[chosen])

    epoch()
    print(f"PyTorch {torch.__version__}, 64-128-64-3, dropout {dropout}: {median_rate(epoch) / 1e3:.0f} k samples/s with loading, "
          f"bare step {median_rate(same_batch) / 1e3:.0f} k", flush=True)


torch.set_num_threads(1)
for share in (0.0, 0.1):
    run(share)
