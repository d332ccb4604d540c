//! Search: the tokens of a record, built when it is written, and the query over them.
//!
//! # What matches
//!
//! Texts and queries are folded alike (`normalise.rs`): NFKC, lower case, Latin letters without
//! accents, invisible characters dropped. Then they fall into **runs** of Chinese, Japanese or
//! Korean characters and **chunks** of other letters and digits. A chunk is a row of **parts**
//! with nothing but joiners (`- _ . @ / : # + & '`) between them: `T-10423` and
//! `fang@example.com` are chunks of two and three parts. In a name everything between two
//! characters, or between two words, counts as nothing or as a joiner: `王 芳` is the run `王芳`,
//! `Fang Wang` one chunk.
//!
//! A query is a set of terms, and a record matches when it has **every** term:
//!
//! - a **run** is found where it stands without a gap inside a run of one field;
//! - a **chunk** of up to four parts (a longer one is several terms) is found where consecutive
//!   parts of a chunk of one field, written together, are equal to it, or begin with it if it
//!   has two characters or more and ends with a letter: `fang.wang@exam` finds the address,
//!   `10423` does not find `104231`;
//! - the same chunk is found in **pinyin** of a name, if it has two letters or more: it begins
//!   the syllables of the name, written together, from any of its characters on, or the initials
//!   of the whole name (`wangxiaofang`, `xiaofang`, `fang`, `wxf`, and their beginnings);
//! - digits are found as the **end of a phone number**, four at least. A query that is nothing
//!   but one phone number of seven digits or more may be written with spaces, brackets and
//!   leading zeros: `(021) 6234 5678` finds `+862162345678`.
//!
//! An organisation is also found by the names and phones of its contacts, a ticket by those of its
//! customer and of the contact who asked.
//!
//! Parts count by their first 64 characters, a query by its first 200. Pinyin takes every reading
//! of every character (`pinyin.rs` tells the bound for long names).
//!
//! # How it is exact in both databases
//!
//! The index holds sets of tokens without positions: single characters and pairs of characters,
//! parts, pinyin, phone endings. SQLite keeps them in FTS5 (`tokenize = "ascii tokenchars '_'"`,
//! `detail = none`), PostgreSQL in a `tsvector` with a GIN index; both are given finished tokens,
//! so that neither locale nor dictionary has a say. A run of one or two characters is one token.
//! A longer one asks for all its pairs, which narrows the rows to very few but not to the right
//! ones (`王小` and `小芳` may stand apart), so [`SearchQuery::like_patterns`] checks those rows
//! against [`Document::runs`]. Positions and phrases would be the other way, but PostgreSQL keeps
//! at most 256 positions of a token and none above 16,383, and a ticket's text may be longer.
//!
//! # Scope inside the index
//!
//! Each record carries a token per team and person through whom it is seen ([`scope_token`]),
//! and every query asks for one of the caller's, unless nothing lies outside its scope. The character `_` begins the tokens of
//! this kind and occurs in no other, neither in a text's nor in a query's: a user can write
//! nothing that reaches them.

mod find;
pub(crate) mod index;
mod normalise;
mod pinyin;
mod query;
mod tokens;

pub(crate) use find::{Records, Search, nothing, place};
pub(crate) use query::{Part, SearchQuery};
pub(crate) use tokens::{
    CustomerText, Document, TicketText, customer_document, scope_token, ticket_document,
};
