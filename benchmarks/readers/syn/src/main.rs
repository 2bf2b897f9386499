// Functions with a body, as `syn` reads them; those inside macro calls are not seen.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
use std::io::BufRead;
use syn::visit::{self, Visit};

struct Reader {
    path: String,
}

impl Reader {
    fn give(&self, name: &syn::Ident, kind: &str) {
        println!(
            "{{\"path\": \"{}\", \"name\": \"{}\", \"line\": {}, \"kind\": \"{}\"}}",
            self.path, name, name.span().start().line, kind
        );
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.give(&node.sig.ident, "function");
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_method(&mut self, node: &'ast syn::ImplItemMethod) {
        self.give(&node.sig.ident, "method");
        visit::visit_impl_item_method(self, node);
    }

    fn visit_trait_item_method(&mut self, node: &'ast syn::TraitItemMethod) {
        if node.default.is_some() {
            self.give(&node.sig.ident, "method");
        }
        visit::visit_trait_item_method(self, node);
    }
}

fn main() {
    for path in std::io::stdin().lock().lines().map_while(Result::ok) {
        match std::fs::read_to_string(&path).map(|text| syn::parse_file(&text)) {
            Ok(Ok(file)) => Reader { path }.visit_file(&file),
            _ => eprintln!("{path}: not read"),
        }
    }
}
