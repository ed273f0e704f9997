import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { TextArea } from "@/components/ui/input";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { DataTable } from "@/ipc/generated/DataTable";
import { formatDuration, formatRows } from "@/lib/format";
import { DataGrid } from "./data-grid";

/** Questions in SQL about the tables of the same database. Nothing can be changed with them. */
export function SqlBox({ table }: { table: DataTable }) {
  const transport = useTransport();
  const quoted = `"${table.table.replaceAll('"', '""')}"`;
  const [question, setQuestion] = useState(`SELECT count(*) FROM ${quoted}`);
  const asking = useMutation({
    mutationFn: () => transport.invoke("ask_sql", { destination: table.destination, question }),
    // It is shown in place.
    meta: { quiet: true },
  });
  const answer = asking.data;
  const error = asking.isError ? toApiError(asking.error) : null;
  return (
    <div className="mb-3 flex max-h-[50%] min-h-0 flex-col gap-2">
      <TextArea
        aria-label="Question in SQL"
        aria-invalid={error !== null}
        value={question}
        rows={3}
        spellCheck={false}
        className="font-mono"
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            asking.mutate();
          }
        }}
      />
      <div className="flex items-center gap-3">
        <Button
          size="small"
          kind="primary"
          busy={asking.isPending}
          icon={<Play className="size-3.5" aria-hidden />}
          onClick={() => asking.mutate()}
        >
          Ask
        </Button>
        <p role="status" className="text-small text-ink-2">
          {answer
            ? `${answer.more ? "The first " : ""}${formatRows(answer.rows.length)}, ${formatDuration(answer.took)}`
            : "Reading only: nothing can be changed here."}
        </p>
      </div>
      {error && (
        <p role="alert" className="selectable text-small text-attention">
          {error.message} {error.hint}
        </p>
      )}
      {answer && answer.rows.length > 0 && (
        <DataGrid name="the answer" data={answer} order={null} />
      )}
    </div>
  );
}
