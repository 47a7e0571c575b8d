//! Running code.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

use aplomb_model::Phrase;

use super::code::{Code, Comprehension, Operator};
use super::value::Value;
use super::{EvaluationError, Scope, VARIABLES};

/// Steps of one evaluation.
const MOST_STEPS: usize = 1_000_000;
/// What it takes to compile a pattern that was not written out.
const PATTERN_STEPS: usize = 5_000;

type Evaluated<'a> = Result<Value<'a>, EvaluationError>;

/// One evaluation.
pub(super) struct Machine<'s, 'a> {
    scope: &'s Scope<'a>,
    locals: Vec<Value<'a>>,
    steps: usize,
}

impl<'s: 'a, 'a> Machine<'s, 'a> {
    pub(super) fn new(scope: &'s Scope<'a>) -> Self {
        let left = scope.budget.map_or(MOST_STEPS, |left| left.get().min(MOST_STEPS));
        Self { scope, locals: Vec::new(), steps: left }
    }

    /// Evaluates a program, and takes what it cost off the budget it shares.
    pub(super) fn run(&mut self, code: &'s Code) -> Evaluated<'a> {
        let had = self.steps;
        let value = self.evaluate(code);
        if let Some(left) = self.scope.budget {
            left.set(left.get().saturating_sub(had - self.steps));
        }
        value
    }

    /// Takes `steps` off the budget.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), EvaluationError> {
        self.steps = self.steps.checked_sub(steps).ok_or_else(EvaluationError::too_costly)?;
        Ok(())
    }

    pub(super) fn evaluate(&mut self, code: &'s Code) -> Evaluated<'a> {
        self.spend(1)?;
        match code {
            Code::Null => Ok(Value::Null),
            Code::Bool(value) => Ok(Value::Bool(*value)),
            Code::Int(value) => Ok(Value::Int(*value)),
            Code::UInt(value) => Ok(Value::UInt(*value)),
            Code::Double(value) => Ok(Value::Double(*value)),
            Code::Text(text) => Ok(Value::Text(Cow::Borrowed(text))),
            Code::Variable(index) => {
                let value = self.scope.value(*index);
                value.ok_or_else(|| EvaluationError::missing(VARIABLES[*index]))
            }
            Code::Local(index) => Ok(self.locals[*index].clone()),
            Code::List(items) => {
                let items = items.iter().map(|item| self.evaluate(item));
                Ok(Value::list(items.collect::<Result<_, _>>()?))
            }
            Code::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok((self.evaluate(key)?, self.evaluate(value)?)));
                Ok(Value::Map(Rc::new(entries.collect::<Result<_, _>>()?)))
            }
            Code::Select(operand, key) => {
                let value = self.evaluate(operand)?;
                field(&value, key)?.ok_or_else(|| EvaluationError::missing(key))
            }
            Code::Has(operand, key) => {
                let value = self.evaluate(operand)?;
                Ok(Value::Bool(field(&value, key)?.is_some()))
            }
            Code::Index(operand, index) => {
                let (value, index) = (self.evaluate(operand)?, self.evaluate(index)?);
                element(&value, &index)
            }
            Code::Not(operand) => Ok(Value::Bool(!self.boolean(operand)?)),
            Code::Negate(operand) => negate(&self.evaluate(operand)?),
            Code::And(a, b) => self.logical(a, b, false),
            Code::Or(a, b) => self.logical(a, b, true),
            Code::If(parts) => {
                let [condition, yes, no] = &**parts;
                let chosen = if self.boolean(condition)? { yes } else { no };
                self.evaluate(chosen)
            }
            Code::Binary(operator, operands) => {
                let [a, b] = &**operands;
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                self.binary(*operator, &a, &b)
            }
            Code::Call { function, arguments, pattern } => {
                let values = arguments.iter().map(|argument| self.evaluate(argument));
                let values = values.collect::<Result<Vec<_>, _>>()?;
                if function.pattern.is_some() && pattern.is_none() {
                    self.spend(PATTERN_STEPS)?;
                }
                for value in &values {
                    let deep = function.deep.then(|| value.depth_weight(self.steps + 1));
                    self.spend(deep.unwrap_or_else(|| weight(value)))?;
                }
                (function.call)(&values, pattern.as_ref())
            }
            Code::Comprehension(kind, parts) => {
                let [range, body] = &**parts;
                self.comprehension(*kind, range, body)
            }
            Code::MapIf(parts) => {
                let [range, condition, value] = &**parts;
                let mut mapped = Vec::new();
                for item in self.range(range)? {
                    let kept = self.within(item, |machine| {
                        if machine.boolean(condition)? {
                            return machine.evaluate(value).map(Some);
                        }
                        Ok(None)
                    })?;
                    mapped.extend(kept);
                }
                Ok(Value::list(mapped))
            }
        }
    }

    fn boolean(&mut self, code: &'s Code) -> Result<bool, EvaluationError> {
        match self.evaluate(code)? {
            Value::Bool(value) => Ok(value),
            other => Err(wrong_type(&other, "true or false", "vrai ou faux")),
        }
    }

    /// `&&` and `||`: one side that decides does so even where the other has no value.
    fn logical(&mut self, a: &'s Code, b: &'s Code, deciding: bool) -> Evaluated<'a> {
        let first = self.boolean(a);
        if first == Ok(deciding) {
            return Ok(Value::Bool(deciding));
        }
        let second = self.boolean(b);
        if second == Ok(deciding) {
            return Ok(Value::Bool(deciding));
        }
        first?;
        second.map(Value::Bool)
    }

    fn binary(&mut self, operator: Operator, a: &Value<'a>, b: &Value<'a>) -> Evaluated<'a> {
        let cost = match operator {
            Operator::Equal | Operator::Unequal => {
                a.depth_weight(self.steps).min(b.depth_weight(self.steps))
            }
            Operator::In => b.depth_weight(self.steps + 1),
            _ => weight(a) + weight(b),
        };
        self.spend(cost)?;
        let ordered = |holds: fn(Ordering) -> bool| {
            let order = a.compare(b).ok_or_else(|| not_comparable(a, b))?;
            Ok(Value::Bool(holds(order)))
        };
        match operator {
            Operator::Equal => Ok(Value::Bool(a.equals(b))),
            Operator::Unequal => Ok(Value::Bool(!a.equals(b))),
            Operator::Less => ordered(Ordering::is_lt),
            Operator::LessOrEqual => ordered(Ordering::is_le),
            Operator::Greater => ordered(Ordering::is_gt),
            Operator::GreaterOrEqual => ordered(Ordering::is_ge),
            Operator::In => contains(a, b).map(Value::Bool),
            Operator::Add => add(a, b),
            Operator::Subtract => subtract(a, b),
            Operator::Multiply | Operator::Divide | Operator::Modulo => arithmetic(operator, a, b),
        }
    }

    fn range(&mut self, code: &'s Code) -> Result<Vec<Value<'a>>, EvaluationError> {
        let value = self.evaluate(code)?;
        let range = value.range();
        let range = range.ok_or_else(|| wrong_type(&value, "a list", "une liste"))?;
        self.spend(range.len())?;
        Ok(range)
    }

    fn within<T>(
        &mut self,
        item: Value<'a>,
        work: impl FnOnce(&mut Self) -> Result<T, EvaluationError>,
    ) -> Result<T, EvaluationError> {
        self.locals.push(item);
        let done = work(self);
        self.locals.pop();
        done
    }

    fn comprehension(
        &mut self,
        kind: Comprehension,
        range: &'s Code,
        body: &'s Code,
    ) -> Evaluated<'a> {
        let items = self.range(range)?;
        match kind {
            Comprehension::Map => {
                let mapped = items
                    .into_iter()
                    .map(|item| self.within(item, |machine| machine.evaluate(body)));
                Ok(Value::list(mapped.collect::<Result<_, _>>()?))
            }
            Comprehension::Filter => {
                let mut kept = Vec::new();
                for item in items {
                    if self.within(item.clone(), |machine| machine.boolean(body))? {
                        kept.push(item);
                    }
                }
                Ok(Value::list(kept))
            }
            Comprehension::ExistsOne => {
                let mut count = 0;
                for item in items {
                    count += u32::from(self.within(item, |machine| machine.boolean(body))?);
                }
                Ok(Value::Bool(count == 1))
            }
            Comprehension::All | Comprehension::Exists => {
                let deciding = kind == Comprehension::Exists;
                let mut trouble = None;
                for item in items {
                    match self.within(item, |machine| machine.boolean(body)) {
                        Ok(value) if value == deciding => return Ok(Value::Bool(deciding)),
                        Ok(_) => {}
                        Err(error) => trouble = trouble.or(Some(error)),
                    }
                }
                trouble.map_or(Ok(Value::Bool(!deciding)), Err)
            }
        }
    }
}

