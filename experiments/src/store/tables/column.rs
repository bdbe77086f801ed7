//! What a table consists of: rows of plain structs whose fields are its columns.

use std::cmp::Ordering;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// `i64`.
    Integer,
    /// `f64`.
    Real,
    /// `f64` with gaps for what was not measured.
    OptionalReal,
    /// True or false.
    Flag,
    /// UTF-8 with gaps where there is nothing to say; a table without the column has nothing else.
    OptionalText,
    /// Lists of UTF-8.
    Texts,
    /// Lists of `i64`.
    Integers,
}

impl Kind {
    /// Whether a column may have gaps.
    pub fn gaps(self) -> bool {
        matches!(self, Self::OptionalReal | Self::OptionalText)
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, the same in every table that has it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// One field of one row.
#[derive(Clone, Debug)]
pub enum Value {
    /// Of a [`Kind::Text`] column.
    Text(String),
    /// Of a [`Kind::Integer`] column.
    Integer(i64),
    /// Of a [`Kind::Real`] or [`Kind::OptionalReal`] column.
    Real(Option<f64>),
    /// Of a [`Kind::Flag`] column.
    Flag(bool),
    /// Of a [`Kind::OptionalText`] column.
    OptionalText(Option<String>),
    /// Of a [`Kind::Texts`] column.
    Texts(Vec<String>),
    /// Of a [`Kind::Integers`] column.
    Integers(Vec<i64>),
}

impl Value {
    /// A total order, so that a table can be sorted; gaps come first.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::OptionalText(a), Self::OptionalText(b)) => a.cmp(b),
            (Self::Texts(a), Self::Texts(b)) => a.cmp(b),
            (Self::Integers(a), Self::Integers(b)) => a.cmp(b),
            (Self::Real(Some(a)), Self::Real(Some(b))) => a.total_cmp(b),
            (Self::Real(a), Self::Real(b)) => a.is_some().cmp(&b.is_some()),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Text(_) => 0,
            Self::Integer(_) => 1,
            Self::Real(_) => 2,
            Self::Flag(_) => 3,
            Self::OptionalText(_) => 4,
            Self::Texts(_) => 5,
            Self::Integers(_) => 6,
        }
    }
}

/// A struct that is a row of a table.
pub trait Row: Sized {
    /// Name of the table and, with an ending, of its file.
    const NAME: &'static str;
    /// Its columns, in the order of the fields.
    const COLUMNS: &'static [Column];
    /// Whether the rows of a file are sorted (default true); else they stay in the order they come in.
    const SORTED: bool = true;

    /// The fields, in the order of the columns.
    fn values(&self) -> Vec<Value>;

    /// The row of these fields; none where one is missing or of the wrong kind.
    fn from_values(values: Vec<Value>) -> Option<Self>;
}

/// A type that a field of a row may have.
pub(crate) trait Field: Sized {
    const KIND: Kind;
    fn value(&self) -> Value;
    fn from_value(value: Value) -> Option<Self>;
}

impl Field for String {
    const KIND: Kind = Kind::Text;

    fn value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl Field for i64 {
    const KIND: Kind = Kind::Integer;

    fn value(&self) -> Value {
        Value::Integer(*self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}

impl Field for f64 {
    const KIND: Kind = Kind::Real;

    fn value(&self) -> Value {
        Value::Real(Some(*self))
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Real(number) = value { number } else { None }
    }
}

impl Field for Option<f64> {
    const KIND: Kind = Kind::OptionalReal;

    fn value(&self) -> Value {
        Value::Real(*self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Real(number) = value { Some(number) } else { None }
    }
}

impl Field for Option<String> {
    const KIND: Kind = Kind::OptionalText;

    fn value(&self) -> Value {
        Value::OptionalText(self.clone())
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::OptionalText(text) = value { Some(text) } else { None }
    }
}

/// A count: `i64` in the file, never negative.
impl Field for u64 {
    const KIND: Kind = Kind::Integer;

    fn value(&self) -> Value {
        Value::Integer(*self as i64)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Self::try_from(number).ok() } else { None }
    }
}

impl Field for Vec<String> {
    const KIND: Kind = Kind::Texts;

    fn value(&self) -> Value {
        Value::Texts(self.clone())
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Texts(texts) = value { Some(texts) } else { None }
    }
}

/// Counts: `i64` in the file, never negative.
impl Field for Vec<u64> {
    const KIND: Kind = Kind::Integers;

    fn value(&self) -> Value {
        Value::Integers(self.iter().map(|&number| number as i64).collect())
    }

    fn from_value(value: Value) -> Option<Self> {
        let Value::Integers(numbers) = value else { return None };
        numbers.into_iter().map(|number| u64::try_from(number).ok()).collect()
    }
}

impl Field for bool {
    const KIND: Kind = Kind::Flag;

    fn value(&self) -> Value {
        Value::Flag(*self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Flag(flag) = value { Some(flag) } else { None }
    }
}

/// Declares the struct of a table's rows; its fields are the columns, so there is one list of them. Rows of
/// a table are sorted where it does not say otherwise, `in "name", sorted = false`.
macro_rules! table {
    ($(#[$about:meta])* $vis:vis struct $row:ident in $name:literal $(, sorted = $sorted:literal)? { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $vis struct $row { $($(#[$doc])* $vis $field: $type,)* }

        impl $crate::store::tables::Row for $row {
            const NAME: &'static str = $name;
            const COLUMNS: &'static [$crate::store::tables::Column] = &[$($crate::store::tables::Column {
                name: stringify!($field),
                kind: <$type as $crate::store::tables::column::Field>::KIND,
            },)*];
            $(const SORTED: bool = $sorted;)?

            fn values(&self) -> Vec<$crate::store::tables::Value> {
                vec![$($crate::store::tables::column::Field::value(&self.$field),)*]
            }

            fn from_values(values: Vec<$crate::store::tables::Value>) -> Option<Self> {
                let mut values = values.into_iter();
                Some(Self { $($field: $crate::store::tables::column::Field::from_value(values.next()?)?,)* })
            }
        }
    };
}
pub(crate) use table;
