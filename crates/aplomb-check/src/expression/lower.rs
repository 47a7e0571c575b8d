//! From the parser's syntax tree to code, with everything checked that can be.

use aplomb_model::Span;
use aplomb_standard::authored::{listed, suggest};
use cel::Env;
use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use regex::{Regex, RegexBuilder};

use super::code::{Code, Comprehension, Operator, Type};
use super::functions;
use super::{ExpressionError, LONGEST, VARIABLES};

/// Steps within one another.
const DEEPEST: usize = 120;
/// Brackets within one another, and operators in all, that are given to the parser.
const MOST_BRACKETS: usize = 24;
const MOST_OPERATORS: usize = 240;
/// Comprehensions within one another: each multiplies the cost by the length of a list.
const MOST_LOOPS: usize = 2;
/// Memory a pattern may take, in bytes.
pub(super) const PATTERN_SIZE: usize = 1024 * 1024;

type Lowered = Result<(Code, Type), ExpressionError>;

/// Compiles a program that may use `variables`.
pub(super) fn program(text: &str, variables: &[&'static str]) -> Lowered {
    if text.len() > LONGEST {
        return Err(ExpressionError {
            message: format!("an expression has at most {LONGEST} characters"),
            help: Some("split the rule, or use a catalogue".into()),
            span: Span::from_range(0..text.len()),
        });
    }
    if let Some((message, span)) = too_nested(text) {
        return Err(ExpressionError {
            message: message.into(),
            help: Some("split the rule, or use a list".into()),
            span,
        });
    }
    let parser = Env::default().parser().enable_optional_syntax(false);
    let parsed = parser.parse_with_source_info(text);
    let (expression, places) = parsed.map_err(|errors| not_parsed(text, &errors))?;
    let mut lowering = Lowering { text, places, variables, locals: Vec::new(), depth: 0 };
    lowering.lower(&expression)
}

/// The parser recurses with brackets and with chains of operators, and ends the process where the
/// stack does: what would bring it there is refused before it is parsed.
fn too_nested(text: &str) -> Option<(&'static str, Span)> {
    let mut depth = 0_usize;
    let mut operators = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if let Some(open) = quote {
            if !escaped && char == open {
                quote = None;
            }
            escaped = char == '\\' && !escaped;
            continue;
        }
        match char {
            '\'' | '"' => quote = Some(char),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '+' | '-' | '*' | '/' | '%' | '.' | '!' | '?' | '&' | '|' | '<' | '>' | '=' => {
                operators += 1;
            }
            _ => {}
        }
        let here = Span::from_range(at..at + char.len_utf8());
        if depth > MOST_BRACKETS {
            return Some(("too many brackets within one another", here));
        }
        if operators > MOST_OPERATORS {
            return Some(("too many operators for one expression", here));
        }
    }
    None
}

fn not_parsed(text: &str, errors: &cel::ParseErrors) -> ExpressionError {
    let Some(error) = errors.errors.first() else {
        return ExpressionError {
            message: "this is not an expression".into(),
            help: None,
            span: Span::from_range(0..text.len()),
        };
    };
    let line = usize::try_from(error.pos.0 - 1).unwrap_or(0);
    let column = usize::try_from(error.pos.1 - 1).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    let at = before + within;
    let at_fault = word(text.get(at..).unwrap_or_default());
    let message = match &error.msg {
        why if why.contains("ecursion") => "not an expression: it nests too deep".to_owned(),
        why if at_fault.is_empty() || why.contains("input '<EOF>'") => {
            "the expression ends too early".to_owned()
        }
        _ if at_fault.starts_with(['\'', '"']) => {
            format!("not an expression: the text after this {at_fault} is never closed")
        }
        _ => format!("not an expression: unexpected `{at_fault}`"),
    };
    ExpressionError { message, help: None, span: Span::from_range(at..at + at_fault.len()) }
}

