"""sayso's weights as models of transformers, to see what the usual Python ways make of them."""

import json

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

import common

LABELS = ["O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content"]


def tokenizer(length: int) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_file=str(common.MODEL / "tokenizer.json"), model_max_length=length,
        cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]")


def settings() -> dict:
    return json.loads((common.MODEL / "config.json").read_text())


def classifier(dtype: torch.dtype) -> BertForTokenClassification:
    """The encoder with the head for roles."""
    config = BertConfig(**settings(), id2label=dict(enumerate(LABELS)), attn_implementation="sdpa")
    model = BertForTokenClassification(config)
    weights = load_file(common.MODEL / "model.safetensors")
    named = {k.replace("roles.", "classifier."): v for k, v in weights.items() if k.startswith(("bert.", "roles."))}
    missing, _ = model.load_state_dict({k: v.float() for k, v in named.items()}, strict=False)
    assert not missing, missing
    return model.eval().to(dtype)
