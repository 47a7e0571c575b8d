use aplomb_model::Tree;

use self::parser::Parser;
use crate::formats::json::refuse_windows_1252;
use crate::{Format, Input, ReadError};

mod body;
mod constants;
mod expression;
mod parser;
mod template;

pub(crate) const HCL: Format = Format {
    id: "hcl",
    summary: "HCL 2 (Terraform, OpenTofu, Packer, Vault, Nomad)",
    docs: "The tree is a body: `{\"attributes\": {NAME: value}, \"written\": {NAME: expression}, \
        \"blocks\": [{\"type\", \"labels\": [text, …], \"attributes\", \"written\", \"blocks\"}]}`.\n\n\
        Follows the native syntax of HCL 2 (hclsyntax/spec.md). `written` holds the expression of \
        each attribute as it stands in the file. `attributes` holds its value where the file alone \
        says it: text, numbers, `true`, `false`, `null`, tuples (lists), objects (maps), heredocs, \
        `-` before a number, `!` before a boolean, parentheses; `var.NAME` where the file declares \
        that variable with a constant `default` that fits its `type`, `local.NAME` where the file's \
        `locals` make it a constant. A value given from outside (`-var`, `.tfvars`, the environment) \
        is not known here. Any other expression is its own text, without parentheses around it, also inside tuples and objects. \
        Quoted text with a template (`${…}`, `%{…}`) is the text between the quotes, as written. \
        Duplicate keys of an object are all kept, and the last one counts; an attribute given twice \
        in one body is refused. At most 128 levels deep. The file is UTF-8.",
    names: &[],
    extensions: &["hcl", "nomad", "tf", "tfvars", "tofu"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    refuse_windows_1252(input.source, "HCL")?;
    let mut parser = Parser::new(input.source.text(), input.limits);
    let mut root = parser.file()?;
    let Parser { comments, problems, unsettled, .. } = parser;
    problems.or(())?;
    constants::settle(&mut root, &unsettled, input.limits)?;
    let mut tree = Tree::new(input.source.clone(), HCL.id, vec![root]);
    tree.comments = comments;
    Ok(tree)
}

#[cfg(test)]
mod tests;
