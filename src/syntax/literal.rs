//! Integers and strings as written, and the values they stand for.

use crate::base::Span;

/// The value of decimal digits with `_` between them; `None` where it does not fit 64 bits.
pub fn integer(digits: &str) -> Option<u64> {
    digits
        .bytes()
        .filter(|byte| *byte != b'_')
        .try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// The characters that a string literal (with its quotes) stands for, and the escapes in it that mean nothing, as
/// spans relative to the literal.
pub fn unescape(literal: &str) -> (String, Vec<Span>) {
    let inner = literal.get(1..).unwrap_or("");
    let inner = inner.strip_suffix(literal.get(..1).unwrap_or("")).unwrap_or(inner);
    let mut value = String::with_capacity(inner.len());
    let mut bad = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escape = &rest[at..];
        let start = 1 + inner.len() - escape.len();
        let length = match escape_value(escape) {
            Ok((character, length)) => {
                value.push(character);
                length
            }
            Err(length) => {
                bad.push(Span::new(start, start + length));
                length
            }
        };
        rest = &escape[length..];
    }
    value.push_str(rest);
    (value, bad)
}

/// The character of the escape at the start of `escape` and the escape's length in bytes; or the length of a bad one.
fn escape_value(escape: &str) -> Result<(char, usize), usize> {
    let Some(letter) = escape[1..].chars().next() else { return Err(1) };
    match letter {
        'n' => Ok(('\n', 2)),
        't' => Ok(('\t', 2)),
        '"' => Ok(('"', 2)),
        '\\' => Ok(('\\', 2)),
        'u' => {
            let Some(body) = escape[2..].strip_prefix('{') else { return Err(2) };
            let digits = body.bytes().take_while(u8::is_ascii_hexdigit).count();
            if !body[digits..].starts_with('}') {
                return Err(3 + digits);
            }
            let length = 4 + digits;
            let character = u32::from_str_radix(&body[..digits], 16).ok().and_then(char::from_u32);
            character.map(|character| (character, length)).ok_or(length)
        }
        other => Err(1 + other.len_utf8()),
    }
}
