#!/usr/bin/env python3
"""Makes the files of this folder with PyTorch: checkpoints as torch.save writes them, with the published names.

    python3 make_checkpoints.py      (needs torch and numpy; the tests need neither)

Values are `stream(name, seed=11)` of ../goldens/README.md, so that the tests can make them again. Everything is as
small as it can be: width 8, 2 heads, patches of 4 x 4, stages of 1 and 2 blocks.
"""
import argparse
import os

import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HIDDEN, TOKENS, POOL, DECODER = 8, 16, 2, 4, 4


def stream(name, count, seed=11):
    h, mask = 0xCBF29CE484222325, 0xFFFFFFFFFFFFFFFF
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & mask
    values = []
    for i in range(count):
        z = (h + seed + i + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        values.append((z >> 40) / 2**23 - 1)
    return values


def block(name, width, hidden, cross):
    shapes = {}
    if cross:
        shapes |= {"cross_attn.q_bias": [width], "cross_attn.v_bias": [width], "cross_attn.q.weight": [width, width],
                   "cross_attn.kv.weight": [2 * width, width], "cross_attn.proj.weight": [width, width],
                   "cross_attn.proj.bias": [width], "cross_norm1.weight": [width], "cross_norm1.bias": [width],
                   "cross_norm2.weight": [width], "cross_norm2.bias": [width]}
    shapes |= {"norm1.weight": [width], "norm1.bias": [width], "attn.q_bias": [width], "attn.v_bias": [width],
               "attn.qkv.weight": [3 * width, width], "attn.proj.weight": [width, width], "attn.proj.bias": [width],
               "norm2.weight": [width], "norm2.bias": [width], "mlp.fc1.weight": [hidden, width], "mlp.fc1.bias": [hidden],
               "mlp.fc2.weight": [width, hidden], "mlp.fc2.bias": [width]}
    return {f"{name}.{key}": shape for key, shape in shapes.items()}


def trunk(prefix):
    shapes = {"patch_embed.proj.weight": [WIDTH, 3, 2, 4, 4], "patch_embed.proj.bias": [WIDTH]}
    for index in range(3):
        shapes |= block(f"blocks.{index}", WIDTH, HIDDEN, cross=index > 0)
    shapes |= {"temporal_downsamples.0.weight": [WIDTH, WIDTH, 2], "temporal_downsamples.0.bias": [WIDTH]}
    shapes |= {"spatial_downsamples.0.norm.weight": [WIDTH], "spatial_downsamples.0.norm.bias": [WIDTH],
               "spatial_downsamples.0.mlp.fc1.weight": [POOL, WIDTH], "spatial_downsamples.0.mlp.fc1.bias": [POOL],
               "spatial_downsamples.0.mlp.fc2.weight": [TOKENS, POOL], "spatial_downsamples.0.mlp.fc2.bias": [TOKENS]}
    return {prefix + key: shape for key, shape in shapes.items()}


def finetune():
    return trunk("") | {"fc_norm.weight": [WIDTH], "fc_norm.bias": [WIDTH], "head.weight": [3, WIDTH], "head.bias": [3]}


def pretrain():
    shapes = {"mask_token": [1, 1, DECODER]} | trunk("encoder.") | {"encoder.norm.weight": [WIDTH], "encoder.norm.bias": [WIDTH]}
    shapes |= block("decoder.blocks.0", DECODER, 2 * DECODER, cross=False)
    shapes |= {"decoder.norm.weight": [DECODER], "decoder.norm.bias": [DECODER], "decoder.head.weight": [96, DECODER],
               "decoder.head.bias": [96], "encoder_to_decoder.weight": [DECODER, WIDTH]}
    return shapes


def tensors(shapes, dtype=torch.float32):
    state = torch.nn.Module().state_dict()  # an OrderedDict with _metadata, as of every module
    for name, shape in shapes.items():
        count = 1
        for extent in shape:
            count *= extent
        state[name] = torch.tensor(stream(name, count), dtype=torch.float32).view(shape).to(dtype)
    return state


def arguments(**more):
    return argparse.Namespace(
        model="svfap_base_patch16_160", input_size=8, num_frames=8, sampling_rate=2, stage_depths=(1, 2), epochs=100, lr=2.5e-4,
        data_set="DFEW", device="cuda", output_dir="/data/outputs", opt_betas=None, num_bottleneck_tokens=[2], seed=0, **more)


def save(name, value, **options):
    torch.save(value, os.path.join(HERE, name), **options)


def main():
    # What the published fine-tuning code writes: weights, optimizer, arguments, odds and ends.
    weights = tensors(finetune())
    some = [torch.nn.Parameter(weights[name].clone()) for name in ("head.weight", "head.bias")]
    optimizer = torch.optim.AdamW(some, lr=1e-3)
    for parameter in some:
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    scaler = {"scale": 65536.0, "growth_factor": 2.0, "backoff_factor": 0.5, "growth_interval": 2000, "_growth_tracker": 1999}
    save("finetune_full.pth", {
        "model": weights, "optimizer": optimizer.state_dict(), "epoch": 99, "scaler": scaler,
        "args": arguments(nb_classes=3, gpu=torch.device("cpu")), "best_acc": numpy.float64(63.89), "history": numpy.arange(3.0)})
    # float16, behind the names of DistributedDataParallel, under the other key.
    half = tensors(finetune(), torch.float16)
    save("finetune_half_ddp.pth", {"module": {f"module.{name}": value for name, value in half.items()}})
    # bfloat16 parameters, the weights alone, in a newer pickle protocol.
    save("pretrain_bfloat16.pth", {
        name: torch.nn.Parameter(value) for name, value in tensors(pretrain(), torch.bfloat16).items()}, pickle_protocol=4)
    # Views of one storage, some transposed, float64, without checksums.
    torch.serialization.set_crc32_options(False)
    double = tensors(pretrain(), torch.float64)
    flat = torch.cat([value.reshape(-1) for value in double.values()])
    views, position = {}, 0
    for name, value in double.items():
        views[name] = flat[position : position + value.numel()].view(value.shape)
        position += value.numel()
    name = "encoder.blocks.0.mlp.fc1.weight"
    views[name] = double[name].t().contiguous().t()
    name = "encoder.patch_embed.proj.weight"
    views[name] = double[name].permute(4, 2, 0, 1, 3).contiguous().permute(2, 3, 1, 4, 0)
    save("pretrain_views.pth", {"state_dict": views, "epoch": torch.tensor(4)})
    torch.serialization.set_crc32_options(True)
    # What is refused.
    linear = torch.nn.Linear(2, 1)
    save("legacy.pth", {"model": linear.state_dict()}, _use_new_zipfile_serialization=False)
    save("whole_module.pth", linear)
    torch.jit.save(torch.jit.script(linear), os.path.join(HERE, "program.pth"))


if __name__ == "__main__":
    main()