/// What it costs to look at a value whole.
fn weight(value: &Value<'_>) -> usize {
    match value {
        Value::Text(text) => text.len() / 64,
        Value::List(values) => values.len(),
        Value::Tree(node) => node.items().len() + node.members().len(),
        _ => 0,
    }
}

fn field<'a>(value: &Value<'a>, key: &str) -> Result<Option<Value<'a>>, EvaluationError> {
    value.field(key).map_err(|()| {
        let found = value.type_name();
        EvaluationError::of_type(Phrase::new(
            format!("`{key}` is asked of a {found}"),
            format!("« {key} » est demandé à une valeur de type {found}"),
        ))
    })
}

fn element<'a>(value: &Value<'a>, index: &Value<'a>) -> Evaluated<'a> {
    if let Value::Text(key) = index {
        return field(value, key)?.ok_or_else(|| EvaluationError::missing(key));
    }
    let at = match index {
        Value::Int(at) => usize::try_from(*at).ok(),
        Value::UInt(at) => usize::try_from(*at).ok(),
        other => return Err(wrong_type(other, "an index", "un indice")),
    };
    let found = at.map(|at| value.element(at)).transpose();
    let found = found.map_err(|()| wrong_type(value, "a list", "une liste"))?;
    found.flatten().ok_or_else(|| EvaluationError::missing(&format!("[{}]", index.show())))
}

