//! What the encoder computes in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The number format that the encoder's layers compute in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// int8
    #[default]
    Auto,
    /// Products in int8, all else in fp32: the same on every processor, and the fastest
    Int8,
    /// bfloat16, by rust-bert on libtorch, where the build has it
    Bf16,
    /// Single precision, by rust-bert on libtorch, where the build has it: the reference
    Fp32,
}

impl Dtype {
    /// `Auto` decided.
    pub fn resolve(self) -> Self {
        if self == Self::Auto { Self::Int8 } else { self }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Int8 => "int8",
            Self::Bf16 => "bf16",
            Self::Fp32 => "fp32",
        })
    }
}

impl FromStr for Dtype {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = [Self::Auto, Self::Int8, Self::Bf16, Self::Fp32];
        let named = all.into_iter().find(|dtype| dtype.to_string() == name);
        named.ok_or_else(|| format!("dtype is {name:?}; say auto, int8, bf16 or fp32"))
    }
}
