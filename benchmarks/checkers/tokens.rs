//! Reads paths of Rust files; prints each with a digest of its tokens without doc comments, as the crate
//! proc-macro2 reads it. The digest is empty where that finds errors.
use proc_macro2::{TokenStream, TokenTree};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::BufRead;

fn without_docs(stream: TokenStream, out: &mut Vec<String>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while at < trees.len() {
        if matches!(&trees[at], TokenTree::Punct(mark) if mark.as_char() == '#') {
            let inner = matches!(trees.get(at + 1), Some(TokenTree::Punct(p)) if p.as_char() == '!') as usize;
            if let Some(TokenTree::Group(group)) = trees.get(at + 1 + inner) {
                let first = group.stream().into_iter().next();
                if matches!(&first, Some(TokenTree::Ident(name)) if name == "doc") {
                    at += 2 + inner;
                    continue;
                }
            }
        }
        match &trees[at] {
            TokenTree::Group(group) => {
                out.push(format!("{:?}", group.delimiter()));
                without_docs(group.stream(), out);
                out.push("end".into());
            }
            other => out.push(other.to_string()),
        }
        at += 1;
    }
}

fn main() {
    for path in std::io::stdin().lock().lines().map_while(Result::ok) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let stream: Result<TokenStream, _> = text.trim_start_matches('\u{feff}').parse();
        match stream {
            Ok(stream) => {
                let mut tokens = Vec::new();
                without_docs(stream, &mut tokens);
                let mut hasher = DefaultHasher::new();
                tokens.hash(&mut hasher);
                println!("{path}\t{:016x}", hasher.finish());
            }
            Err(_) => println!("{path}\t"),
        }
    }
}
