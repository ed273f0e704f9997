//! `trib logs`.

use crate::{arguments::LogArguments, context::Context, output::Output};
use std::{collections::VecDeque, time::Duration};
use tributary_contract::{LogLine, LogMatch, LogQuery, RunId};
use tributary_core::{Error, ops};

/// Lines that are read at once.
const PAGE: u32 = 1_000;
/// Pause between looks at a log that grows.
const PAUSE: Duration = Duration::from_millis(200);

pub async fn run(context: &Context, output: Output, arguments: LogArguments) -> Result<bool, Error> {
    let LogArguments { run, follow, search, level, source, tail } = arguments;
    let query = LogQuery { text: search, level, sources: source, offset: 0, limit: PAGE };
    let mut pages = Pages { context, run, query };
    if let Some(tail) = tail {
        pages.last(output, tail).await?;
    }
    loop {
        let (lines, ended) = pages.next().await?;
        for line in &lines {
            show(output, &line.line);
        }
        match ended {
            Some(Ended::ForGood) => return Ok(true),
            Some(Ended::ForNow) if !follow => return Ok(true),
            Some(Ended::ForNow) => tokio::time::sleep(PAUSE).await,
            None => {}
        }
    }
}

/// How a log ended.
enum Ended {
    /// Nothing will follow.
    ForGood,
    /// The run goes on.
    ForNow,
}

/// The lines of a log that fit, piece by piece.
struct Pages<'a> {
    context: &'a Context,
    run: RunId,
    query: LogQuery,
}

impl Pages<'_> {
    async fn next(&mut self) -> Result<(Vec<LogMatch>, Option<Ended>), Error> {
        let found = ops::search_log(&self.context.core, self.run, self.query.clone()).await?;
        // A search that stays where it is has seen all there is.
        let stays = found.next_offset == self.query.offset;
        self.query.offset = found.next_offset;
        let ended = if found.complete { Some(Ended::ForGood) } else { stays.then_some(Ended::ForNow) };
        Ok((found.lines, ended))
    }

    /// Shows the last lines of what is there.
    async fn last(&mut self, output: Output, count: u32) -> Result<(), Error> {
        // Where every line fits, what comes before needs not be read.
        if self.query == (LogQuery { limit: PAGE, ..LogQuery::default() }) {
            self.query.offset = ops::log_extent(&self.context.core, self.run, count).await?.tail;
            return Ok(());
        }
        let end = ops::log_extent(&self.context.core, self.run, 0).await?.end;
        let mut kept = VecDeque::new();
        while self.query.offset < end {
            let (lines, ended) = self.next().await?;
            kept.extend(lines);
            let too_many = kept.len().saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
            kept.drain(..too_many);
            if ended.is_some() {
                break;
            }
        }
        for line in &kept {
            show(output, &line.line);
        }
        Ok(())
    }
}

fn show(output: Output, line: &LogLine) {
    output.object(line);
    let source = serde_json::to_value(line.source).ok();
    let source = source.as_ref().and_then(|value| value.as_str()).unwrap_or_default();
    let stream = line.stream.as_ref().map(|stream| format!("[{stream}] ")).unwrap_or_default();
    output.say(&format!("{}  {source:9}  {stream}{}", line.time.format("%H:%M:%S%.3f"), line.text));
}
