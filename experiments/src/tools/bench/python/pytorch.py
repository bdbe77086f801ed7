"""Times training steps of the three networks in PyTorch: shapes on stdin, processor seconds on stdout.

Plain modules at the preset's widths, fed with random numbers: what is computed has the same shapes and
losses as a joint step, and nothing is learned.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

STEPS = 4


class Attention(nn.Module):
    def __init__(self, width, heads, inner=None, bias=True):
        super().__init__()
        inner = inner or width
        self.heads, self.packed, self.out = heads, nn.Linear(width, 3 * inner, bias), nn.Linear(inner, width)

    def forward(self, x, mask=None):
        n, t, _ = x.shape
        q, k, v = self.packed(x).view(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.out(y.transpose(1, 2).reshape(n, t, -1))


class Quick(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, width, heads, gate):
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), gate, nn.Linear(4 * width, width))

    def forward(self, x, mask=None):
        x = x + self.attention(self.norms[0](x), mask)
        return x + self.mlp(self.norms[1](x))


def blocks(tower, gate):
    width, depth, heads = tower
    return nn.ModuleList([Block(width, heads, gate()) for _ in range(depth)])


class Video(nn.Module):
    def __init__(self, s):
        super().__init__()
        (v, _, _), (t, _, _) = s["video"], s["text"]
        self.embed, self.first = nn.Linear(s["patch"], v, False), nn.Parameter(torch.randn(1, 1, v))
        self.places = nn.Parameter(torch.randn(1, s["tokens"], v))
        self.pre, self.post, self.project = nn.LayerNorm(v), nn.LayerNorm(v), nn.Linear(v, s["shared"], False)
        self.video, self.text = blocks(s["video"], Quick), blocks(s["text"], Quick)
        self.words, self.order = nn.Embedding(s["vocabulary"], t), nn.Parameter(torch.randn(1, s["context"], t))
        self.end, self.read = nn.LayerNorm(t), nn.Linear(t, s["shared"], False)

    def forward(self, patches, ids):
        n = patches.shape[0]
        x = self.pre(torch.cat([self.first.expand(n, -1, -1), self.embed(patches)], 1) + self.places)
        for block in self.video:
            x = block(x)
        tap = self.post(x)[:, 0]
        w = self.words(ids) + self.order
        mask = torch.full((ids.shape[1],) * 2, float("-inf")).triu(1)
        for block in self.text:
            w = block(w, mask)
        return tap, self.project(tap), self.read(self.end(w)[:, -1])


class Layer(nn.Module):
    def __init__(self, d):
        super().__init__()
        width, hidden = d["width"], d["geglu"] * d["width"]
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.attention = Attention(width, d["heads"], d["heads"] * d["head"], False)
        self.wide, self.narrow = nn.Linear(width, 2 * hidden), nn.Linear(hidden, width)
        self.drop = nn.Dropout(d["dropout"])

    def forward(self, x):
        x = x + self.drop(self.attention(self.norms[0](x)))
        value, gate = self.wide(self.norms[1](x)).chunk(2, -1)
        return x + self.drop(self.narrow(value * F.gelu(gate)))


class Views(nn.Module):
    def __init__(self, d):
        super().__init__()
        c, area = d["channels"], d["grid"] ** 2
        self.area = area
        self.patch, self.patch_norm = nn.Linear(10 * d["patch"] ** 2, c), nn.GroupNorm(4, c)
        self.body = nn.Sequential(nn.Linear(d["proprio"], c), nn.GroupNorm(4, c), nn.LeakyReLU(0.02))
        self.lang, self.lang_norm = nn.Linear(d["language"]["tower"][0], 2 * c), nn.GroupNorm(4, 2 * c)
        self.places = nn.Parameter(torch.randn(1, 3 * area, 2 * c))
        self.before, self.after = nn.Linear(2 * c, d["width"]), nn.Linear(d["width"], 2 * c)
        self.layers = nn.ModuleList([Layer(d) for _ in range(d["depth"])])

    def forward(self, images, body, words):
        n, p, _ = images.shape
        x = self.patch(images).view(n * 3, self.area, -1).transpose(1, 2)
        x = F.leaky_relu(self.patch_norm(x), 0.02).transpose(1, 2).reshape(n, p, -1)
        x = self.before(torch.cat([x, self.body(body)[:, None].expand(-1, p, -1)], 2) + self.places)
        w = F.leaky_relu(self.lang_norm(self.lang(words).flatten(0, 1)), 0.02).view(n, words.shape[1], -1)
        w, half = self.before(w), len(self.layers) // 2
        x = x.view(n * 3, self.area, -1)
        for layer in self.layers[:half]:
            x = layer(x)
        x = torch.cat([w, x.view(n, p, -1)], 1)
        for layer in self.layers[half:]:
            x = layer(x)
        return self.after(x[:, w.shape[1]:]).view(n * 3, self.area, -1)


class Cross(nn.Module):
    def __init__(self, e, heads):
        super().__init__()
        self.heads, self.query, self.seen = heads, nn.Linear(e, e), nn.Linear(e, 2 * e)
        self.out, self.norm, self.modulation = nn.Linear(e, e), nn.LayerNorm(e), nn.Linear(e, 6 * e)
        self.attention = Attention(e, heads)
        self.mlp = nn.Sequential(nn.Linear(e, 4 * e), nn.GELU("tanh"), nn.Linear(4 * e, e))
        self.plain = nn.LayerNorm(e, elementwise_affine=False)

    def forward(self, x, seen):
        n, t, e = x.shape
        q = self.query(self.norm(x)).view(n, t, self.heads, -1).transpose(1, 2)
        k, v = self.seen(seen).view(n, seen.shape[1], 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        found = self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, e))
        a, b, c, d, f, g = self.modulation(F.silu(self.plain(found))).chunk(6, -1)
        x = x + c * self.attention(self.plain(x) * (1 + b) + a)
        return x + g * self.mlp(self.plain(x) * (1 + f) + d)


class Convex(nn.Module):
    def __init__(self, e, k, ratio):
        super().__init__()
        conv = lambda a, b, side: nn.Conv2d(a, b, side, padding=side // 2)
        self.value = nn.Sequential(conv(e, k, 3), nn.ReLU(), conv(k, k, 3), nn.ReLU(), conv(k, 1, 3))
        self.mask = nn.Sequential(conv(e, k, 3), nn.ReLU(), conv(k, 9 * ratio**2, 1))

    def forward(self, x):
        n, _, h, w = x.shape
        near = F.unfold(self.value(x), 3, padding=1).view(n, 9, 1, h, w)
        shares = (0.1 * self.mask(x)).view(n, 9, -1, h, w).softmax(1)
        return (shares * near).sum(1).flatten(1)


class Policy(nn.Module):
    def __init__(self, d):
        super().__init__()
        e, lang = d["action"], d["language"]
        self.grid, width = d["grid"], lang["tower"][0]
        self.words = nn.Embedding(max(lang["vocabulary"], 1), width)
        self.tower = blocks(lang["tower"], lambda: nn.GELU("tanh")) if lang["vocabulary"] else []
        self.views = nn.ModuleList([Views(d), Views(d)])
        self.cross = nn.ModuleList([Cross(e, d["action_heads"]) for _ in range(d["cross"])])
        self.up = nn.ModuleList([Convex(e, d["upsampler"], d["patch"]) for _ in range(2)])
        self.selfs = blocks([e, d["selfs"], d["action_heads"]], lambda: nn.GELU("tanh"))
        self.ask, self.norm = nn.Parameter(torch.randn(1, 10, e)), nn.LayerNorm(e)
        self.heads = nn.ModuleList([nn.Linear(e, size) for size in (72, 72, 72, 2, 2)])

    def forward(self, images, body, ids, labels, tokens):
        w = self.words(ids)
        for block in self.tower:
            w = block(w)
        n, loss, maps = ids.shape[0], 0, []
        for views, up, image, label in zip(self.views, self.up, images, labels):
            seen = views(image, body, w)
            x = self.ask[:, :1].expand(seen.shape[0], -1, -1)
            for block in self.cross:
                x = block(x, seen)
            kernel = (seen * self.norm(x)).transpose(1, 2)
            logits = up(kernel.reshape(seen.shape[0], -1, self.grid, self.grid))
            loss = loss + F.cross_entropy(logits, label)
            maps.append(seen.amax(1).view(n, 3, -1))
        prompt = torch.cat([maps[1], seen.mean(1).view(n, 3, -1)], 1)
        x = torch.cat([prompt, self.ask.expand(n, -1, -1)], 1)
        for block in self.selfs:
            x = block(x)
        x = self.norm(x[:, -5:])
        for index, head in enumerate(self.heads):
            loss = loss + F.cross_entropy(head(x[:, index]), tokens[:, index])
        return loss, torch.cat(maps, 1).flatten(1)


def contrast(a, b, tau):
    logits = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / tau
    target = torch.arange(len(a))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def main():
    work = json.loads(sys.stdin.readline())
    torch.set_num_threads(1)
    torch.manual_seed(0)
    preset, n = work["preset"], work["batch"]
    s, d = preset["video"], preset["policy"]
    area, pixels = d["grid"] ** 2, (d["grid"] * d["patch"]) ** 2
    video, policy = Video(s), Policy(d)
    maps = [nn.Linear(s["video"][0], preset["latent"]), nn.Linear(6 * d["action"], preset["latent"])]
    models = nn.ModuleList([video, policy, *maps])
    optimiser = torch.optim.AdamW(models.parameters(), lr=1e-3)
    patches = torch.randn(n, s["tokens"] - 1, s["patch"])
    sentences = torch.randint(s["vocabulary"], (n, s["context"]))
    told = torch.randint(max(d["language"]["vocabulary"], 1), (n, d["language"]["context"]))
    images = [torch.randn(n, 3 * area, 10 * d["patch"] ** 2) for _ in range(2)]
    labels = [torch.rand(3 * n, pixels).softmax(1) for _ in range(2)]
    body, tokens = torch.randn(n, d["proprio"]), torch.randint(2, (n, 5))

    def step():
        u, clip, text = video(patches, sentences)
        loss, e = policy(images, body, told, labels, tokens)
        loss = loss + contrast(clip, text, 0.01) + 0.5 * contrast(maps[0](u), maps[1](e), 0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(models.parameters(), 1.0)
        optimiser.step()

    seconds = []
    for repeat in range(work["repeats"] + 1):
        begun = time.process_time()
        for _ in range(STEPS):
            step()
        if repeat > 0:
            seconds.append((time.process_time() - begun) / STEPS)
    print(json.dumps({"name": f"PyTorch {torch.__version__}", "seconds": seconds}))


main()
