import { useQuery } from "@tanstack/react-query";
import { Rows3, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { EmptyState, ErrorState } from "@/components/states";
import { IconButton } from "@/components/ui/icon-button";
import { Skeleton } from "@/components/ui/skeleton";
import { sampleQuery } from "@/features/setup/api/queries";
import { useTransport } from "@/ipc/context";
import type { SampleRows } from "@/ipc/generated/SampleRows";
import type { Subject } from "@/ipc/generated/Subject";

interface SamplePaneProps {
  subject: Subject;
  stream: string;
  onClose: () => void;
}

/** Some rows of a stream, to see what it is. */
export function SamplePane({ subject, stream, onClose }: SamplePaneProps) {
  const sample = useQuery(sampleQuery(useTransport(), subject, stream));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside
      aria-label={`Sample rows of ${stream}`}
      data-escape
      className="flex w-72 shrink-0 flex-col border-l border-line bg-canvas wide:w-88"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        onClose();
      }}
    >
      <header className="flex items-center gap-2 py-3 pr-2 pl-4">
        <h3
          ref={heading}
          tabIndex={-1}
          className="min-w-0 flex-1 truncate rounded-sm text-small font-semibold outline-none"
        >
          {stream}
        </h3>
        <IconButton
          label="Close the sample rows"
          icon={<X className="size-4" aria-hidden />}
          onClick={onClose}
        />
      </header>
      {sample.isPending ? (
        <div role="status" aria-label="Reading some rows" className="space-y-3 px-4">
          {Array.from({ length: 5 }, (_, index) => (
            <Skeleton key={index} className="h-3.5 w-full" />
          ))}
        </div>
      ) : sample.isError ? (
        <ErrorState
          title="No rows could be read"
          error={sample.error}
          busy={sample.isFetching}
          onRetry={() => void sample.refetch()}
        />
      ) : sample.data.rows.length === 0 ? (
        <EmptyState icon={<Rows3 aria-hidden />} title="It is empty">
          There are no rows in {stream} now. It can be brought in all the same: rows arrive when
          there are some.
        </EmptyState>
      ) : (
        <Rows sample={sample.data} />
      )}
    </aside>
  );
}

/** One row below the other, each as its fields: a table would be wider than the pane. */
function Rows({ sample: { stream, columns, rows } }: { sample: SampleRows }) {
  return (
    <div
      role="region"
      aria-label={`Rows of ${stream}`}
      tabIndex={0}
      className="min-h-0 flex-1 selectable scroll-area px-4 pb-4 focus-visible:-outline-offset-2"
    >
      {rows.map((row, index) => (
        <section
          key={index}
          aria-label={`Row ${index + 1}`}
          className="mb-3 rounded-control border border-line bg-surface px-3 py-2"
        >
          <dl className="space-y-1 text-tiny">
            {columns.map((column, place) => (
              <div key={column} className="flex gap-2">
                <dt className="w-2/5 shrink-0 truncate text-ink-3" title={column}>
                  {column}
                </dt>
                <dd className="line-clamp-3 min-w-0 flex-1 wrap-anywhere">{cell(row[place])}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