/// What a text begins with: a word, or a single character that belongs to none.
fn word(text: &str) -> &str {
    let in_word = |char: char| char.is_alphanumeric() || char == '_';
    let end = text.find(|char| !in_word(char)).unwrap_or(text.len());
    let single = text.chars().next().map_or(0, char::len_utf8);
    text.get(..end.max(single)).unwrap_or_default()
}

struct Lowering<'a> {
    text: &'a str,
    places: SourceInfo,
    variables: &'a [&'static str],
    locals: Vec<String>,
    depth: usize,
}

impl Lowering<'_> {
    fn wrong(&self, expression: &IdedExpr, message: impl Into<String>) -> ExpressionError {
        ExpressionError { message: message.into(), help: None, span: self.span(expression) }
    }

    /// Where a step was written. The parser counts bytes, and gives the last one.
    fn span(&self, expression: &IdedExpr) -> Span {
        let place = self.places.offset_for(expression.id);
        let range = place.map(|(start, stop)| start as usize..(stop as usize).saturating_add(1));
        let range = range.filter(|range| self.text.get(range.clone()).is_some());
        Span::from_range(range.unwrap_or(0..self.text.len()))
    }

    fn lower(&mut self, expression: &IdedExpr) -> Lowered {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(expression, "the expression nests too deep"));
        }
        let lowered = self.lower_inner(expression);
        self.depth -= 1;
        lowered
    }

    fn lower_inner(&mut self, expression: &IdedExpr) -> Lowered {
        match &expression.expr {
            Expr::Literal(literal) => self.literal(expression, literal),
            Expr::Ident(name) => self.identifier(expression, name),
            Expr::Select(select) => {
                let (operand, of_type) = self.lower(&select.operand)?;
                if !matches!(of_type, Type::Any | Type::Map) {
                    let message = format!("a {of_type} has no `{}`", select.field);
                    return Err(self.wrong(expression, message));
                }
                let field = select.field.as_str().into();
                Ok(if select.test {
                    (Code::Has(Box::new(operand), field), Type::Bool)
                } else {
                    (Code::Select(Box::new(operand), field), Type::Any)
                })
            }
            Expr::List(list) => {
                let items = list.elements.iter().map(|item| Ok(self.lower(item)?.0));
                let items = items.collect::<Result<Vec<_>, _>>()?;
                Ok((Code::List(items), Type::List))
            }
            Expr::Map(map) => {
                let mut entries = Vec::new();
                for entry in &map.entries {
                    let EntryExpr::MapEntry(entry) = &entry.expr else {
                        return Err(self.wrong(expression, "this is not a map"));
                    };
                    entries.push((self.lower(&entry.key)?.0, self.lower(&entry.value)?.0));
                }
                Ok((Code::Map(entries), Type::Map))
            }
            Expr::Call(call) => self.call(expression, call),
            Expr::Struct(_) => Err(self.wrong(expression, "messages are not supported")),
            Expr::Comprehension(_) | Expr::Unspecified => {
                Err(self.wrong(expression, "this is not supported"))
            }
        }
    }

    fn literal(&self, expression: &IdedExpr, literal: &LiteralValue) -> Lowered {
        Ok(match literal {
            LiteralValue::Boolean(value) => (Code::Bool(*value.inner()), Type::Bool),
            LiteralValue::Int(value) => (Code::Int(*value.inner()), Type::Number),
            LiteralValue::UInt(value) => (Code::UInt(*value.inner()), Type::Number),
            LiteralValue::Double(value) => (Code::Double(*value.inner()), Type::Number),
            LiteralValue::String(value) => (Code::Text(value.inner().into()), Type::Text),
            LiteralValue::Null => (Code::Null, Type::Null),
            LiteralValue::Bytes(_) => {
                return Err(self.wrong(expression, "bytes are not supported; use a string"));
            }
        })
    }

    fn identifier(&self, expression: &IdedExpr, name: &str) -> Lowered {
        if let Some(local) = self.locals.iter().rposition(|local| local == name) {
            return Ok((Code::Local(local), Type::Any));
        }
        let known = self.variables.contains(&name);
        let index = VARIABLES.iter().position(|variable| *variable == name);
        if let Some(index) = index.filter(|_| known) {
            let of_type = if name == "now" { Type::Timestamp } else { Type::Any };
            return Ok((Code::Variable(index), of_type));
        }
        let variables = || self.variables.iter().copied();
        let locals = self.locals.iter().map(String::as_str);
        let near = suggest(name, variables().chain(locals));
        let mut error = self.wrong(expression, format!("there is no variable `{name}` here"));
        error.help = Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", listed(variables())),
        });
        Err(error)
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Lowered {
        if let (None, [one]) = (&call.target, call.args.as_slice()) {
            match call.func_name.as_str() {
                operators::LOGICAL_NOT => {
                    let code = self.typed(one, Type::Bool)?;
                    return Ok((Code::Not(Box::new(code)), Type::Bool));
                }
                operators::NEGATE => {
                    let (code, of_type) = self.lower(one)?;
                    return Ok((Code::Negate(Box::new(code)), of_type));
                }
                operators::HAS => return self.has(expression, one),
                _ => {}
            }
        }
        if let (None, [a, b]) = (&call.target, call.args.as_slice()) {
            match call.func_name.as_str() {
                operators::LOGICAL_AND | operators::LOGICAL_OR => {
                    let a = Box::new(self.typed(a, Type::Bool)?);
                    let b = Box::new(self.typed(b, Type::Bool)?);
                    let and = call.func_name == operators::LOGICAL_AND;
                    let code = if and { Code::And(a, b) } else { Code::Or(a, b) };
                    return Ok((code, Type::Bool));
                }
                operators::INDEX => {
                    let (a, b) = (self.lower(a)?.0, self.lower(b)?.0);
                    return Ok((Code::Index(Box::new(a), Box::new(b)), Type::Any));
                }
                name => {
                    if let Some(operator) = operator(name) {
                        return self.binary(expression, operator, a, b);
                    }
                }
            }
        }
        if let (operators::CONDITIONAL, [a, b, c]) = (call.func_name.as_str(), call.args.as_slice())
        {
            let a = self.typed(a, Type::Bool)?;
            let ((b, b_type), (c, c_type)) = (self.lower(b)?, self.lower(c)?);
            let of_type = if b_type == c_type { b_type } else { Type::Any };
            return Ok((Code::If(Box::new([a, b, c])), of_type));
        }
        if let Some(target) = &call.target
            && let Some(lowered) = self.comprehension(expression, target, call)?
        {
            return Ok(lowered);
        }
        self.function(expression, call)
    }

    /// `has(a.b)`: the argument itself must not be evaluated.
    fn has(&mut self, expression: &IdedExpr, argument: &IdedExpr) -> Lowered {
        match &argument.expr {
            Expr::Select(select) => {
                let operand = self.lower(&select.operand)?.0;
                let field = select.field.as_str().into();
                Ok((Code::Has(Box::new(operand), field), Type::Bool))
            }
            Expr::Call(call) if call.func_name == operators::INDEX => {
                let [operand, key] = call.args.as_slice() else {
                    return Err(self.wrong(expression, "`has()` takes a field: `has(node.key)`"));
                };
                let Expr::Literal(LiteralValue::String(key)) = &key.expr else {
                    return Err(self.wrong(expression, "`has()` takes a field: `has(node.key)`"));
                };
                let field = key.inner().into();
                let operand = self.lower(operand)?.0;
                Ok((Code::Has(Box::new(operand), field), Type::Bool))
            }
            _ => Err(self.wrong(expression, "`has()` takes a field: `has(node.key)`")),
        }
    }

    fn binary(
        &mut self,
        expression: &IdedExpr,
        operator: Operator,
        a: &IdedExpr,
        b: &IdedExpr,
    ) -> Lowered {
        let ((a, a_type), (b, b_type)) = (self.lower(a)?, self.lower(b)?);
        let Some(of_type) = operator.gives(a_type, b_type) else {
            let message = format!("a {a_type} and a {b_type} do not go together here");
            return Err(self.wrong(expression, message));
        };
        Ok((Code::Binary(operator, Box::new([a, b])), of_type))
    }

    /// The macros over lists; `None` where the call is none of them.
    fn comprehension(
        &mut self,
        expression: &IdedExpr,
        target: &IdedExpr,
        call: &CallExpr,
    ) -> Result<Option<(Code, Type)>, ExpressionError> {
        let kind = match (call.func_name.as_str(), call.args.len()) {
            (operators::ALL, 2) => Comprehension::All,
            (operators::EXISTS, 2) => Comprehension::Exists,
            (operators::EXISTS_ONE | "existsOne", 2) => Comprehension::ExistsOne,
            (operators::FILTER, 2) => Comprehension::Filter,
            (operators::MAP, 2 | 3) => Comprehension::Map,
            _ => return Ok(None),
        };
        let Expr::Ident(name) = &call.args[0].expr else {
            return Err(self.wrong(&call.args[0], "a name for the element is needed here"));
        };
        let range = self.typed_one_of(target, &[Type::List, Type::Map])?;
        if self.locals.len() >= MOST_LOOPS {
            let message = format!("at most {MOST_LOOPS} of these may stand within one another");
            return Err(self.wrong(expression, message));
        }
        self.locals.push(name.clone());
        let body = match (kind, call.args.as_slice()) {
            (Comprehension::Map, [_, condition, value]) => {
                let condition = self.typed(condition, Type::Bool);
                condition.and_then(|condition| {
                    let value = self.lower(value)?.0;
                    Ok((Code::MapIf(Box::new([range, condition, value])), Type::List))
                })
            }
            (Comprehension::Map, [_, value, ..]) => self.lower(value).map(|(value, _)| {
                (Code::Comprehension(kind, Box::new([range, value])), Type::List)
            }),
            (_, [_, condition, ..]) => self.typed(condition, Type::Bool).map(|condition| {
                let of_type = match kind {
                    Comprehension::Filter => Type::List,
                    _ => Type::Bool,
                };
                (Code::Comprehension(kind, Box::new([range, condition])), of_type)
            }),
            _ => Err(self.wrong(expression, "too few arguments")),
        };
        self.locals.pop();
        body.map(Some)
    }

    fn function(&mut self, expression: &IdedExpr, call: &CallExpr) -> Lowered {
        let mut name = call.func_name.clone();
        let mut receiver = call.target.as_deref();
        // `sets.contains(a, b)`: the target is a namespace, not a value.
        if let Some(Expr::Ident(space)) = receiver.map(|target| &target.expr) {
            let qualified = format!("{space}.{name}");
            if functions::find(&qualified).is_some() {
                (name, receiver) = (qualified, None);
            }
        }
        let Some(function) = functions::find(&name) else {
            let names = functions::all().map(functions::Function::name);
            let mut error = self.wrong(expression, format!("there is no function `{name}()`"));
            error.help = Some(match suggest(&name, names) {
                Some(near) => format!("did you mean `{near}()`?"),
                None => "`aplomb list functions` names those there are".into(),
            });
            return Err(error);
        };
        let written = receiver.into_iter().chain(&call.args);
        let mut arguments = Vec::new();
        let mut pattern = None;
        for (number, argument) in written.enumerate() {
            let (code, of_type) = self.lower(argument)?;
            if !function.accepts(number, of_type) {
                let message = format!("`{name}()` does not take a {of_type} here");
                return Err(self.wrong(argument, message));
            }
            if function.pattern == Some(number)
                && let Code::Text(text) = &code
            {
                pattern = Some(self.pattern(argument, text)?);
            }
            arguments.push(code);
        }
        let (least, most) = function.arity();
        let found = arguments.len();
        if !(least..=most).contains(&found) {
            let wanted =
                if least == most { least.to_string() } else { format!("{least} to {most}") };
            let noun = if wanted == "1" { "argument" } else { "arguments" };
            let message = format!("`{}` takes {wanted} {noun}, not {found}", function.usage);
            return Err(self.wrong(expression, message));
        }
        let of_type = function.gives;
        let code = Code::Call { function, arguments, pattern };
        Ok((code, of_type))
    }

    fn pattern(&self, expression: &IdedExpr, text: &str) -> Result<Regex, ExpressionError> {
        RegexBuilder::new(text).size_limit(PATTERN_SIZE).build().map_err(|error| {
            let why = error.to_string();
            let last = why.lines().last().unwrap_or_default().trim();
            let last = last.trim_start_matches("error: ");
            self.wrong(expression, format!("not a regular expression: {last}"))
        })
    }

    fn typed(&mut self, expression: &IdedExpr, wanted: Type) -> Result<Code, ExpressionError> {
        self.typed_one_of(expression, &[wanted])
    }

    fn typed_one_of(
        &mut self,
        expression: &IdedExpr,
        wanted: &[Type],
    ) -> Result<Code, ExpressionError> {
        let (code, of_type) = self.lower(expression)?;
        if of_type == Type::Any || wanted.contains(&of_type) {
            return Ok(code);
        }
        let wanted: Vec<_> = wanted.iter().map(Type::to_string).collect();
        let message = format!("a {} is needed here, this is a {of_type}", wanted.join(" or a "));
        Err(self.wrong(expression, message))
    }
}

fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        operators::ADD => Operator::Add,
        operators::SUBSTRACT => Operator::Subtract,
        operators::MULTIPLY => Operator::Multiply,
        operators::DIVIDE => Operator::Divide,
        operators::MODULO => Operator::Modulo,
        operators::EQUALS => Operator::Equal,
        operators::NOT_EQUALS => Operator::Unequal,
        operators::LESS => Operator::Less,
        operators::LESS_EQUALS => Operator::LessOrEqual,
        operators::GREATER => Operator::Greater,
        operators::GREATER_EQUALS => Operator::GreaterOrEqual,
        operators::IN => Operator::In,
        _ => return None,
    })
}

impl Operator {
    /// The type of the result; `None` where two known types evidently do not go together.
    fn gives(self, a: Type, b: Type) -> Option<Type> {
        use Type::{Any, Bool, Duration, List, Map, Number, Text, Timestamp, Version};
        let any = a == Any || b == Any;
        match self {
            Self::Equal
            | Self::Unequal
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => {
                // A text is read as a date or a version beside one.
                let read =
                    |one: Type, other: Type| one == Text && matches!(other, Timestamp | Version);
                let null = matches!(self, Self::Equal | Self::Unequal)
                    && (a == Type::Null || b == Type::Null);
                let fits = any || a == b || read(a, b) || read(b, a) || null;
                fits.then_some(Bool)
            }
            Self::In => (any || matches!(b, List | Map)).then_some(Bool),
            Self::Add => match (a, b) {
                _ if any => Some(Any),
                (Timestamp, Duration) | (Duration, Timestamp) => Some(Timestamp),
                (Number | Text | List | Duration, _) if a == b => Some(a),
                _ => None,
            },
            Self::Subtract => match (a, b) {
                _ if any => Some(Any),
                (Timestamp, Timestamp) => Some(Duration),
                (Timestamp, Duration) => Some(Timestamp),
                (Number | Duration, _) if a == b => Some(a),
                _ => None,
            },
            Self::Multiply | Self::Divide | Self::Modulo => match (a, b) {
                _ if any => Some(Any),
                (Number, Number) => Some(Number),
                _ => None,
            },
        }
    }
}
