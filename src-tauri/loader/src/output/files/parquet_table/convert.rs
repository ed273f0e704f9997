//! Rows that are there, as the table's newest columns.

use super::build::decode;
use arrow_array::{
    Array, ArrayRef, RecordBatch, StringArray, cast::AsArray, new_null_array, types::TimestampMicrosecondType,
};
use arrow_cast::cast;
use arrow_json::{WriterBuilder, writer::LineDelimited};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chrono::{DateTime, SecondsFormat};
use std::sync::Arc;

/// The batch with the columns of `schema`: columns that it does not have are null.
pub fn adapt(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
            Some(column) => convert(column, field.data_type()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn convert(column: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == to {
        return Ok(Arc::clone(column));
    }
    if let (Some(moments), DataType::Utf8) = (column.as_primitive_opt::<TimestampMicrosecondType>(), to) {
        let text = |micros| Some(DateTime::from_timestamp_micros(micros)?.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        return Ok(Arc::new(moments.iter().map(|micros| micros.and_then(text)).collect::<StringArray>()));
    }
    if !column.data_type().is_nested() {
        return cast(column, to);
    }
    let lines = json_lines(column)?;
    if to.is_nested() {
        return decode(&lines, to, column.len());
    }
    let values = lines.lines().enumerate().map(|(row, line)| {
        (!column.is_null(row)).then(|| line.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}'))).flatten()
    });
    Ok(Arc::new(values.collect::<StringArray>()))
}

/// A nested column as lines of `{"v":VALUE}`.
fn json_lines(column: &ArrayRef) -> Result<String, ArrowError> {
    let schema = Schema::new(vec![Field::new("v", column.data_type().clone(), true)]);
    let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::clone(column)])?;
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    String::from_utf8(writer.into_inner()).map_err(|error| ArrowError::JsonError(error.to_string()))
}