fn contains(value: &Value<'_>, container: &Value<'_>) -> Result<bool, EvaluationError> {
    let range = container.range();
    let range = range.ok_or_else(|| wrong_type(container, "a list", "une liste"))?;
    Ok(range.iter().any(|item| item.equals(value)))
}

fn negate<'a>(value: &Value<'a>) -> Evaluated<'a> {
    match value {
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(overflow),
        Value::Double(value) => Ok(Value::Double(-value)),
        Value::Duration(length) => Ok(Value::Duration(-*length)),
        other => Err(wrong_type(other, "a number", "un nombre")),
    }
}

fn add<'a>(a: &Value<'a>, b: &Value<'a>) -> Evaluated<'a> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Ok(Value::Text(format!("{a}{b}").into())),
        (Value::Timestamp(at), Value::Duration(length))
        | (Value::Duration(length), Value::Timestamp(at)) => {
            at.checked_add_signed(*length).map(Value::Timestamp).ok_or_else(overflow)
        }
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_add(b).map(Value::Duration).ok_or_else(overflow)
        }
        _ => match (a.items(), b.items()) {
            (Some(mut items), Some(more)) => {
                items.extend(more);
                Ok(Value::list(items))
            }
            _ => arithmetic(Operator::Add, a, b),
        },
    }
}

fn subtract<'a>(a: &Value<'a>, b: &Value<'a>) -> Evaluated<'a> {
    match (a, b) {
        (Value::Timestamp(a), Value::Timestamp(b)) => Ok(Value::Duration(*a - *b)),
        (Value::Timestamp(at), Value::Duration(length)) => {
            at.checked_sub_signed(*length).map(Value::Timestamp).ok_or_else(overflow)
        }
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_sub(b).map(Value::Duration).ok_or_else(overflow)
        }
        _ => arithmetic(Operator::Subtract, a, b),
    }
}

/// Arithmetic of two numbers of one type; CEL does not mix them.
fn arithmetic<'a>(operator: Operator, a: &Value<'a>, b: &Value<'a>) -> Evaluated<'a> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => {
            let result = match operator {
                Operator::Add => a.checked_add(*b),
                Operator::Subtract => a.checked_sub(*b),
                Operator::Multiply => a.checked_mul(*b),
                Operator::Divide => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            result.map(Value::Int).ok_or_else(overflow)
        }
        (Value::UInt(a), Value::UInt(b)) => {
            let result = match operator {
                Operator::Add => a.checked_add(*b),
                Operator::Subtract => a.checked_sub(*b),
                Operator::Multiply => a.checked_mul(*b),
                Operator::Divide => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            result.map(Value::UInt).ok_or_else(overflow)
        }
        (Value::Double(a), Value::Double(b)) => match operator {
            Operator::Add => Ok(Value::Double(a + b)),
            Operator::Subtract => Ok(Value::Double(a - b)),
            Operator::Multiply => Ok(Value::Double(a * b)),
            Operator::Divide => Ok(Value::Double(a / b)),
            _ => Err(not_comparable(&Value::Double(*a), &Value::Double(*b))),
        },
        _ => Err(not_comparable(a, b)),
    }
}

pub(super) fn overflow() -> EvaluationError {
    EvaluationError::other(Phrase::new(
        "the result is out of range",
        "le résultat est hors limites",
    ))
}

/// That a value is not of the type wanted.
pub(super) fn wrong_type(value: &Value<'_>, en: &str, fr: &str) -> EvaluationError {
    let found = value.type_name();
    let shown = match value {
        Value::Text(text) => format!(" “{text}”"),
        _ => String::new(),
    };
    EvaluationError::of_type(Phrase::new(
        format!("{en} is needed, this is {} {found}{shown}", article(found)),
        format!("il faut {fr}, ceci est de type {found}{shown}"),
    ))
}

fn not_comparable(a: &Value<'_>, b: &Value<'_>) -> EvaluationError {
    let show = |value: &Value<'_>| match value {
        Value::Text(text) => format!("“{text}”"),
        other => other.type_name().to_owned(),
    };
    let (a, b) = (show(a), show(b));
    EvaluationError::of_type(Phrase::new(
        format!("{a} and {b} do not go together"),
        format!("{a} et {b} ne vont pas ensemble"),
    ))
}

/// The indefinite article of a type's name.
fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}
